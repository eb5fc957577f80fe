"""Which commits made the difference, and by which files each reached the service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from deployguard.config.load import NAME, PYPROJECT, parse_project
from deployguard.drift.difference import Difference, shipping_keys
from deployguard.model.drift import Commit
from deployguard.model.errors import ConfigurationError
from deployguard.source.changes import Changed, brought_by, told_by
from deployguard.source.history import History

_SHOWN = 5


class Relevant(NamedTuple):
    """The commits that matter, newest first; `note` is not empty where no commit explains all of the difference."""

    commits: tuple[Commit, ...]
    note: str = ""


class Relevance:
    """Judges commits of one history; what it read of them and of the configuration's versions is kept."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._entries: dict[tuple[str, str], Mapping[str, tuple[object, ...]] | None] = {}
        self._read_commits: set[str] = set()
        self._told: dict[str, list[tuple[str, Changed]]] = defaultdict(list)
        self._brought: dict[str, list[str]] = defaultdict(list)

    def of(self, name: str, found: Difference, commits: Sequence[str]) -> Relevant:
        """Return those of the commits (children first) that brought the difference.

        A commit counts by what it changed itself. A merge that took one side's version, and by that undid the other's,
        changed nothing itself: such merges are asked only for what nothing else explains.
        """
        self._index(commits)
        places = {sha: place for place, sha in enumerate(commits)}
        via: dict[str, set[str]] = defaultdict(set)
        for path in found.paths:
            for sha, _ in self._told.get(path, ()):
                if sha in places:
                    via[sha].add(path)
        for sha, path in self._configured(name) if found.entry else ():
            if sha in places:
                via[sha].add(path)
        for path in {path for cause in self._unexplained(found, via) for path in cause}:
            for sha in self._brought.get(path, ()):
                if sha in places:
                    via[sha].add(path)
        left = self._unexplained(found, via)
        listed = tuple(self._commit(sha, via[sha]) for sha in sorted(via, key=places.__getitem__))
        return Relevant(listed, _note(left, commits) if left else "")

    def _index(self, commits: Sequence[str]) -> None:
        """Turn what commits changed around: from paths to commits."""
        new = [sha for sha in commits if sha not in self._read_commits]
        self._read_commits.update(new)
        for sha, changes in self._history.changes(new).items():
            node = self._history.node(sha)
            parents = len(node.parents) if node else 1
            for path, how in told_by(changes, parents).items():
                self._told[path].append((sha, how))
            if parents > 1:
                for path in brought_by(changes):
                    self._brought[path].append(sha)

    def _configured(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the commits that edited the service's own table, with the file that they edited."""
        for path in (NAME, PYPROJECT):
            for sha, how in self._told.get(path, ()):
                if self._edits(name, path, how):
                    yield sha, path

    def _edits(self, name: str, path: str, how: Changed) -> bool:
        before, after = self._read(path, how.before), self._read(path, how.after)
        return before is None or after is None or before.get(name) != after.get(name)

    def _read(self, path: str, blob: str) -> Mapping[str, tuple[object, ...]] | None:
        key = (path, blob)
        if key not in self._entries:
            self._entries[key] = _entries(path, None if not blob.strip("0") else self._history.object(blob))
        return self._entries[key]

    def _unexplained(self, found: Difference, via: Mapping[str, set[str]]) -> list[frozenset[str]]:
        reached: set[str] = set().union(*via.values())
        configured = found.entry and not reached.isdisjoint({NAME, PYPROJECT})
        return [cause for cause in found.causes if cause.isdisjoint(reached) and not configured]

    def _commit(self, sha: str, via: set[str]) -> Commit:
        node = self._history.node(sha)
        if node is None:  # never: only loaded commits are listed
            raise KeyError(sha)
        return Commit(sha, node.author, node.date, node.subject, tuple(sorted(via)))


def _entries(path: str, content: bytes | None) -> Mapping[str, tuple[object, ...]] | None:
    if content is None:
        return None
    try:
        project = parse_project(content.decode("utf-8-sig"), path)
    except (ConfigurationError, UnicodeDecodeError):
        return None
    return {service.name: shipping_keys(service) for service in project.services}


def _note(left: Sequence[frozenset[str]], commits: Sequence[str]) -> str:
    paths = sorted({path for cause in left for path in cause})
    named = ", ".join(paths[:_SHOWN]) + (f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else "")
    between = f"{commits[-1][:12]}..{commits[0][:12]}" if commits else "the two commits"
    return f"no single commit of {between} says how it came to differ in {named or 'how it is built'}"
