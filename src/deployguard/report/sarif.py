"""SARIF 2.1.0, for code scanning (OASIS, Static Analysis Results Interchange Format).

A finding that many services share is one result; its services are in the properties.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping

from deployguard import __version__
from deployguard.model.finding import Finding, RuleInfo, Severity, Step
from deployguard.model.report import Report
from deployguard.report.groups import Group, grouped, grouped_unknowns, services_note
from deployguard.report.printable import printable

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FINGERPRINT = "deployguardFinding/v1"


def sarif(report: Report, rules: Mapping[str, RuleInfo]) -> str:
    """Write a log of one run, in ASCII; only rules that found something are described."""
    import json

    groups = grouped(report)
    codes = sorted({group.finding.code for group in groups})
    run = {
        "tool": {
            "driver": {
                "name": "deployguard",
                "version": __version__,
                "rules": [_rule(code, rules.get(code)) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": list(_results(groups, codes)),
        "properties": {"tree": {"kind": report.tree_kind, "sha": report.sha}},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, rule: RuleInfo | None) -> dict[str, object]:
    described: dict[str, object] = {"id": printable(code)}
    if rule is not None:
        described["name"] = rule.name
        described["shortDescription"] = {"text": rule.summary}
        described["help"] = {"text": rule.page, "markdown": rule.page}
    return described


def _invocation(report: Report) -> dict[str, object]:
    notifications = [
        {"level": "error", "message": {"text": f"cannot tell: {printable(reason)}{services_note(services)}"}}
        for reason, services in grouped_unknowns(report)
    ]
    return {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}


def _results(groups: tuple[Group, ...], codes: list[str]) -> Iterator[dict[str, object]]:
    seen: Counter[str] = Counter()
    for finding, services, fixes in groups:
        base = "\0".join((finding.code, finding.subject, finding.path))
        seen[base] += 1
        text = [printable(finding.message) + services_note(services), *fixes]
        result: dict[str, object] = {
            "ruleId": printable(finding.code),
            "ruleIndex": codes.index(finding.code),
            "level": _LEVELS[finding.severity],
            "message": {"text": "\n".join(text)},
            "partialFingerprints": {_FINGERPRINT: _fingerprint(base, seen[base])},
            "properties": {"subject": printable(finding.subject), "services": [*map(printable, services)]},
        }
        if finding.path:
            result["locations"] = [_location(finding.path, finding.line)]
        if finding.chain:
            result["relatedLocations"] = _related(finding)
        yield result


def _fingerprint(base: str, occurrence: int) -> str:
    """Identify a finding across edits of its file: by rule, subject and path, never by line."""
    import hashlib

    return hashlib.sha256(f"{base}\0{occurrence}".encode("utf-8", "surrogatepass")).hexdigest()


def _related(finding: Finding) -> list[dict[str, object]]:
    return [_step(number, step) for number, step in enumerate(finding.chain, start=1)]


def _step(number: int, step: Step) -> dict[str, object]:
    message = {"text": f"imports {printable(step.imports)}"}
    return {"id": number, "message": message, **_location(step.path, step.line)}


def _location(path: str, line: int) -> dict[str, object]:
    from urllib.parse import quote

    # Percent-encoding keeps every byte of a path (RFC 3986, 2.1), so a name that is not UTF-8 still names its file.
    uri = quote(os.fsencode(path) if _is_path(path) else path.encode("utf-8", "replace"))
    physical: dict[str, object] = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}
    if line > 0:
        physical["region"] = {"startLine": line}
    return {"physicalLocation": physical}


def _is_path(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True
