"""One message says what changed, why, who can mend it, and what is well again; no change, no message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.model.drift import Verdict
from deployguard.notify.message import Told, message, told_after
from deployguard.notify.of_drift import told_of_drift
from tests.report.drift_samples import REPORTS, UNHURRIED, morning

BROKEN = Told("orders", "failed", False, "its revision never became ready", "deployguard check orders")
FINE = Told("orders", "current", True)


def test_what_is_wrong_for_one_reason_stands_together() -> None:
    said = message("drift of p", {}, told_of_drift(morning()))
    assert said is not None
    assert said.title == "drift of p: 2 unknown, 1 missing, 1 failed, 2 stale"
    assert said.kind == "failure"
    assert (
        "STALE: phase3-to-phase4-orchestrator, phase4-to-phase5-orchestrator\n"
        "9c1e55aa07 Retry the scraper when the league answers 429 and 1 more, by Ana Prado, Jonas Weber\n"
        "run: deployguard deploy phase3-to-phase4-orchestrator phase4-to-phase5-orchestrator"
    ) in said.body
    assert "old-scraper" not in said.body


def test_what_people_know_is_not_told_again() -> None:
    told = told_of_drift(morning())
    known = told_after({}, told)
    assert message("drift", known, told) is None
    again = message("drift", known, told, always=True)
    assert again is not None
    assert (again.title, again.kind) == ("drift: still 2 unknown, 1 missing, 1 failed, 2 stale", "info")


def test_a_first_look_at_what_is_fine_is_silent() -> None:
    assert message("drift", {}, [FINE]) is None
    assert told_after({}, [FINE]) == {}
    always = message("drift", {}, [FINE], always=True)
    assert always is not None
    assert (always.title, always.body, always.kind) == ("drift: 1 fine", "Nothing changed.", "success")


def test_another_verdict_and_a_recovery_are_news() -> None:
    changed = message("drift", {"orders": "stale"}, [BROKEN])
    assert changed is not None
    assert changed.body.startswith("FAILED: orders (was stale)\nits revision never became ready\nrun: ")
    mended = message("drift", {"orders": "failed", "b": "stale"}, [FINE, Told("b", "stale", False)])
    assert mended is not None
    assert mended.title == "drift: 1 mended, still 1 stale"
    assert mended.body == "Mended: orders (was failed)\n\nStill so: b (stale)"


def test_a_choice_of_services_says_nothing_of_the_others() -> None:
    known = {"orders": "failed", "parcels": "stale"}
    assert message("drift", known, [BROKEN], complete=False) is None
    assert told_after(known, [FINE], complete=False) == {"parcels": "stale"}
    gone = message("drift", known, [BROKEN])
    assert gone is not None
    assert gone.body == "No longer there: parcels (was stale)\n\nStill so: orders (failed)"


def test_a_bad_day_stays_readable() -> None:
    same = [Told(f"a{n}", "stale", False, "one cause", f"deployguard deploy a{n}") for n in range(60)]
    each = [Told(f"b{n}", "failed", False, f"cause {n}") for n in range(60)]
    said = message("drift", {}, [*same, *each])
    assert said is not None
    assert "STALE: a0, a1" in said.body
    assert "and 48 more" in said.body
    assert len(said.body) < 4000


@pytest.mark.parametrize("strict", [False, True])
def test_what_drift_calls_wrong(strict: bool) -> None:
    by_state = {each.state: each.ok for each in told_of_drift(morning(), strict=strict)}
    assert by_state[Verdict.UNMANAGED] is not strict
    assert by_state[Verdict.EQUIVALENT] is by_state[Verdict.CURRENT] is True
    assert by_state[Verdict.UNKNOWN] is by_state[Verdict.STALE] is False


_TOLD = st.lists(
    st.builds(Told, st.text(max_size=9), st.sampled_from(("a", "b")), st.booleans(), st.text(), st.text()),
    max_size=6,
    unique_by=lambda told: told.subject,
)


@UNHURRIED
@given(_TOLD, _TOLD)
def test_whatever_happens_is_told_once(first: list[Told], then: list[Told]) -> None:
    known = told_after({}, first)
    after = told_after(known, then)
    assert (message("x", known, then) is None) == (known == after)
    assert message("x", after, then) is None


@UNHURRIED
@given(REPORTS)
def test_no_line_of_a_message_can_be_forged(report: object) -> None:
    from deployguard.model.drift import DriftReport

    assert isinstance(report, DriftReport)
    said = message("drift", {}, told_of_drift(report, strict=True))
    assert said is None or said.body.replace("\n", "").isprintable()
