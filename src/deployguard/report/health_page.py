"""Health verdicts as a page for people."""

from __future__ import annotations

from deployguard.model.health import Example, HealthReport, Result, Verdict
from deployguard.report.ages import moment
from deployguard.report.health import health_summary
from deployguard.report.markup import NOTHING, Html, element, joined, text
from deployguard.report.page import Tone, badge, page, section, sheet, soft, table

_TONES = {
    Verdict.ERROR: Tone.DOUBT,
    Verdict.FAIL: Tone.BAD,
    Verdict.WARN: Tone.WARN,
    Verdict.PASS: Tone.GOOD,
    Verdict.NOT_DUE: Tone.QUIET,
}


def health_html(report: HealthReport) -> str:
    """Write the page: one file, nothing else to load."""
    head = element("p", text(moment(report.taken)), class_="soft")
    return page(health_summary(report), "deployguard health", head, health_body(report))


def health_body(report: HealthReport) -> Html:
    """Return the verdicts, the worst first, then the newest; a page of several checks takes them as they are."""
    order = {verdict: at for at, verdict in enumerate(Verdict)}
    results = sorted(report.results, key=lambda one: (order[one.verdict], -one.date.toordinal(), one.check))
    heads = ("Check", "Verdict", "Day", "Reason")
    return section("Data", sheet(table("Health checks, the worst first", heads, map(_row, results))))


def _row(one: Result) -> tuple[Html, ...]:
    more = [*map(text, one.details), *(text(_example(each)) for each in one.examples)]
    listed = element("ul", *(element("li", each) for each in more)) if more else NOTHING
    return (
        joined(text(one.check), soft(text(one.kind))),
        badge(one.verdict.value, _TONES[one.verdict]),
        text(one.date.isoformat()),
        joined(text(one.reason), listed),
    )


def _example(one: Example) -> str:
    values = ", ".join(f"{name}={value}" for name, value in one.values)
    return f"{values} ({one.count} rows)" if one.count > 1 else values
