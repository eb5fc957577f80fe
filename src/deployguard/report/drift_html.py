"""What drift found, as a page for people: what stands how, what to run, and then why."""

from __future__ import annotations

from datetime import datetime

from deployguard.model.drift import FRESH, Commit, DriftReport, Judged, Serving
from deployguard.notify.commands import merged
from deployguard.report.ages import moment
from deployguard.report.drift_tones import TONES, headline, verdict_counts
from deployguard.report.markup import NOTHING, Html, element, joined, lines, text
from deployguard.report.page import (
    Tone,
    ago,
    badge,
    card,
    chips,
    code,
    commands,
    link,
    many,
    note,
    page,
    section,
    sha,
    sheet,
    soft,
    table,
)
from deployguard.report.printable import counted

_MOST_COMMITS, _MOST_FILES = 20, 4


def drift_html(report: DriftReport) -> str:
    """Write the page: one file, nothing else to load."""
    return page(headline(report), "deployguard drift", drift_head(report), drift_body(report))


def drift_head(report: DriftReport) -> Html:
    """Return what was compared and when, and how many services stand how."""
    branch = text(f"{report.branch} at ") if report.branch else NOTHING
    compared = element("p", branch, sha(report.head), text(f", {moment(report.taken)}"), class_="soft")
    counts = (badge(f"{number} {verdict}", TONES[verdict]) for verdict, number in verdict_counts(report))
    return joined(compared, chips(counts))


def drift_body(report: DriftReport) -> Html:
    """Return all parts below the head; a page of several checks takes them as they are."""
    wrong = tuple(each for each in report.services if each.verdict not in FRESH)
    fine = tuple(each for each in report.services if each.verdict in FRESH)
    to_tell = tuple(each for each in wrong if _has_more(each))
    fixes = merged((each.name, each.fix) for each in wrong)
    return lines(
        note("Could not be seen", report.blind, Tone.DOUBT),
        section("To run", commands(fixes)) if fixes else NOTHING,
        section("Not as written", sheet(_overview(wrong, report.taken))) if wrong else NOTHING,
        section("Why", *(_service(each, report.taken) for each in to_tell)) if to_tell else NOTHING,
        section("As written", sheet(_fine(fine))) if fine else NOTHING,
        note("Limits of this comparison", report.notes, Tone.QUIET),
    )


def _overview(services: tuple[Judged, ...], now: datetime) -> Html:
    return table(
        "Services that are not as written, the worst first",
        ("Service", "Verdict", "Reason", "Serves"),
        (_row(each, now) for each in services),
        said=("Serves",),
    )


def _fine(services: tuple[Judged, ...]) -> Html:
    return many((text(each.name), badge(each.verdict, TONES[each.verdict])) for each in services)


def _row(one: Judged, now: datetime) -> tuple[Html, ...]:
    name = link(one.name, _place(one)) if _has_more(one) else text(one.name)
    about = soft(text(", ".join(part for part in (one.kind, one.region) if part)))
    return (
        joined(name, about),
        badge(one.verdict, TONES[one.verdict]),
        text(one.reason),
        _serves(one.serving, now) if one.serving else NOTHING,
    )


def _serves(serving: Serving, now: datetime) -> Html:
    what = sha(serving.commit) if serving.commit else text(serving.revision)
    return joined(what, soft(ago(serving.since, now)) if serving.since else NOTHING)


def _service(one: Judged, now: datetime) -> Html:
    return card(
        element("h3", text(one.name), badge(one.verdict, TONES[one.verdict])),
        element("p", text(one.reason)) if one.reason else NOTHING,
        element("ul", *(element("li", text(each)) for each in one.details)) if one.details else NOTHING,
        element("p", text(_serving_sentence(one)), class_="soft") if one.serving else NOTHING,
        _commits(one, now) if one.commits else NOTHING,
        commands([one.fix] if one.fix else ()),
        id_=_place(one),
    )


def _serving_sentence(one: Judged) -> str:
    serving = one.serving or Serving("")
    since = f", made {moment(serving.since)}" if serving.since else ""
    behind = f"; {counted(one.behind, 'commit')} behind" if one.behind else ""
    return f"{serving.revision} gets {serving.percent} % of the requests{since}{behind}"


def _commits(one: Judged, now: datetime) -> Html:
    more = len(one.commits) - _MOST_COMMITS
    rows = [_commit(each, now) for each in one.commits[:_MOST_COMMITS]]
    listed = table(f"Commits that change {one.name}, the newest first", ("Commit", "Files", "By"), rows)
    return joined(listed, element("p", text(f"and {more} older"), class_="soft") if more > 0 else NOTHING)


def _commit(commit: Commit, now: datetime) -> tuple[Html, ...]:
    more = len(commit.via) - _MOST_FILES
    files = [element("div", code(path)) for path in commit.via[:_MOST_FILES]]
    return (
        joined(text(commit.subject), soft(sha(commit.sha))),
        joined(*files, soft(text(f"and {more} more")) if more > 0 else NOTHING),
        joined(text(commit.author), soft(ago(commit.date, now))),
    )


def _has_more(one: Judged) -> bool:
    return bool(one.commits or one.details or one.fix)


def _place(one: Judged) -> str:
    """Return an id for an element; escaping would not do, since an id may hold no space."""
    from urllib.parse import quote

    return f"service-{quote(f'{one.region}-{one.name}', safe='')}".replace("%", "_")
