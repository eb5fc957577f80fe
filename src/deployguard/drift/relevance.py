"""Which commits made the difference, and by which files each reached the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """Judges commits of one history; what it read of the configuration's versions is kept."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._entries: dict[tuple[str, str], Mapping[str, tuple[object, ...]] | None] = {}

    def of(self, name: str, found: Difference, commits: Sequence[str]) -> Relevant:
        """Return those of the commits (children first) that brought the difference.

        A commit counts by what it changed itself. A merge that took one side's version, and by that undid the other's,
        changed nothing itself: such merges are asked only for what nothing else explains.
        """
        changes = self._history.changes(commits)
        via: dict[str, set[str]] = {}
        for sha in commits:
            node = self._history.node(sha)
            told = told_by(changes[sha], len(node.parents) if node else 1)
            reached = {path for path in told if path in found.paths} | self._configured(name, found, told)
            if reached:
                via[sha] = reached
        left = self._unexplained(found, via)
        for sha in commits if left else ():
            reached = {path for path in brought_by(changes[sha]) if any(path in cause for cause in left)}
            if reached and len(changes[sha]) >= 1 and sha not in via:
                via[sha] = reached
        left = self._unexplained(found, via)
        listed = tuple(self._commit(sha, via[sha]) for sha in commits if sha in via)
        return Relevant(listed, _note(left, commits) if left else "")

    def _configured(self, name: str, found: Difference, told: Mapping[str, Changed]) -> set[str]:
        if not found.entry:
            return set()
        return {path for path in (NAME, PYPROJECT) if path in told and self._edits(name, path, told[path])}

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
