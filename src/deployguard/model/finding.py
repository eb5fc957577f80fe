"""What a rule has to say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding weighs: an error blocks, a warning is shown, an info is on request."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One link of a chain: `path:line` imports `imports`, in `context` (module, lazy, guarded, main)."""

    path: str
    line: int
    imports: str
    context: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that makes the finding go away.

    `kind`: `link` (make `path` a relative link to `text`), `append` (add the line `text` to `path`),
    `replace` (put `text` in the place of `old` in line `line` of `path`), `advice` (for a person; `text` says what
    to do).
    """

    kind: str
    path: str
    text: str
    line: int = 0
    old: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's verdict on one subject, where it is, by which chain, and what to do."""

    code: str
    severity: Severity
    subject: str
    path: str
    line: int
    message: str
    advice: str
    chain: tuple[Step, ...] = ()
    fix: Fix | None = None

    @property
    def sort_key(self) -> tuple[str, str, int, str]:
        return (self.code, self.path, self.line, self.subject)


class RuleInfo(NamedTuple):
    """What a report says about a rule: its name, one sentence, and its page in Markdown."""

    name: str
    summary: str
    page: str
