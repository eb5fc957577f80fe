"""`deployguard alerts test`: write a log entry as a service would, and see which policies it fires."""

from __future__ import annotations

import argparse
import json
import secrets
import time
from typing import Any

from deployguard.alerts.apply import read_existing
from deployguard.alerts.plan import Existing
from deployguard.alerts.trial import FORMS, Fires, Writer, entry_of, fired_by
from deployguard.alerts.watching import could_fire
from deployguard.cli.output import show, tell
from deployguard.gcp.connection import Connection, connect
from deployguard.gcp.log_entries import has_entry, write_entry
from deployguard.gcp.monitoring import Monitoring
from deployguard.model.alert import LogMatch, Policy, Written
from deployguard.model.errors import UsageError
from deployguard.model.log_severities import SEVERITIES
from deployguard.model.service import Project
from deployguard.report.watching import SCHEMA, fires_text

_PAUSE_S = 1.0


def try_alerts(arguments: argparse.Namespace, project: Project, written: tuple[Written, ...]) -> int:
    """Say which policies each form of entry fires, write one, and see that Cloud Logging's own reader agrees.

    Exit code: 0 when the entry fires a policy that tells somebody, 1 when not, 2 when that cannot be told.
    """
    service = _service(arguments, project, written)
    connection = connect(project)
    existing = read_existing(Monitoring(connection), connection.project)
    policies = _policies(service, existing, written)
    message = arguments.message or f"deployguard alerts test: this entry of {service} is a drill"
    writer = Writer(connection.project, service, _region(project, service))
    entries = {form: entry_of(form, writer, arguments.severity, message) for form in FORMS}
    forms = {form: fired_by(entry, policies) for form, entry in entries.items()}
    agreed = None if arguments.dry_run else _written(arguments, connection, entries[arguments.form], policies)
    _report(arguments, service, forms, agreed)
    if agreed is not None and agreed != {one.name for one in forms[arguments.form] if one.matched}:
        return 2
    return 0 if any(one.matched and not one.why_not for one in forms[arguments.form]) else 1


def _service(arguments: argparse.Namespace, project: Project, written: tuple[Written, ...]) -> str:
    if len(arguments.names) != 1:
        raise UsageError("alerts test: name one service, or one alert of a service")
    if arguments.severity not in SEVERITIES:
        raise UsageError(f"--severity {arguments.severity}: it is one of {', '.join(SEVERITIES)}")
    name = arguments.names[0]
    if any(service.name == name for service in project.services):
        return str(name)
    of_alert = next((one for one in written if one.name == name), None)
    if of_alert is None:
        raise UsageError(f"{name}: neither a service nor an alert of {project.path}")
    if not of_alert.service:
        raise UsageError(
            f"{name}: this alert names no service; name the service whose log is to be written to"
        )
    return of_alert.service


def _region(project: Project, name: str) -> str:
    service = next(one for one in project.services if one.name == name)
    return project.region_of(service)


def _policies(service: str, existing: Existing, written: tuple[Written, ...]) -> list[tuple[str, Policy]]:
    """Return what exists and could fire for a service; a configured one that does not exist yet is said to be missing."""
    found = [
        (one.policy.display_name, one.policy) for one in existing.policies if could_fire(one.policy, service)
    ]
    for one in written:
        if one.service == service and not existing.of_alert(one.policy.alert):
            tell(f"{one.name}: configured, and not applied yet: it cannot fire")
    return found


def _written(
    arguments: argparse.Namespace,
    connection: Connection,
    entry: dict[str, Any],
    policies: list[tuple[str, Policy]],
) -> set[str]:
    """Write an entry, and return the policies whose filter finds it in the log."""
    identity = f"deployguard-{secrets.token_hex(8)}"
    write_entry(connection, {**entry, "insertId": identity})
    _await(connection, f'insertId="{identity}"', arguments.wait)
    return {
        name
        for name, policy in policies
        for condition in policy.conditions
        if isinstance(condition.of, LogMatch)
        and has_entry(connection, f'insertId="{identity}"\n({condition.of.filter}\n)')
    }


def _await(connection: Connection, text: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not has_entry(connection, text):
        if time.monotonic() > deadline:
            tell(f"the entry is not in the log after {seconds:g} s: look again later, or give --wait")
            return
        time.sleep(_PAUSE_S)


def _report(
    arguments: argparse.Namespace, service: str, forms: dict[str, tuple[Fires, ...]], agreed: set[str] | None
) -> None:
    if arguments.output_format == "json":
        value = {
            "schema": SCHEMA,
            "service": service,
            "written": None if agreed is None else arguments.form,
            "found_by": None if agreed is None else sorted(agreed),
            "forms": {
                form: [{"policy": one.name, "fires": one.matched, "silent": one.why_not} for one in each]
                for form, each in forms.items()
            },
        }
        show(json.dumps(value, indent=2) + "\n")
    else:
        show(fires_text(service, forms))
    if agreed is None:
        return
    expected = {one.name for one in forms[arguments.form] if one.matched}
    tell(
        f"wrote one entry ({arguments.form}); Cloud Logging finds it by the filter of: {', '.join(sorted(agreed)) or 'none'}"
    )
    for name in sorted(expected ^ agreed):
        tell(
            f"cannot tell: {name}: expected to {'fire' if name in expected else 'be silent'}, and the log says otherwise"
        )
