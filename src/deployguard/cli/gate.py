"""`deployguard gate`: whether the services behind a tracker are what is written, before something relies on them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from deployguard.cli.bucket import project_objects
from deployguard.cli.drifting import Taken, Wanted, add_drift_arguments, report_of, taking_stock
from deployguard.cli.output import show, tell
from deployguard.model.drift import FRESH, Verdict
from deployguard.model.errors import UsageError
from deployguard.report.gate import gate_json, gate_text

if TYPE_CHECKING:
    from deployguard.drift.gate import Gate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("subjects", metavar="TRACKER|SERVICE", nargs="+", help="what is to be relied on")
    add_drift_arguments(parser)
    parser.add_argument(
        "--allow",
        metavar="VERDICT",
        action="append",
        default=[],
        choices=[str(verdict) for verdict in Verdict if verdict not in FRESH],
        help="let this verdict pass, with --reason; it is recorded in the project's bucket",
    )
    parser.add_argument("--reason", default="", help="why it may pass")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    from deployguard.drift.gate import gate, gated_names

    allow = frozenset(map(Verdict, arguments.allow))
    if allow and not arguments.reason.strip():
        raise UsageError("--allow needs --reason: what is let pass is recorded with why")
    with taking_stock(arguments) as stock:
        names = gated_names(stock.project, arguments.subjects)
        report = report_of(stock, Wanted(names))
    judged = gate(report, names, allow)
    if judged.allowed and judged.passed:
        record_passed(Taken(stock.project, report), judged, arguments.reason)
    for note in report.notes:
        tell(f"note: {note}")
    show(gate_json(judged, report) if arguments.output_format == "json" else gate_text(judged))
    tell(_word(judged))
    return 0 if judged.allowed else 2 if judged.unknown else 1


def record_passed(taken: Taken, judged: Gate, reason: str, command: str = "gate") -> None:
    """Keep in the project's bucket what is let pass; nothing passes that could not be recorded.

    Raises:
        UsageError: the project has no bucket.
        CloudError: the bucket cannot be written.
    """
    from deployguard.journal.overrides import Override, person, record_override

    objects = project_objects(taken.project, ", and what is let pass must be recorded")
    for one in judged.passed:
        record_override(
            objects, Override(taken.report.taken, person(), command, one.name, str(one.verdict), reason)
        )
        loud = "CANNOT BE TOLD" if one.verdict is Verdict.UNKNOWN else str(one.verdict)
        tell(
            f"deployguard: warning: {one.name} is let pass although it {_is(one.verdict)}{loud}: {one.reason}"
        )


def _is(verdict: Verdict) -> str:
    return "" if verdict is Verdict.UNKNOWN else "is "


def _word(judged: Gate) -> str:
    if judged.allowed:
        return f"allowed, {len(judged.passed)} of them by --allow" if judged.passed else "allowed"
    return "refused: it cannot be told" if judged.unknown else "refused"
