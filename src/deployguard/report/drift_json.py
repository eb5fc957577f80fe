"""The verdicts of drift as JSON: the contract that scripts rely on; keys are added, never renamed."""

from __future__ import annotations

from datetime import datetime

from deployguard.model.drift import Commit, DriftReport, Judged, Serving, Verdict

SCHEMA = 1


def drift_json(report: DriftReport) -> str:
    """Write the report as one JSON object in ASCII; times are ISO 8601 with their zone."""
    import json

    value = {
        "schema": SCHEMA,
        "head": report.head,
        "branch": report.branch,
        "taken": _time(report.taken),
        "services": [judged_value(one) for one in report.services],
        "notes": list(report.notes),
        "blind": list(report.blind),
        "summary": {str(verdict): _count(report, verdict) for verdict in Verdict},
    }
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def judged_value(one: Judged) -> dict[str, object]:
    """Return one service as plain values."""
    return {
        "name": one.name,
        "kind": one.kind,
        "region": one.region,
        "verdict": str(one.verdict),
        "reason": one.reason,
        "details": list(one.details),
        "fix": one.fix,
        "serving": _serving(one.serving),
        "behind": one.behind,
        "commits": [_commit(commit) for commit in one.commits],
    }


def _serving(serving: Serving | None) -> dict[str, object] | None:
    if serving is None:
        return None
    return {
        "revision": serving.revision,
        "commit": serving.commit,
        "fingerprint": serving.fingerprint,
        "since": _time(serving.since),
        "percent": serving.percent,
    }


def _commit(commit: Commit) -> dict[str, object]:
    return {
        "sha": commit.sha,
        "author": commit.author,
        "date": _time(commit.date),
        "subject": commit.subject,
        "via": list(commit.via),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _count(report: DriftReport, verdict: Verdict) -> int:
    return sum(one.verdict is verdict for one in report.services)
