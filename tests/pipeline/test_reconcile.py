"""Repairs on both stores: what they change, what they leave, and what is said when something fails on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from deployguard.model.document import Document, Reading
from deployguard.model.errors import CloudError
from deployguard.pipeline.expected_days import not_due
from deployguard.pipeline.reconcile import TrackerReport, examine, repair
from deployguard.pipeline.store import Fields, Store
from deployguard.pipeline.tracker import NextPhase
from deployguard.pipeline.trigger import CLAIM_SECONDS, REASON
from tests.pipeline.seeds import DAY, NAMES, NOON, TRACKER, Seed, whole

ON, NEXT = date.fromisoformat(DAY), date.fromisoformat(DAY) + timedelta(days=1)
PENDING = whole(_completed_count=0, _triggered=False)


def clock() -> datetime:
    return NOON


@dataclass
class Outbox:
    """Takes what is published; `fails` so many times first."""

    fails: int = 0
    sent: list[tuple[Mapping[str, object], Mapping[str, str]]] = field(default_factory=list)

    def __call__(self, following: NextPhase, data: bytes, attributes: Mapping[str, str]) -> str:
        assert following.topic == "phase4-trigger"
        if self.fails:
            self.fails -= 1
            raise CloudError("unavailable", "publishing: no answer")
        self.sent.append((json.loads(data), attributes))
        return f"m{len(self.sent)}"


@dataclass
class Before:
    """A store in which something happens just before a write: a rival, or a failure."""

    inner: Store
    happens: list[object]

    def read(self, ids: Sequence[str]) -> Mapping[str, Reading]:
        return self.inner.read(ids)

    def update(self, document: Document, changes: Fields) -> bool:
        act = self.happens.pop(0) if self.happens else None
        if isinstance(act, Exception):
            raise act
        if callable(act):
            act()
        return self.inner.update(document, changes)


def mended(store: Store, outbox: Outbox | None = None, *days: date) -> TrackerReport:
    return repair(examine(TRACKER, store, days or (ON,), clock), store, clock, outbox)


def test_the_count_and_the_trigger_and_all_is_well(seed: Seed) -> None:
    seed.put(DAY, PENDING)
    outbox = Outbox()
    (day,) = mended(seed.store, outbox).days
    assert [each.text for each in day.before] == ["COUNT MISMATCH (actual:3 stored:0)", "NOT TRIGGERED"]
    assert (day.findings, day.error) == ((), "")
    assert day.done == ("count 0 -> 3", f"triggered orders:{DAY} (message m1)")
    fields = seed.get(DAY)
    assert fields is not None
    assert {name: fields[name] for name in NAMES} == {name: PENDING[name] for name in NAMES}
    assert (fields["_completed_count"], fields["_triggered"]) == (3, True)
    assert (fields["_triggered_at"], fields["_triggered_reason"]) == (
        "2026-02-03T12:00:00.000000+00:00",
        REASON,
    )
    assert fields["_reconciled_reason"] == "count 0 -> 3"
    assert fields["_trigger_claim"]["trigger_id"] == f"orders:{DAY}"


def test_a_second_time_changes_nothing(seed: Seed) -> None:
    seed.put(DAY, PENDING)
    outbox = Outbox()
    mended(seed.store, outbox)
    after = seed.get(DAY)
    (day,) = mended(seed.store, outbox).days
    assert (day.done, len(outbox.sent), seed.get(DAY)) == ((), 1, after)


def test_only_looking_changes_nothing(seed: Seed) -> None:
    seed.put(DAY, PENDING)
    assert examine(TRACKER, seed.store, (ON,), clock).issues == 1
    assert seed.get(DAY) == PENDING


def test_without_leave_to_trigger_only_the_count_is_mended(seed: Seed) -> None:
    seed.put(DAY, PENDING)
    report = mended(seed.store)
    assert [each.text for each in report.days[0].findings] == ["NOT TRIGGERED"]
    assert seed.get(DAY) == {**whole(_triggered=False), **_reconciled(seed)}


def test_what_was_never_there_is_not_made(seed: Seed) -> None:
    report = mended(seed.store, Outbox())
    assert [each.text for each in report.days[0].findings] == ["NO DOCUMENT"]
    assert seed.get(DAY) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"parcel": ..., "_completed_count": 2},
        {"invoice": None},
        {"_triggered": "yes"},
        {"_trigger_claim": {"owner": "them", "expires_at": "2026-02-03T12:00:20+00:00"}},
        {"_trigger_claim": {"owner": "them", "expires_at": "2099-02-03T12:00:20+00:00"}},
    ],
)
def test_what_is_not_certain_is_not_triggered(seed: Seed, changes: Mapping[str, object]) -> None:
    before = whole(**{"_triggered": False, **changes})
    seed.put(DAY, before)
    outbox = Outbox()
    mended(seed.store, outbox)
    assert (outbox.sent, seed.get(DAY)) == ([], before)


@pytest.mark.parametrize(
    "claim", [None, "damaged", {"owner": "dead", "expires_at": "2026-02-03T11:59:59+00:00"}]
)
def test_a_dead_claim_is_taken_over(seed: Seed, claim: object) -> None:
    seed.put(DAY, whole(_triggered=False, _trigger_claim=claim))
    outbox = Outbox()
    assert mended(seed.store, outbox).issues == 0
    assert len(outbox.sent) == 1


def test_the_message_is_the_one_of_the_phase_s_own_function(seed: Seed) -> None:
    seed.put(DAY, PENDING)
    outbox = Outbox()
    mended(seed.store, outbox)
    ((body, attributes),) = outbox.sent
    assert set(attributes) == {"tracker", "game_date", "trigger_id", "correlation_id"}
    assert attributes["trigger_id"] == f"orders:{DAY}"
    assert body == {**attributes, "completions": {name: PENDING[name] for name in NAMES}}


def test_a_processor_that_ends_meanwhile_is_counted(seed: Seed) -> None:
    seed.put(DAY, whole(parcel=..., _completed_count=0, _triggered=False))
    rival = whole(_completed_count=0, _triggered=False)
    store = Before(seed.store, [lambda: seed.put(DAY, rival)])
    (day,) = mended(store).days
    assert day.done == ("count 0 -> 3",)
    fields = seed.get(DAY)
    assert fields is not None
    assert fields["parcel"] == rival["parcel"]


def test_a_function_that_claims_meanwhile_is_left_to_it(seed: Seed) -> None:
    alive = {"owner": "them", "expires_at": "2026-02-03T12:00:20+00:00"}
    seed.put(DAY, whole(_triggered=False))
    rival = whole(_triggered=False, _trigger_claim=alive)
    outbox = Outbox()
    report = mended(Before(seed.store, [lambda: seed.put(DAY, rival)]), outbox)
    assert [each.text for each in report.days[0].findings] == [
        "being triggered (claimed until 2026-02-03T12:00:20.000000+00:00)"
    ]
    assert (outbox.sent, seed.get(DAY)) == ([], rival)


def test_a_message_that_was_not_taken_gives_the_claim_back(seed: Seed) -> None:
    seed.put(DAY, whole(_triggered=False))
    outbox = Outbox(fails=1)
    (day,) = mended(seed.store, outbox).days
    assert "no answer" in day.error
    assert [each.text for each in day.findings] == ["NOT TRIGGERED"]
    fields = seed.get(DAY)
    assert fields is not None
    assert fields["_trigger_claim"] is None
    assert mended(seed.store, outbox).issues == 0


def test_a_mark_that_failed_is_repeated_under_the_same_id_when_the_claim_is_over(seed: Seed) -> None:
    seed.put(DAY, whole(_triggered=False))
    outbox = Outbox()
    lost = CloudError("unavailable", "writing: no answer")
    (day,) = mended(Before(seed.store, [None, lost]), outbox).days
    assert "no answer" in day.error
    assert mended(seed.store, outbox).issues == 0
    assert len(outbox.sent) == 1  # the claim is alive: whoever sent it may still be about to mark it

    def later() -> datetime:
        return NOON + timedelta(seconds=CLAIM_SECONDS + 1)

    repair(examine(TRACKER, seed.store, (ON,), later), seed.store, later, outbox)
    assert [attributes["trigger_id"] for _, attributes in outbox.sent] == [f"orders:{DAY}"] * 2
    assert examine(TRACKER, seed.store, (ON,), later).issues == 0


def test_an_answer_that_was_lost_does_not_count_twice(seed: Seed) -> None:
    seed.put(DAY, PENDING)
    lost = CloudError("unavailable", "writing: no answer")
    report = mended(Before(seed.store, [lost]), Outbox(), ON, NEXT)
    assert [bool(day.error) for day in report.days] == [True, False]
    assert report.days[0].findings  # it says what is there now, and that the repair is not known to be over


def test_after_a_refusal_no_other_date_is_tried(seed: Seed) -> None:
    seed.put(DAY, PENDING)
    seed.put(NEXT.isoformat(), PENDING)
    refused = CloudError("permission", "writing: permission is missing")
    report = mended(Before(seed.store, [refused]), Outbox(), ON, NEXT)
    assert (seed.get(DAY), seed.get(NEXT.isoformat())) == (PENDING, PENDING)
    assert (report.issues, report.unknown) == (2, 1)


def test_a_document_that_never_stands_still_is_given_up(seed: Seed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployguard.pipeline.rewrite._ROUNDS", 3)
    numbers = iter(range(10, 1000))
    seed.put(DAY, PENDING)
    rivals: list[object] = [lambda: seed.put(DAY, whole(_completed_count=next(numbers)))] * 3
    (day,) = mended(Before(seed.store, rivals)).days
    assert "try again later" in day.error
    assert day.has_issue


def test_a_store_that_cannot_be_read_makes_no_date_well() -> None:
    class Silent:
        def read(self, ids: Sequence[str]) -> Mapping[str, Reading]:
            raise CloudError("permission", f"reading {len(ids)}: permission is missing")

        def update(self, document: Document, changes: Fields) -> bool:
            raise AssertionError((document, changes))

    optional = replace(TRACKER, optional=True)
    report = examine(optional, Silent(), (ON, NEXT), clock)
    assert (report.issues, report.unknown) == (0, 2)
    assert repair(report, Silent(), clock, Outbox()).unknown == 2


def test_a_day_on_which_nothing_is_expected_needs_no_document(seed: Seed) -> None:
    weekdays = replace(TRACKER, expects="mon-fri")
    saturday, monday = date(2026, 1, 31), date(2026, 2, 2)
    due = not_due(weekdays, dict[str, str]().get)
    free, missing = examine(weekdays, seed.store, (saturday, monday), clock, due).days
    assert ([str(one.kind) for one in free.findings], free.has_issue) == (["not-due"], False)
    assert "none is expected on Saturday" in free.findings[0].text
    assert missing.has_issue
    seed.put(saturday.isoformat(), PENDING)
    (there,) = examine(weekdays, seed.store, (saturday,), clock, due).days
    assert there.has_issue


@pytest.mark.parametrize(
    ("text", "issues", "unknown", "said"),
    [
        ("2026-01-01\nuntil 2026-12-31\n", 0, 0, "none is expected"),
        ("2026-01-01\n2026-01-31\n2026-12-31\n", 1, 0, "NO DOCUMENT"),
        ("2026-01-01\n", 0, 1, "knows the days from"),
        (None, 0, 1, "is not in this tree"),
    ],
)
def test_a_calendar_says_so_by_date_or_the_day_is_untold(
    seed: Seed, text: str | None, issues: int, unknown: int, said: str
) -> None:
    by_date = replace(TRACKER, calendar="days.txt")
    due = not_due(by_date, {"days.txt": text}.get)
    report = examine(by_date, seed.store, (date(2026, 1, 31),), clock, due)
    assert (report.issues, report.unknown) == (issues, unknown)
    (day,) = report.days
    assert said in "".join([day.error, *(each.text for each in day.findings)])


def _reconciled(seed: Seed) -> dict[str, object]:
    fields = seed.get(DAY)
    assert fields is not None
    return {name: fields[name] for name in ("_reconciled_at", "_reconciled_reason")}
