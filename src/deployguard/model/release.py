"""What a release would do, before it does anything."""

from __future__ import annotations

from dataclasses import dataclass

from deployguard.model.drift import Commit, Serving


@dataclass(frozen=True, slots=True)
class Blocker:
    """A reason not to ship. `name` is what `--allow NAME` lets pass; `allowed` says that this one was let pass.

    `unknown`: it could not be told whether all is well, which blocks as well.
    """

    name: str
    message: str
    fix: str = ""
    unknown: bool = False
    allowed: bool = False


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One thing that will differ: `what` (`image`, `env`, `labels`, `memory`, `traffic`, ...), from `before` to `after`.

    Names only where it is about variables: `+STAGE`, `-OLD`, `~CHANGED`.
    """

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """What a deploy of one service would change.

    `action`: `create`, `update`, `none` where what serves is what would be shipped, or `unknown` where it could not be
    asked. `older`: the commit is an
    ancestor of the one that serves. `base` is the revision that serves now, "" for none; `base_generation` is the
    generation of the Cloud Run service: a later deploy of this plan is refused when either has moved. `notes` say what a
    person may expect to change, and does not.
    """

    name: str
    kind: str
    region: str
    commit: str
    fingerprint: str
    action: str
    base: str = ""
    base_generation: int = 0
    serving: Serving | None = None
    older: bool = False
    behind: int = 0
    commits: tuple[Commit, ...] = ()
    changes: tuple[PlannedChange, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def blocked(self) -> bool:
        return any(not blocker.allowed for blocker in self.blockers)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deploy would change, service by service in the order in which they would be deployed."""

    project: str
    commit: str
    services: tuple[ServicePlan, ...]
    notes: tuple[str, ...] = ()
