"""What would be changed in the cloud, one resource after the other, before anything is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deployguard.model.release import PlannedChange


class Action(StrEnum):
    """What becomes of a resource."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to become of one resource.

    `kind` is a word for people (`policy`, `job`, `schedule`), `name` what the configuration calls it, `id` its resource
    name, "" before it exists. `blockers` are reasons for which it cannot be done, `notes` what else is to be known.
    """

    action: Action
    kind: str
    name: str
    id: str = ""
    changes: tuple[PlannedChange, ...] = ()
    blockers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """All that would be changed. `foreign` counts resources of others, which are left alone; `notes` speak of the whole.

    `unsettled` are matters that a person has to decide, such as two policies for one alert: they fail a plan.
    """

    project: str
    intents: tuple[Intent, ...]
    foreign: int = 0
    notes: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()

    @property
    def blocked(self) -> bool:
        return any(intent.blockers for intent in self.intents)

    @property
    def changing(self) -> tuple[Intent, ...]:
        return tuple(intent for intent in self.intents if intent.action is not Action.NONE)
