"""Log entries as a service writes them, and the policies that they fire.

Plain text has severity DEFAULT, on both streams; a JSON line keeps its `severity`; a request is ERROR from status 500 on
(cloud.google.com/run/docs/logging).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

from deployguard.gcp.logfilter.judging import matches
from deployguard.gcp.logfilter.parts import FilterError
from deployguard.gcp.logfilter.reading import parse
from deployguard.model.alert import LogMatch, Policy

FORMS: Mapping[str, str] = {
    "text": "a line of plain text, such as a traceback",
    "json": "a JSON line with a severity",
    "request": "a request that ended with status 500",
}
_LOGS = {"text": "stderr", "json": "stderr", "request": "requests"}


class Writer(NamedTuple):
    """Whose log it is: a service in a region of a project."""

    project: str
    service: str
    region: str


@dataclass(frozen=True, slots=True)
class Fires:
    """Whether an entry fires a policy; `why_not` says what keeps it from telling somebody although it matches."""

    name: str
    matched: bool
    why_not: str = ""


def entry_of(form: str, writer: Writer, severity: str, message: str) -> dict[str, Any]:
    """Return the entry of a service in one of FORMS, in the JSON form of `LogEntry`, without an insertId."""
    project, service, region = writer
    entry: dict[str, Any] = {
        "logName": f"projects/{project}/logs/{quote(f'run.googleapis.com/{_LOGS[form]}', safe='')}",
        "resource": {
            "type": "cloud_run_revision",
            "labels": {
                "project_id": project,
                "location": region,
                "service_name": service,
                "configuration_name": service,
                "revision_name": f"{service}-deployguard-test",
            },
        },
        "labels": {"deployguard": "test"},
    }
    match form:
        case "text":
            return {**entry, "severity": "DEFAULT", "textPayload": message}
        case "json":
            return {**entry, "severity": severity, "jsonPayload": {"message": message}}
        case _:
            request = {
                "requestMethod": "GET",
                "requestUrl": f"https://{service}/deployguard-test",
                "status": 500,
            }
            return {**entry, "severity": "ERROR", "httpRequest": request}


def fired_by(entry: Mapping[str, Any], policies: Iterable[tuple[str, Policy]]) -> tuple[Fires, ...]:
    """Return what an entry does to each named policy; those without a log-match condition are left out."""
    found = []
    for name, policy in policies:
        filters = [each.of.filter for each in policy.conditions if isinstance(each.of, LogMatch)]
        if filters:
            found.append(Fires(name, any(_matches(each, entry) for each in filters), _why_not(policy)))
    return tuple(found)


def _why_not(policy: Policy) -> str:
    if not policy.enabled:
        return "it is disabled"
    return "" if policy.channels else "it has no channel"


def _matches(text: str, entry: Mapping[str, Any]) -> bool:
    try:
        return matches(parse(text), entry)
    except FilterError:
        return False
