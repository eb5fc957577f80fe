"""What the orchestrator does with a message, up to and including dying in the middle of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from completion_handler import CompletionHandler, make_handler
from shared.completion.trigger import TriggerPending
from shared.config.phase3_config import Phase3Config
from shared.documents.in_sqlite import SqliteDocuments
from shared.documents.store import Place
from shared.messages.publisher import OutgoingMessage

from tests.examples.nba_pipeline.crashing import FragileDocuments, FragilePublisher, Fuse, Killed
from tests.examples.nba_pipeline.deliveries import DATE, ManualClock, RecordingPublisher, completion, envelope

pytestmark = pytest.mark.slow

LAST_STEPS = 14  # seven calls to the outside for the last delivery: record 2, claim 2, publish 1, mark 2


@dataclass
class Stage:
    documents: SqliteDocuments
    config: Phase3Config
    published: RecordingPublisher = field(default_factory=RecordingPublisher)
    clock: ManualClock = field(default_factory=ManualClock)

    def handler(self, burns_at: int | None = None) -> CompletionHandler:
        fuse = Fuse(burns_at)
        documents, publisher = FragileDocuments(self.documents, fuse), FragilePublisher(self.published, fuse)
        return make_handler(documents, publisher, self.config, self.clock)

    def deliver(self, *processors: str) -> None:
        for name in processors:
            self.handler().handle(completion(name))

    def fields(self) -> dict[str, object]:
        found = self.documents.get(Place(self.config.collection, DATE))
        return dict(found.fields) if found else {}

    def rejected(self, key: str) -> dict[str, object]:
        found = self.documents.get(Place(self.config.rejected_collection, key))
        assert found is not None
        return dict(found.fields)


@pytest.fixture
def stage(sqlite_documents: SqliteDocuments, config: Phase3Config) -> Stage:
    return Stage(sqlite_documents, config)


def test_four_of_five_trigger_nothing(stage: Stage) -> None:
    stage.deliver(*stage.config.expected[:4])
    assert stage.published.messages == []
    assert (stage.fields()["_completed_count"], stage.fields()["_triggered"]) == (4, False)


def test_five_of_five_trigger_once_whatever_is_repeated(stage: Stage) -> None:
    stage.deliver(*stage.config.expected, *stage.config.expected, stage.config.expected[2])
    assert stage.published.trigger_ids() == ["phase3:2026-02-01"]
    assert (stage.fields()["_completed_count"], stage.fields()["_triggered"]) == (5, True)
    assert stage.fields()["_triggered_at"] == "2026-02-02T09:00:00.000000+00:00"


def test_the_trigger_carries_what_the_next_phase_needs(stage: Stage) -> None:
    stage.deliver(*stage.config.expected)
    (message,) = stage.published.messages
    about = {
        "tracker": "phase3",
        "game_date": DATE,
        "trigger_id": "phase3:2026-02-01",
        "correlation_id": "run-of-upcoming_team_game_context",
    }
    assert (message.topic, message.attributes) == ("nba-phase4-trigger", about)
    completions = message.payload["completions"]
    assert isinstance(completions, dict)
    assert {name: entry["correlation_id"] for name, entry in completions.items()} == {
        name: f"run-of-{name}" for name in stage.config.expected
    }


def test_every_order_comes_to_the_same(tmp_path: Path, config: Phase3Config) -> None:
    documents = SqliteDocuments(tmp_path / "orders.sqlite")
    publisher = RecordingPublisher()
    handler = make_handler(documents, publisher, config)
    dates = [f"2026-{month:02}-{day:02}" for month in range(1, 6) for day in range(1, 25)]
    for day, order in zip(dates, permutations(config.expected), strict=True):
        for name in order:
            handler.handle(completion(name, day))
        found = documents.get(Place(config.collection, day))
        assert found is not None
        assert (found.fields["_completed_count"], found.fields["_triggered"]) == (5, True)
    assert publisher.trigger_ids() == [f"phase3:{day}" for day in dates]


@pytest.mark.parametrize("first", range(LAST_STEPS))
def test_a_death_at_any_step_is_made_good_by_redelivery(stage: Stage, first: int) -> None:
    *before, last = stage.config.expected
    stage.deliver(*before)
    with pytest.raises(Killed):
        stage.handler(burns_at=first).handle(completion(last))
    stage.clock.advance(stage.config.claim_seconds + 1)
    stage.deliver(last)
    _assert_whole(stage)
    assert len(stage.published.messages) == (2 if 9 <= first <= 12 else 1)


@pytest.mark.parametrize("first", range(LAST_STEPS))
def test_so_is_a_second_death(tmp_path: Path, config: Phase3Config, first: int) -> None:
    for second in range(LAST_STEPS):
        stage = Stage(SqliteDocuments(tmp_path / f"{second}.sqlite"), config)
        *before, last = config.expected
        stage.deliver(*before)
        for burns_at in (first, second):
            try:
                stage.handler(burns_at).handle(completion(last))
            except Killed:
                stage.clock.advance(config.claim_seconds + 1)
        stage.deliver(last)
        _assert_whole(stage)
        assert 1 <= len(stage.published.messages) <= 3


def test_while_a_claim_is_alive_the_message_has_to_come_again(stage: Stage) -> None:
    *before, last = stage.config.expected
    stage.deliver(*before)
    with pytest.raises(Killed):
        stage.handler(burns_at=8).handle(completion(last))
    with pytest.raises(TriggerPending):
        stage.deliver(before[0])
    assert stage.published.messages == []
    stage.clock.advance(stage.config.claim_seconds)
    stage.deliver(before[0])
    _assert_whole(stage)


def test_after_a_failed_publish_the_next_delivery_need_not_wait(stage: Stage) -> None:
    *before, last = stage.config.expected
    stage.deliver(*before)
    broken = make_handler(stage.documents, Refusing(), stage.config, stage.clock)
    with pytest.raises(ConnectionError):
        broken.handle(completion(last))
    stage.deliver(last)
    _assert_whole(stage)
    assert len(stage.published.messages) == 1


def test_to_fire_is_safe_at_any_time(stage: Stage) -> None:
    *before, last = stage.config.expected
    day = date.fromisoformat(DATE)
    stage.deliver(*before)
    assert not stage.handler().trigger.fire(day, "too early")
    stage.deliver(last)
    stage.clock.advance(stage.config.claim_seconds + 1)
    assert not stage.handler().trigger.fire(day, "too late")
    assert [message.attributes["correlation_id"] for message in stage.published.messages] == [f"run-of-{last}"]


class Refusing:
    def publish(self, message: OutgoingMessage) -> str:
        raise ConnectionError(message.topic)


WRONG = {
    "no envelope": None,
    "not an object": "[1]",
    "no message": {},
    "message is no object": {"message": "x"},
    "attributes are no object": {"message": {"data": "e30=", "attributes": [1]}},
    "no data": {"message": {"messageId": "1"}},
    "not base64": {"message": {"data": "***", "messageId": "2"}},
    "not JSON": {"message": {"data": "bm90IGpzb24=", "messageId": "3"}},
    "not UTF-8": {"message": {"data": "/////w==", "messageId": "4"}},
    "JSON, but no object": envelope([1, 2]),
    "half a character": envelope({"processor": "player_game_summary", "correlation_id": "\ud800"}),
    "nested too deeply": {"message": {"data": "W1tb" * 40_000, "messageId": "5"}},
    "no processor": envelope({"game_date": DATE}),
    "unknown processor": completion("player_game_sumary"),
    "bookkeeping name": completion("_triggered"),
    "processor is no text": envelope({"processor": ["player_game_summary"], "game_date": DATE}),
    "no date": completion("player_game_summary", ""),
    "another spelling of a date": completion("player_game_summary", "20260201"),
    "impossible date": completion("player_game_summary", "2026-02-30"),
    "a path for a date": completion("player_game_summary", "../other/x"),
    "failed": completion("player_game_summary", status="failed"),
    "no moment": completion("player_game_summary", completed_at=None),
    "moment without offset": completion("player_game_summary", completed_at="2026-02-02T08:30:00"),
    "count below zero": completion("player_game_summary", record_count=-1),
    "count no store can keep": completion("player_game_summary", record_count=2**63),
    "count is a truth": completion("player_game_summary", record_count=True),
}


@pytest.mark.parametrize("envelope", WRONG.values(), ids=WRONG.keys())
def test_a_malformed_message_is_acknowledged_reported_and_kept(
    stage: Stage, envelope: object, caplog: pytest.LogCaptureFixture
) -> None:
    stage.handler().handle(envelope)
    (record,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    about = record.__dict__["fields"]
    kept = stage.rejected(about["kept_as"].partition("/")[2])
    assert kept["reason"] == about["reason"]
    assert kept["reason"]
    assert stage.fields() == {}
    assert stage.published.messages == []


def test_the_same_malformed_message_is_kept_once_and_another_beside_it(stage: Stage) -> None:
    rejected = stage.handler().rejected
    first = rejected.keep(WRONG["not base64"], "x")
    assert rejected.keep(WRONG["not base64"], "x") == first
    assert rejected.keep(WRONG["not JSON"], "x") != first


def test_a_message_too_long_for_a_document_is_kept_in_part(stage: Stage) -> None:
    key = stage.handler().rejected.keep({"message": {"data": "A" * 3_000_000}}, "x")
    kept = stage.rejected(key)
    assert len(str(kept["envelope"])) == 200_000
    assert kept["characters"] == 3_000_025


def test_what_cannot_be_kept_is_not_acknowledged(stage: Stage) -> None:
    with pytest.raises(Killed):
        stage.handler(burns_at=0).handle(None)


def test_a_correlation_id_is_found_wherever_it_is_and_cut_to_what_an_attribute_can_hold(stage: Stage) -> None:
    by_message = completion("player_game_summary", correlation_id=None)
    stage.handler().handle(by_message)
    stage.handler().handle(completion("team_offense_game_summary", correlation_id="x" * 5000))
    entries = stage.fields()
    assert _correlation(entries["player_game_summary"]) == "idplayergamesummary"
    assert _correlation(entries["team_offense_game_summary"]) == "x" * 200


def _correlation(entry: object) -> object:
    assert isinstance(entry, dict)
    return entry["correlation_id"]


def _assert_whole(stage: Stage) -> None:
    fields = stage.fields()
    assert {name for name in fields if not name.startswith("_")} == set(stage.config.expected)
    assert (fields["_completed_count"], fields["_triggered"]) == (5, True)
    assert set(stage.published.trigger_ids()) == {"phase3:2026-02-01"}
