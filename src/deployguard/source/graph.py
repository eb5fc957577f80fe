"""Commits and their parents, in memory: what one commit has and another one has not."""

from __future__ import annotations

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

    @cached_property
    def _parents(self) -> list[tuple[int, ...]]:
        """The places of each commit's parents: all after its own."""
        place = self._place
        return [
            tuple(place[parent] for parent in node.parents if parent in place) for node in self.nodes.values()
        ]

    @cached_property
    def _order(self) -> list[str]:
        return list(self.nodes)

    def apart(self, base: str, head: str, cut_at: frozenset[str]) -> Apart:
        """Walk down from both commits at once, until all that is left belongs to both."""
        sides = bytearray(len(self._order))
        starts = [
            (self._place[sha], side) for sha, side in ((head, _HEAD), (base, _BASE)) if sha in self._place
        ]
        for place, side in starts:
            sides[place] |= side
        only: dict[int, list[str]] = {_HEAD: [], _BASE: []}
        one_sided = sum(sides[place] != _BOTH for place, _ in starts)
        for place in range(min((place for place, _ in starts), default=0), len(sides)):
            if not one_sided:
                break
            side = sides[place]
            if side in only:
                only[side].append(self._order[place])
                one_sided -= 1
            for parent in self._parents[place] if side else ():
                had, now = sides[parent], sides[parent] | side
                if now != had:
                    sides[parent] = now
                    one_sided += (now != _BOTH) - (had != 0)
        cut = any(sha in cut_at for sha in (*only[_HEAD], *only[_BASE])) if cut_at else False
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
