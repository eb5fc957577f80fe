"""`deployguard alerts list`: each service, the policies that watch it, and who is told."""

from __future__ import annotations

import argparse

from deployguard.alerts.apply import read_existing
from deployguard.alerts.watching import watches
from deployguard.cli.output import show, tell
from deployguard.config.choice import chosen_services
from deployguard.gcp.connection import connect
from deployguard.gcp.monitoring import Monitoring
from deployguard.model.service import Project
from deployguard.report.printable import counted
from deployguard.report.watching import watches_json, watches_text


def list_alerts(arguments: argparse.Namespace, project: Project) -> int:
    """Print the list; with `--strict`, a service of which nobody is told fails."""
    names = tuple(service.name for service in chosen_services(project, arguments.names))
    connection = connect(project)
    found = watches(project, read_existing(Monitoring(connection), connection.project), names)
    if arguments.output_format == "json":
        show(watches_json(connection.project, found))
    else:
        show(watches_text(found))
    untold = sum(not watch.is_told for watch in found)
    tell(f"{counted(len(found), 'service')}; of {untold} nobody is told")
    return int(bool(untold) and arguments.strict and not arguments.exit_zero)
