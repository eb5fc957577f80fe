"""What the gate says, as text and as JSON."""

from __future__ import annotations

from deployguard.drift.gate import Gate
from deployguard.model.drift import DriftReport
from deployguard.report.drift_json import judged_value
from deployguard.report.printable import printable

SCHEMA = 1


def gate_text(gate: Gate) -> str:
    """Write a line for each service: its verdict and why, and whether it is only let pass."""
    passed = {one.name for one in gate.passed}
    return "".join(
        f"{printable(one.name)}: {one.verdict}{' (let pass)' if one.name in passed else ''}: {printable(one.reason)}\n"
        for one in gate.judged
    )


def gate_json(gate: Gate, report: DriftReport) -> str:
    """Write the gate as one JSON object in ASCII, its services as drift writes them."""
    import json

    value = {
        "schema": SCHEMA,
        "head": report.head,
        "allowed": gate.allowed,
        "unknown": gate.unknown,
        "reasons": list(gate.reasons),
        "passed": [one.name for one in gate.passed],
        "services": [judged_value(one) for one in gate.judged],
        "notes": list(report.notes),
    }
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"
