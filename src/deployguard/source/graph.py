"""Commits and their parents, in memory: what one commit has and another one has not."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

_FIELDS = 6
_HEAD, _BASE = 1, 2
_BOTH = _HEAD | _BASE


class Node(NamedTuple):
    """A commit. `landed` is the committer's time in Unix seconds, `date` the author's, timezone-aware."""

    sha: str
    parents: tuple[str, ...]
    landed: float
    author: str
    date: datetime
    subject: str


class Apart(NamedTuple):
    """`head_only` and `base_only` are the commits of one side alone, children first.

    `cut`: the history ends, as a shallow clone's does, before it is told which commits both have.
    """

    head_only: tuple[str, ...]
    base_only: tuple[str, ...]
    cut: bool


class Graph:
    """Nodes in the order of `git log --topo-order`: each before its parents.

    A commit that is not among them belongs to all: it lies below whatever was asked for.
    """

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self.nodes = nodes

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {sha: place for place, sha in enumerate(self.nodes)}

    def apart(self, base: str, head: str, cut_at: frozenset[str]) -> Apart:
        """Walk down from both commits at once, until all that is left belongs to both."""
        sides: dict[str, int] = {}
        queue: list[tuple[int, str]] = []
        one_sided = 0

        def mark(sha: str, side: int) -> None:
            nonlocal one_sided
            if sha not in self._place:
                return
            had = sides.get(sha, 0)
            sides[sha] = had | side
            if not had:
                heapq.heappush(queue, (self._place[sha], sha))
            one_sided += (sides[sha] != _BOTH) - (had in {_HEAD, _BASE})

        mark(head, _HEAD)
        mark(base, _BASE)
        only: dict[int, list[str]] = {_HEAD: [], _BASE: [], _BOTH: []}
        while queue and one_sided:
            _, sha = heapq.heappop(queue)
            side = sides[sha]
            only[side].append(sha)
            for parent in self.nodes[sha].parents:
                mark(parent, side)
            one_sided -= side != _BOTH
        cut = any(sha in cut_at for sha in (*only[_HEAD], *only[_BASE]))
        return Apart(tuple(only[_HEAD]), tuple(only[_BASE]), cut)


def read_nodes(listing: bytes) -> dict[str, Node]:
    """Read the records of `git log -z`: id, parents, time, author, date, subject."""
    return {node.sha: node for node in _nodes(listing)}


def _nodes(listing: bytes) -> Iterator[Node]:
    fields = listing.decode("utf-8", "replace").split("\0")
    for at in range(0, len(fields) - _FIELDS + 1, _FIELDS):
        sha, parents, landed, author, date, subject = fields[at : at + _FIELDS]
        seconds = float(landed or 0)
        yield Node(sha, tuple(parents.split()), seconds, author, _moment(date, seconds), subject)


def _moment(text: str, seconds: float) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:  # git keeps dates that no calendar has
        return datetime.fromtimestamp(seconds, UTC)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
