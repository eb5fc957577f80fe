"""What CI systems read of drift."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from deployguard.model.drift import DriftReport, Verdict
from deployguard.report.drift_github import drift_github, drift_summary
from deployguard.report.drift_junit import drift_junit
from deployguard.report.drift_tones import TONES, headline
from tests.report.drift_samples import REPORTS, UNHURRIED, morning

_COMMAND = re.compile(r"::(error|notice) title=[^:,]*::[^\r\n]*\Z")


def junit_of(report: DriftReport, *, strict: bool = False) -> dict[str, list[str]]:
    (suite,) = ET.fromstring(drift_junit(report, strict=strict))  # noqa: S314 our own text
    return {case.get("name", ""): [part.tag for part in case] for case in suite}


def test_github_has_an_annotation_a_service_that_is_not_as_written() -> None:
    lines = drift_github(morning()).splitlines()
    titles = [line.partition("title=")[2].partition("::")[0] for line in lines]
    assert titles[:3] == [
        "prediction-coordinator%3A unknown",
        "grading-exporter%3A missing",
        "nba-phase3-analytics-processors%3A failed",
    ]
    assert titles[-1] == "deployguard drift cannot tell"
    assert len(lines) == 7
    assert "%0Arun: deployguard deploy phase3-to-phase4-orchestrator" in lines[3]
    assert "9c1e55aa07 Retry the scraper" in lines[3]


def test_an_unmanaged_service_is_a_notice_until_strict() -> None:
    assert "::notice title=old-scraper" in drift_github(morning())
    assert "::error title=old-scraper" in drift_github(morning(), strict=True)
    assert junit_of(morning())["old-scraper"] == ["system-out"]
    assert junit_of(morning(), strict=True)["old-scraper"] == ["failure"]


def test_junit_fails_for_drift_and_errs_for_what_cannot_be_told() -> None:
    cases = junit_of(morning())
    assert cases["prediction-coordinator"] == ["error"]
    assert cases["grading-exporter"] == ["failure"]
    assert cases["phase2-processor-03"] == ["system-out"]
    assert cases["everything could be seen"] == ["error", "system-out"]
    assert junit_of(replace(morning(), blind=(), notes=()))["everything could be seen"] == []


def test_the_summary_says_all_that_the_morning_needs() -> None:
    text = unescape(drift_summary(morning()))
    assert text.startswith(
        "## deployguard drift: 4 of 19 services are not as written, 1 cannot be judged, 1 is not configured\n"
    )
    for part in (
        "| grading-exporter | **missing** | configured, and not deployed in us-west2 |",
        "deployguard deploy grading-exporter phase3-to-phase4-orchestrator phase4-to-phase5-orchestrator",
        "<code>shared/clients/http_pool.py</code>",
        "13 services as written.",
        "permission run.services.list is missing",
    ):
        assert part in text


def test_a_commit_cannot_write_markdown() -> None:
    summary = drift_summary(morning())
    assert "<atomically>" not in summary
    assert "written &#60;atomically&#62; &#38; logged" in summary


@pytest.mark.parametrize(
    ("verdicts", "blind", "said"),
    [
        ((Verdict.CURRENT, Verdict.EQUIVALENT), (), "What serves is what is written: 2 services"),
        ((Verdict.CURRENT,), ("no permission",), "not everything could be seen"),
        ((Verdict.STALE, Verdict.CURRENT), (), "1 of 2 services is not as written"),
        ((Verdict.UNKNOWN,), (), "1 service cannot be judged"),
        ((Verdict.UNMANAGED,), (), "1 service is not configured"),
        (
            (Verdict.UNMANAGED, Verdict.CURRENT),
            (),
            "What serves is what is written: 1 service, 1 is not configured",
        ),
        ((), (), "No service was judged"),
        ((), ("no permission",), "not everything could be seen"),
    ],
)
def test_the_headline_never_calls_doubt_fine(
    verdicts: tuple[Verdict, ...], blind: tuple[str, ...], said: str
) -> None:
    one = morning().services[0]
    services = tuple(replace(one, verdict=verdict) for verdict in verdicts)
    assert headline(replace(morning(), services=services, blind=blind)) == said


def test_every_verdict_has_a_tone() -> None:
    assert set(TONES) == set(Verdict)


@UNHURRIED
@given(REPORTS)
def test_any_text_gives_whole_documents(report: DriftReport) -> None:
    lines = drift_github(report).split("\n")
    assert lines.pop() == ""
    assert all(_COMMAND.match(line) and line.isprintable() for line in lines)
    (suite,) = ET.fromstring(drift_junit(report))  # noqa: S314 our own text
    assert len(suite) == len(report.services) + 1
    assert drift_summary(report).replace("\n", "").isprintable()
