"""The result of a check, as a value; every format is a function of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from deployguard.model.finding import Finding, Severity


class Summary(NamedTuple):
    """How many findings of each severity a report holds, counted once a service."""

    errors: int
    warnings: int
    infos: int
    suppressed: int


class Found(NamedTuple):
    """A finding and the service it was found in; `service` is empty for the repository as a whole."""

    service: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """What was found in one service.

    `fingerprint` is None when the artifact could not be told; `files` counts its files. `unknown` are the reasons
    why something about this service could not be judged.
    """

    name: str
    kind: str
    fingerprint: str | None
    files: int
    findings: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Keep findings in one order, whatever order the rules ran in."""
        object.__setattr__(self, "findings", _in_order(self.findings))
        object.__setattr__(self, "unknown", tuple(sorted(self.unknown)))


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found in a source tree.

    `tree_kind` is `worktree`, `index` or `commit`; `sha` the commit's id, None for the others. `suppressed` counts
    the findings that comments, configuration or the baseline took away.
    """

    tree_kind: str
    sha: str | None
    services: tuple[ServiceReport, ...] = ()
    repository: tuple[Finding, ...] = ()
    suppressed: int = 0
    unknown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Keep services and findings in one order, so that two runs print the same text."""
        object.__setattr__(self, "services", tuple(sorted(self.services, key=lambda service: service.name)))
        object.__setattr__(self, "repository", _in_order(self.repository))
        object.__setattr__(self, "unknown", tuple(sorted(self.unknown)))

    def found(self) -> tuple[Found, ...]:
        """Return every finding with its service, those of the repository last."""
        in_services = [Found(each.name, finding) for each in self.services for finding in each.findings]
        return (*in_services, *(Found("", finding) for finding in self.repository))

    def unknowns(self) -> tuple[tuple[str, str], ...]:
        """Return every (service, reason) that could not be judged; the service is empty for the whole run."""
        in_services = [(each.name, reason) for each in self.services for reason in each.unknown]
        return (*in_services, *(("", reason) for reason in self.unknown))

    def summary(self) -> Summary:
        counts = Counter(finding.severity for _, finding in self.found())
        return Summary(
            counts[Severity.ERROR], counts[Severity.WARNING], counts[Severity.INFO], self.suppressed
        )


def exit_code(report: Report, *, strict: bool = False, exit_zero: bool = False) -> int:
    """Return 0 for clean, 1 for findings that block, 2 for "cannot tell", which outranks both.

    Errors block, with `strict` warnings too. `exit_zero` turns a 1 into a 0, never a 2.
    """
    if report.unknowns():
        return 2
    summary = report.summary()
    blocked = bool(summary.errors or (strict and summary.warnings))
    return int(blocked and not exit_zero)


def _in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=_order))


def _order(finding: Finding) -> tuple[object, ...]:
    """Tell any two different findings apart: `sort_key` alone leaves ties to the order of the rules."""
    rest = (finding.severity, finding.message, finding.advice, finding.chain, repr(finding.fix))
    return (*finding.sort_key, *rest)
