"""Verdicts of the last run, kept for as long as everything they looked at is the same.

This module is on the shortest path of the command: it imports no rule.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import deployguard
from deployguard.model.finding import Finding, Fix, RuleInfo, Severity, Step
from deployguard.model.report import Report, ServiceReport
from deployguard.source.cache import cache_folder, read_json, write_json
from deployguard.source.trace import Seen, lies_in
from deployguard.source.tree import SourceTree

_DAMAGED = (KeyError, TypeError, ValueError, AttributeError)


class Verdict(NamedTuple):
    """What was found in one service before anything was suppressed, and what was looked at."""

    report: ServiceReport
    seen: Seen


class Remembered(NamedTuple):
    """A whole run: the report as it was shown, and the tree it was about.

    `beside` is what it looked at beside the tree, whoever asked: as `disk` of Seen.
    """

    digest: str
    report: Report
    rules: Mapping[str, RuleInfo]
    beside: Mapping[str, str | None]

    def answers(self, tree: SourceTree) -> bool:
        """Tell whether the same tree, with the same files lying beside it, is asked about again."""
        return self.digest == tree.digest and self.report.sha == tree.sha and lies_in(tree, self.beside)


class Memory:
    """Where the last run of one question in one repository is kept."""

    def __init__(self, question: Sequence[str]) -> None:
        text = "\0".join([*question, *_this_program()])
        self.path = (
            cache_folder()
            / "verdicts"
            / f"{sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:40]}.json"
        )

    def recall(self) -> Remembered | None:
        """Return the last run; None when there was none, or it cannot be read."""
        try:
            return _thawed(self._kept) if self._kept else None
        except _DAMAGED:
            return None

    def verdicts(self) -> Mapping[str, Verdict]:
        """Return what the last run was made of, by service; thawed only where somebody judges anew."""
        try:
            return {
                name: Verdict(_thawed_service(report), _thawed_seen(*seen))
                for name, (report, seen) in self._kept.get("verdicts", {}).items()
            }
        except _DAMAGED:
            return {}

    def keep(self, remembered: Remembered, verdicts: Mapping[str, Verdict]) -> None:
        write_json(self.path, _frozen(remembered, verdicts))

    @cached_property
    def _kept(self) -> dict[str, Any]:
        value = read_json(self.path)
        return value if isinstance(value, dict) else {}


def _this_program() -> Iterable[str]:
    """What makes another program: another version, another Python, an edited file of ours."""
    package = Path(deployguard.__file__).parent
    newest = max(file.stat().st_mtime_ns for file in package.rglob("*") if file.suffix in {".py", ".json"})
    resolved = cache_folder() / "resolutions"
    changed = resolved.stat().st_mtime_ns if resolved.is_dir() else 0
    return (deployguard.__version__, sys.version, str(newest), str(changed))


def _frozen(remembered: Remembered, verdicts: Mapping[str, Verdict]) -> dict[str, object]:
    return {
        "digest": remembered.digest,
        "report": _report(remembered.report),
        "rules": {code: list(info) for code, info in remembered.rules.items()},
        "verdicts": {
            name: [_service(verdict.report), list(verdict.seen)] for name, verdict in verdicts.items()
        },
        "beside": remembered.beside,
    }


def _report(report: Report) -> dict[str, object]:
    return {
        "tree_kind": report.tree_kind,
        "sha": report.sha,
        "services": [_service(one) for one in report.services],
        "repository": [_finding(one) for one in report.repository],
        "suppressed": report.suppressed,
        "unknown": report.unknown,
    }


def _service(report: ServiceReport) -> list[object]:
    findings = [_finding(one) for one in report.findings]
    return [report.name, report.kind, report.fingerprint, report.files, findings, report.unknown]


def _finding(one: Finding) -> list[object]:
    chain = [[step.path, step.line, step.imports, step.context] for step in one.chain]
    fix = [one.fix.kind, one.fix.path, one.fix.text, one.fix.line, one.fix.old] if one.fix else None
    return [one.code, one.severity, one.subject, one.path, one.line, one.message, one.advice, chain, fix]


def _thawed(value: dict[str, Any]) -> Remembered:
    return Remembered(
        value["digest"],
        _thawed_report(value["report"]),
        {code: RuleInfo(*info) for code, info in value["rules"].items()},
        dict(value["beside"]),
    )


def _thawed_report(value: dict[str, Any]) -> Report:
    return Report(
        value["tree_kind"],
        value["sha"],
        tuple(_thawed_service(one) for one in value["services"]),
        tuple(_thawed_finding(*one) for one in value["repository"]),
        value["suppressed"],
        tuple(value["unknown"]),
    )


def _thawed_service(value: list[Any]) -> ServiceReport:
    name, kind, fingerprint, files, findings, unknown = value
    return ServiceReport(
        name, kind, fingerprint, files, tuple(_thawed_finding(*one) for one in findings), tuple(unknown)
    )


def _thawed_finding(code: str, severity: str, *rest: Any) -> Finding:
    subject, path, line, message, advice, chain, fix = rest
    steps = tuple(Step(*step) for step in chain)
    return Finding(
        code, Severity(severity), subject, path, line, message, advice, steps, Fix(*fix) if fix else None
    )


def _thawed_seen(entries: dict[str, Any], *rest: Any) -> Seen:
    folders, existing, disk, whole = rest
    pairs = {path: (value[0], value[1]) if value else None for path, value in entries.items()}
    return Seen(pairs, folders, existing, disk, whole)
