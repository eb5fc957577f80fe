"""What is kept of runs, and what it comes to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from deployguard.journal.folder import FolderObjects
from deployguard.model.errors import CloudError
from deployguard.model.health import Example, HealthReport, Result, Verdict
from deployguard.pipeline.health.history import keep, read_history
from deployguard.pipeline.health.trends import months, trends
from deployguard.report.health_page import health_html
from deployguard.report.health_trends import trends_text


def one(day: int, verdict: Verdict, kind: str = "unique", surplus: int = 0) -> Result:
    counts = (("surplus", surplus),) if kind == "unique" else ()
    example = Example((("id", "<b>"),), 2)
    return Result(f"a-{kind}", kind, date(2026, 2, day), verdict, "because", counts, (example,))


def run(day: int, *results: Result) -> HealthReport:
    return HealthReport(datetime(2026, 2, day, 7, tzinfo=UTC), results)


def test_the_last_verdict_about_a_day_counts(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    name = keep(objects, run(3, one(2, Verdict.FAIL, surplus=3)))
    keep(objects, run(4, one(2, Verdict.PASS), one(3, Verdict.WARN, surplus=2)))
    history = read_history(objects, date(2026, 2, 1))
    assert name.startswith("health/2026-02-03/20260203T070000-")
    assert [each.verdict for each in history.results] == [Verdict.PASS, Verdict.WARN]
    assert history.runs == 2
    assert b"<b>" not in objects.get(name).content  # type: ignore[union-attr]
    (row,) = trends(history, date(2026, 2, 4))
    assert row.verdicts == (None, Verdict.PASS, Verdict.WARN, None)
    assert months(history)[0].duplicates == 2


def test_a_month_counts_what_could_be_told(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    whole = (Verdict.PASS, Verdict.PASS, Verdict.FAIL, Verdict.ERROR, Verdict.NOT_DUE)
    keep(objects, run(9, *(one(day, verdict, "completion") for day, verdict in enumerate(whole, 1))))
    (month,) = months(read_history(objects, date(2026, 2, 1)))
    assert month.completion == pytest.approx(2 / 3)
    assert (month.issues, month.duplicates, month.late, month.untold) == (1, None, None, 1)
    text = trends_text(read_history(objects, date(2026, 2, 1)), date(2026, 2, 5))
    assert "▁▁█?·" in text
    assert "error rate is not here" in text


def test_a_damaged_run_is_said(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.put("health/2026-02-03/x.json", b'{"taken": 3}')
    with pytest.raises(CloudError, match=r"health/2026-02-03/x\.json: is damaged"):
        read_history(objects, date(2026, 2, 1))


def test_a_page_escapes_what_the_data_holds() -> None:
    text = health_html(run(3, one(2, Verdict.FAIL)))
    assert "&lt;b&gt;" in text
    assert "<b>" not in text
