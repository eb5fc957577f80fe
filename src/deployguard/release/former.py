"""Which revisions may be gone back to: those that served before, and that nobody went back from since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deployguard.journal.releases import Outcome, Release


@dataclass(frozen=True, slots=True)
class Former:
    """`served` are revisions in the order in which each took over, the newest last, without those gone back from.

    `left` pairs each revision that was gone back from with the rollback that did.
    """

    served: tuple[str, ...] = ()
    left: tuple[tuple[str, Release], ...] = ()

    def below(self, serving: Sequence[str]) -> tuple[str, ...]:
        """Return what may be gone back to from what serves now, the nearest first.

        Where several revisions share the requests, the oldest of them counts; where one of them is not known, it came
        after all that are.
        """
        if not all(name in self.served for name in serving):
            return tuple(name for name in reversed(self.served) if [name] != list(serving))
        place = min((self.served.index(name) for name in serving), default=len(self.served))
        return tuple(reversed(self.served[: place + (len(serving) > 1)]))

    def rollback_from(self, revision: str) -> Release | None:
        """Return the rollback that left a revision, None where none did."""
        return dict(self.left).get(revision)


def former_of(releases: Iterable[Release]) -> Former:
    """Follow the releases of a service, the newest first as a history has them."""
    served, left = list[str](), dict[str, Release]()
    oldest_first = tuple(releases)[::-1]
    for one in sorted(oldest_first, key=lambda one: one.began):  # ids of one second have no order
        if one.base and one.base not in served:  # it served, whoever brought it there
            served.append(one.base)
            left.pop(one.base, None)
        if one.outcome is not Outcome.SUCCEEDED or not one.revision:
            continue
        if one.action == "rollback" and one.revision in served:
            place = served.index(one.revision) + 1
            left |= dict.fromkeys(served[place:], one)
            del served[place:]
            continue
        left.pop(one.revision, None)
        if one.revision not in served:
            served.append(one.revision)
    return Former(tuple(served), tuple(left.items()))
