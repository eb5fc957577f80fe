"""What is to be shipped, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deployguard.model.artifact import Artifact
from deployguard.model.release import ServicePlan
from deployguard.model.service import Service
from deployguard.source.tree import SourceTree

USUAL_WATCH = 60.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How traffic is moved, and what is let pass.

    `canary` are percentages of traffic, empty for all at once. `watch` is for how many seconds each is watched, None
    for the usual time. A step is bad from an error rate above `most_errors` (0 to 1), and above that of the revision
    that served before, in at least `fewest_requests` requests. `overrides` pairs what is let pass with the reason.
    """

    canary: tuple[int, ...] = ()
    watch: float | None = None
    most_errors: float = 0.01
    fewest_requests: int = 20
    smoke: bool = True
    fix_iam: bool = False
    wait: float = 0.0
    overrides: tuple[tuple[str, str], ...] = ()

    def allows(self, name: str) -> bool:
        return any(name == allowed for allowed, _ in self.overrides)


@dataclass(frozen=True, slots=True)
class Order:
    """One service at one commit: `tree` and `artifact` are the commit's, `plan` is judged already."""

    plan: ServicePlan
    service: Service
    tree: SourceTree
    artifact: Artifact
    manner: Manner = Manner()

    def settings(self) -> Mapping[str, object]:
        """Return the table `settings`, empty where there is none."""
        return table_of(self.service, "settings")

    def enforced(self) -> tuple[str, ...]:
        given = self.service.table.get("enforce")
        return tuple(map(str, given)) if isinstance(given, tuple) else ()


def table_of(service: Service, key: str) -> Mapping[str, object]:
    """Return a table of a service's configuration, empty where there is none."""
    found = service.table.get(key)
    return found if isinstance(found, Mapping) else {}
