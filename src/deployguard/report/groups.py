"""The same finding in many services, told once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from deployguard.model.finding import Finding
from deployguard.model.report import Found, Report
from deployguard.report.commands import what_to_do
from deployguard.report.printable import counted, printable

_NAMED = 3


class Group(NamedTuple):
    """A finding, the services it stands in (none for the repository as a whole), and how to fix it in each."""

    finding: Finding
    services: tuple[str, ...]
    fixes: tuple[str, ...]


def grouped(report: Report) -> tuple[Group, ...]:
    """Join findings that differ only in service, chain and fix; in the order of the files they are in."""
    groups: dict[tuple[object, ...], list[Found]] = {}
    for found in report.found():
        groups.setdefault(_key(found.finding), []).append(found)
    return tuple(_group(groups[key]) for key in sorted(groups))


def _group(members: list[Found]) -> Group:
    services = dict.fromkeys(found.service for found in members if found.service)
    fixes = dict.fromkeys(line for found in members for line in what_to_do(found.finding))
    return Group(members[0].finding, tuple(services), tuple(fixes))


def grouped_unknowns(report: Report) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Join reasons that several services share."""
    groups: dict[str, list[str]] = {}
    for service, reason in report.unknowns():
        groups.setdefault(reason, []).extend(filter(None, [service]))
    return tuple((reason, tuple(groups[reason])) for reason in sorted(groups))


def services_note(services: Sequence[str], named: int = _NAMED) -> str:
    """Write ` [a]` for one service, ` (in 6 services: a, b, c, ...)` for many, nothing for the repository."""
    if not services:
        return ""
    if len(services) == 1:
        return f" [{printable(services[0])}]"
    names = [printable(name) for name in services[:named]] + ["..."] * (len(services) > named)
    return f" (in {counted(len(services), 'service')}: {', '.join(names)})"


def _key(finding: Finding) -> tuple[str, int, str, str, str, str]:
    return (
        finding.path,
        finding.line,
        finding.code,
        finding.subject,
        finding.message,
        finding.severity.value,
    )
