"""Health verdicts as a page for people: one file that loads nothing."""

from __future__ import annotations

from html import escape

from deployguard.model.health import HealthReport, Result, Verdict
from deployguard.report.health import health_summary

_SIGNS = {
    Verdict.ERROR: "?",
    Verdict.FAIL: "✕",
    Verdict.WARN: "!",
    Verdict.PASS: "✓",
    Verdict.NOT_DUE: "•",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.4rem .6rem;"
    "border-bottom:1px solid #ccc}td:first-child{white-space:nowrap}"
)


def health_html(report: HealthReport) -> str:
    """Write the page, the worst first."""
    order = {verdict: at for at, verdict in enumerate(Verdict)}
    rows = sorted(report.results, key=lambda one: (order[one.verdict], -one.date.toordinal(), one.check))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>deployguard health</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{escape(health_summary(report))}</h1>\n<p>{report.taken:%Y-%m-%d %H:%M} UTC</p>\n"
        "<table><thead><tr><th>Verdict<th>Check<th>Day<th>Reason</tr></thead>\n"
        f"<tbody>{''.join(map(_row, rows))}</tbody></table>\n</body></html>\n"
    )


def _row(one: Result) -> str:
    examples = (
        ", ".join(f"{name}={value}" for name, value in each.values)
        + (f" ({each.count} rows)" if each.count > 1 else "")
        for each in one.examples
    )
    more = "".join(f"<li>{escape(text)}" for text in (*one.details, *examples))
    return (
        f"<tr><td>{_SIGNS[one.verdict]} {one.verdict}<td>{escape(one.check)}<td>{one.date}"
        f"<td>{escape(one.reason)}{f'<ul>{more}</ul>' if more else ''}</tr>\n"
    )
