"""Planning until nothing is left to plan: what one change reveals is planned too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from deployguard.fixes.change import Change, Plan
from deployguard.fixes.plan import plan
from deployguard.model.entry import Entry
from deployguard.model.finding import Finding
from deployguard.source.blobs import Blobs
from deployguard.source.disk import blob_id
from deployguard.source.tree import SourceTree

MOST_ROUNDS = 10


def settled(tree: SourceTree, findings_in: Callable[[SourceTree], Iterable[Finding]]) -> Plan:
    """Plan, judge the tree as it would be then, and plan again, until a round changes nothing.

    The tree itself stays as it is; every change is one from it.
    """
    changes: dict[str, Change] = {}
    planned = Plan((), ())
    for _ in range(MOST_ROUNDS):
        changed = with_changes(tree, changes.values())
        planned = plan(findings_in(changed), changed)
        if not planned.changes:
            break
        for change in planned.changes:
            first = changes.get(change.path, change)
            changes[change.path] = replace(change, old_mode=first.old_mode, before=first.before)
    return Plan(tuple(changes[path] for path in sorted(changes)), planned.refused)


def with_changes(tree: SourceTree, changes: Iterable[Change]) -> SourceTree:
    """Return the tree as it would be with the changes made and tracked."""
    entries, contents = dict(tree.entries), dict[str, bytes]()
    for change in changes:
        blob = blob_id(change.after)
        contents[blob] = change.after
        entries[change.path] = Entry(change.mode, blob)
    blobs = _Changed(contents, tree.blobs)
    return SourceTree(tree.kind, entries, blobs, tree.sha, tree.disk, tree.problems)


@dataclass(frozen=True, slots=True)
class _Changed:
    """Planned contents before those of the tree."""

    contents: Mapping[str, bytes]
    below: Blobs

    def read(self, wanted: Iterable[str]) -> dict[str, bytes | None]:
        ids = list(dict.fromkeys(wanted))
        rest = [blob for blob in ids if blob not in self.contents]
        found: dict[str, bytes | None] = {blob: self.contents[blob] for blob in ids if blob in self.contents}
        return found | (self.below.read(rest) if rest else {})
