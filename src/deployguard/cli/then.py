"""`deploy --then reconcile`: the repair of what the shipped services write, once they are what is written."""

from __future__ import annotations

import argparse
from collections.abc import Collection

from deployguard.cli.output import tell
from deployguard.cli.parsers import parser_of
from deployguard.model.errors import UsageError
from deployguard.model.service import Project
from deployguard.pipeline.tracker import trackers_of


def then_reconcile(arguments: argparse.Namespace, project: Project, shipped: Collection[str]) -> int:
    """Repair the documents of every tracker that a shipped service writes, behind the gate like any repair."""
    if not project.tables.get("trackers"):
        raise UsageError(
            f"{project.path}: --then reconcile: no tracker is configured; add a table [trackers.NAME]"
        )
    names = [each.name for each in trackers_of(project) if set(each.written_by) & set(shipped)]
    if not names:
        tell(f"deployguard: no tracker is written by {', '.join(sorted(shipped))}: nothing to reconcile")
        return 0
    words = [*names, "-C", arguments.directory, "--fix"]
    given = parser_of("reconcile").parse_intermixed_args(
        words if arguments.config is None else [*words, "--config", arguments.config]
    )
    return int(given.run(given))
