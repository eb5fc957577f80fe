"""The contract that scripts rely on: keys are added, never renamed."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.model.finding import Finding, RuleInfo
from deployguard.model.report import Report, ServiceReport

SCHEMA = 1


def as_json(report: Report, rules: Mapping[str, RuleInfo]) -> str:
    """Write the report as one JSON object in ASCII.

    A path that is not UTF-8 keeps its bytes as lone surrogates (`\\udcNN`, PEP 383), which `os.fsencode` turns back.
    """
    import json

    value = {
        "schema": SCHEMA,
        "tree": {"kind": report.tree_kind, "sha": report.sha},
        "services": [_service(each, rules) for each in report.services],
        "repository": [_finding(each, rules) for each in report.repository],
        "unknown": list(report.unknown),
        "summary": report.summary()._asdict(),
    }
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def _service(service: ServiceReport, rules: Mapping[str, RuleInfo]) -> dict[str, object]:
    return {
        "name": service.name,
        "kind": service.kind,
        "fingerprint": service.fingerprint,
        "files": service.files,
        "findings": [_finding(each, rules) for each in service.findings],
        "unknown": list(service.unknown),
    }


def _finding(finding: Finding, rules: Mapping[str, RuleInfo]) -> dict[str, object]:
    rule = rules.get(finding.code)
    return {
        "code": finding.code,
        "rule": rule.name if rule else "",
        "severity": finding.severity.value,
        "subject": finding.subject,
        "path": finding.path,
        "line": finding.line,
        "message": finding.message,
        "fix": finding.advice,
        "chain": [
            {"path": step.path, "line": step.line, "imports": step.imports, "context": step.context}
            for step in finding.chain
        ],
    }
