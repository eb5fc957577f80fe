"""The policies that `[alerts.NAME]` of deployguard.toml asks for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from deployguard.alerts.metrics import metric_of
from deployguard.model.alert import (
    ALERT_LABEL,
    LEAST_CLOSE_S,
    LEAST_RATE_S,
    MOST_CLOSE_S,
    MOST_RATE_S,
    SERVICE_LABEL,
    Condition,
    Fault,
    LogMatch,
    Policy,
    Strategy,
    Written,
)
from deployguard.model.amounts import seconds
from deployguard.model.service import Project
from deployguard.model.stamp_names import MANAGED_LABEL

_METRIC_ONLY = ("metric", "comparison", "threshold", "duration")
_Alert = Mapping[str, object]


def configured_policies(project: Project) -> tuple[Written, ...]:
    """Return the policy of each configured alert, with what is wrong about its table."""
    return tuple(_written(project, name, table) for name, table in project.table("alerts").items())


def alert_label(name: str) -> str:
    """Return the label value of an alert: its name, or a cut and hashed form where a label cannot hold it."""
    plain = re.sub(r"[^a-z0-9_-]", "-", name.lower())
    if plain == name and len(name) <= 63:
        return name
    return f"{plain[:54]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _written(project: Project, name: str, table: _Alert) -> Written:
    return Written(
        name=name,
        path=project.path,
        policy=_policy(name, table),
        is_table=True,
        service=str(table.get("service", "")),
        faults=tuple(_faults(table)),
        key=("alerts", name),
        lines=project.lines,
    )


def _policy(name: str, table: _Alert) -> Policy:
    service = str(table.get("service", ""))
    of = metric_of(table, _seconds(table.get("duration", "5m"))) if _is_metric(table) else _log_match(table)
    return Policy(
        display_name=str(table.get("display-name", name)),
        conditions=(Condition(_condition_name(service, table), of),),
        strategy=Strategy(_duration(table, "rate-limit"), _duration(table, "auto-close")),
        channels=_texts(table.get("channels")),
        documentation=_documentation(name, table),
        enabled=bool(table.get("enabled", True)),
        labels=tuple(sorted(_labels(name, service).items())),
    )


def _log_match(table: _Alert) -> LogMatch:
    """A second-generation function is a Cloud Run service, and logs as one."""
    service, given = str(table.get("service", "")), str(table.get("filter", "")).strip()
    parts = [
        f'resource.type="cloud_run_revision"\nresource.labels.service_name="{service}"' if service else "",
        f"severity>={table['severity']}" if "severity" in table else "",
        f"({given})" if given and (service or "severity" in table) else given,
    ]
    return LogMatch("\n".join(filter(None, parts)))


def _condition_name(service: str, table: _Alert) -> str:
    subject = service or "any service"
    if _is_metric(table):
        return f"{subject}: {table.get('metric', 'metric')}"
    return (
        f"{subject}: log entry of severity {table['severity']} or worse"
        if "severity" in table
        else f"{subject}: log entry"
    )


def _documentation(name: str, table: _Alert) -> str:
    runbook = str(table.get("runbook", ""))
    parts = [
        str(table.get("documentation", "")).strip(),
        f"Runbook: [{runbook}]({runbook})" if runbook else "",
        f"This policy is written in `[alerts.{name}]` of deployguard.toml; `deployguard alerts apply` puts it back.",
    ]
    return "\n\n".join(filter(None, parts))


def _labels(name: str, service: str) -> dict[str, str]:
    labels = {MANAGED_LABEL[0]: MANAGED_LABEL[1], ALERT_LABEL: alert_label(name)}
    return {**labels, SERVICE_LABEL: alert_label(service)} if service else labels


def _faults(table: _Alert) -> Iterator[Fault]:
    if _is_metric(table):
        yield from _faults_of_metric(table)
    else:
        yield from _faults_of_log_match(table)
    rate, close = _duration(table, "rate-limit"), _duration(table, "auto-close")
    if rate is not None and not _is_metric(table) and not LEAST_RATE_S <= rate <= MOST_RATE_S:
        yield Fault(("rate-limit",), "must be from 5m to 2d")
    if close is not None and not LEAST_CLOSE_S <= close <= MOST_CLOSE_S:
        yield Fault(("auto-close",), "must be from 30m to 7d")


def _faults_of_log_match(table: _Alert) -> Iterator[Fault]:
    for key in _METRIC_ONLY:
        if key in table:
            yield Fault((key,), 'goes with condition = "metric" only')
    if "service" not in table and "filter" not in table:
        yield Fault((), "neither `service` nor `filter`: it would match every log entry of the project")


def _faults_of_metric(table: _Alert) -> Iterator[Fault]:
    if "severity" in table:
        yield Fault(("severity",), "a metric has no severity: it goes with a log-match condition")
    if "metric" not in table and "filter" not in table:
        yield Fault((), "neither `metric` nor `filter` says what is measured")
    if "metric" in table and "service" not in table:
        yield Fault(("metric",), "needs a `service`: whose metric it is")
    if "threshold" not in table:
        yield Fault((), "`threshold` is missing: where the metric begins to be wrong")
    if _seconds(table.get("duration", "5m")) % 60:
        yield Fault(("duration",), "must be whole minutes")


def _is_metric(table: _Alert) -> bool:
    return table.get("condition") == "metric"


def _duration(table: _Alert, key: str) -> int | None:
    return _seconds(table[key]) if key in table else None


def _seconds(text: object) -> int:
    return int(seconds(text) or 0)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()
