"""Drift on GitHub: an annotation a service, and a summary of the step for people."""

from __future__ import annotations

from html import escape

from deployguard.model.drift import FRESH, DriftReport, Judged, Verdict
from deployguard.notify.commands import merged
from deployguard.report.ages import age, moment
from deployguard.report.drift_tones import headline
from deployguard.report.printable import counted, printable
from deployguard.report.workflow import workflow_command

_MARKS = frozenset("\\`*_{}[]()<>#+-.!|~@:$&\"'=^")
_MOST_COMMITS, _SHORT = 20, 10


def drift_github(report: DriftReport, *, strict: bool = False) -> str:
    """Write one workflow command a line, for each service that is not as written and all that could not be seen."""
    lines = [_annotation(each, strict) for each in report.services if each.verdict not in FRESH]
    lines += [
        workflow_command("error", {"title": "deployguard drift cannot tell"}, printable(reason))
        for reason in report.blind
    ]
    return "".join(f"{line}\n" for line in lines)


def _annotation(one: Judged, strict: bool) -> str:
    level = "notice" if one.verdict is Verdict.UNMANAGED and not strict else "error"
    commits = [f"{each.sha[:_SHORT]} {each.subject}" for each in one.commits[:_MOST_COMMITS]]
    fix = [f"run: {one.fix}"] if one.fix else []
    lines = [one.reason or str(one.verdict), *one.details, *commits, *fix]
    title = printable(f"{one.name}: {one.verdict}")
    return workflow_command(level, {"title": title}, "\n".join(map(printable, lines)))


def drift_summary(report: DriftReport) -> str:
    """Write markdown for `$GITHUB_STEP_SUMMARY`; nothing that was read can act as markdown or HTML."""
    wrong = [each for each in report.services if each.verdict not in FRESH]
    fine = len(report.services) - len(wrong)
    fixes = merged((each.name, each.fix) for each in wrong)
    at = (
        f"{_md(report.branch)} at {_code(report.head[:_SHORT])}"
        if report.branch
        else _code(report.head[:_SHORT])
    )
    blocks = [
        f"## deployguard drift: {_md(headline(report))}",
        f"{at}, {moment(report.taken)}",
        _list("Could not be seen", report.blind),
        "\n".join(["| service | verdict | reason |", "|---|---|---|", *map(_row, wrong)]) if wrong else "",
        f"<pre>{escape(chr(10).join(map(printable, fixes)))}</pre>" if fixes else "",
        *(_commits(each, report) for each in wrong if each.commits),
        f"{counted(fine, 'service')} as written." if fine else "",
        _list("Limits of this comparison", report.notes),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _row(one: Judged) -> str:
    return f"| {_md(one.name)} | **{one.verdict}** | {_md(one.reason)} |"


def _commits(one: Judged, report: DriftReport) -> str:
    lines = [
        f"- {_code(each.sha[:_SHORT])} {_md(each.subject)} ({_md(each.author)}, {age(each.date, report.taken)})"
        f"{''.join(f'<br>by {_code(path)}' for path in each.via[:_MOST_COMMITS])}"
        for each in one.commits[:_MOST_COMMITS]
    ]
    more = len(one.commits) - len(lines)
    lines += [f"- and {more} older"] if more else []
    heading = f"{_md(one.name)}: {counted(len(one.commits), 'commit')}"
    return "\n".join([f"<details><summary>{heading}</summary>", "", *lines, "", "</details>"])


def _list(heading: str, sentences: tuple[str, ...]) -> str:
    return "\n".join([f"**{heading}**", "", *(f"- {_md(each)}" for each in sentences)]) if sentences else ""


def _code(text: str) -> str:
    return f"<code>{_md(text)}</code>"


def _md(text: str) -> str:
    """Write marks as references, which GitHub Flavored Markdown (6.2) never takes for structure."""
    return "".join(f"&#{ord(each)};" if each in _MARKS else each for each in printable(text))
