"""What a smoke run says of a service."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Link(NamedTuple):
    """One step of a chain: `path:line` of the artifact, or of an installed distribution, and what it says there."""

    path: str
    line: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A module, or a name of a module (`module.name`), that an import met in vain; `chain` leads there from the entry.

    An empty chain means that the start command itself needs it.
    """

    name: str
    chain: tuple[Link, ...] = ()


class Reason(StrEnum):
    """Why smoke cannot tell."""

    CREDENTIAL = "credential"
    NETWORK = "network"
    ENVIRONMENT = "environment"
    PYTHON = "python"
    UV = "uv"
    INDEX = "index"
    SOURCE = "source"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Fine:
    """It imports, and its target is there."""


@dataclass(frozen=True, slots=True)
class Broken:
    """It cannot start. `message` says how in one sentence where it is more than missing modules."""

    missing: tuple[Missing, ...] = ()
    message: str = ""
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Something that only the cloud has was in the way, or this machine lacks what it takes to try."""

    reason: Reason
    message: str
    traceback: str = ""


Verdict = Fine | Broken | CannotTell


@dataclass(frozen=True, slots=True)
class Smoked:
    """The verdict on one service; `python` is the version that it was tried on.

    `remarks` say what was done differently from the cloud; `output` is the end of what the build or the import wrote.
    """

    service: str
    verdict: Verdict
    python: str = ""
    remarks: tuple[str, ...] = ()
    output: tuple[str, ...] = ()


def exit_code(smoked: tuple[Smoked, ...]) -> int:
    """Return 0 for fine, 1 for broken, 2 for "cannot tell", which outranks both."""
    verdicts = [one.verdict for one in smoked]
    if any(isinstance(verdict, CannotTell) for verdict in verdicts):
        return 2
    return int(any(isinstance(verdict, Broken) for verdict in verdicts))
