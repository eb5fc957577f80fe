"""The history of a pipeline whose next phase never started, told and repaired on the example's own documents."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from completion_handler import make_handler
from shared.completion.received import ReceivedTriggers
from shared.completion.trigger import TriggerPending
from shared.config.phase3_config import Phase3Config
from shared.documents.in_firestore import FirestoreDocuments as TheirDocuments
from shared.locks.processing_lock import ProcessingLocks

from deployguard.cli import main
from deployguard.gcp.connection import Connection
from deployguard.gcp.firestore import FirestoreDocuments
from deployguard.gcp.publishing import publish
from deployguard.pipeline.reconcile import examine, repair
from deployguard.pipeline.tracker import NextPhase, Tracker
from tests.examples.nba_pipeline.deliveries import RecordingPublisher, completion
from tests.pipeline.stage import Stage, staged

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
WEEK = [f"2026-01-{day}" for day in range(26, 32)] + ["2026-02-01"]
HISTORY = """\
2026-01-30: COUNT MISMATCH (actual:5 stored:2) + NOT TRIGGERED
2026-01-31: NOT TRIGGERED
2026-02-01: COUNT MISMATCH (actual:5 stored:0) + NOT TRIGGERED
"""
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def stage(firestore_emulator: str, pubsub_emulator: str, project: str, tmp_path: Path) -> Iterator[Stage]:
    assert firestore_emulator
    assert pubsub_emulator
    with staged(tmp_path / "repository", project) as made:
        yield made


@pytest.fixture
def history(stage: Stage) -> Stage:
    """A week, three dates of which phase 4 never heard."""
    for day in WEEK:
        stage.put(day)
    stage.put("2026-01-30", _completed_count=2, _triggered=False)
    stage.put("2026-01-31", _triggered=False)
    stage.put("2026-02-01", _completed_count=0, _triggered=False)
    return stage


def run(stage: Stage, capture: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Reconcile the week; the clock is the real one, since gRPC's deadlines go by it."""
    capture.readouterr()
    week = ("--date", WEEK[-1], "--days", "7")
    code = main(["reconcile", "-C", str(stage.folder), *week, *words])
    return code, capture.readouterr().out


def test_the_history_is_told_and_repaired(history: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(history, capsys) == (1, f"{HISTORY}Dates checked: 7, Issues found: 3\n")
    code, said = run(history, capsys, "--fix", "--trigger")
    assert code == 0
    assert said.endswith("Dates checked: 7, Issues found: 0\n")
    assert "".join(line for line in said.splitlines(keepends=True) if line.startswith("2026")) == HISTORY
    assert run(history, capsys, "--fix", "--trigger") == (0, "Dates checked: 7, Issues found: 0\n")
    received = history.received(3)
    assert sorted(attributes["trigger_id"] for _, attributes in received) == [
        "phase3:2026-01-30",
        "phase3:2026-01-31",
        "phase3:2026-02-01",
    ]
    for day in WEEK:
        assert (history.get(day)["_completed_count"], history.get(day)["_triggered"]) == (5, True)


def test_phase_4_cannot_tell_who_started_it(
    history: Stage, capsys: pytest.CaptureFixture[str], config: Phase3Config
) -> None:
    run(history, capsys, "phase3", "--days", "1", "--fix", "--trigger")
    ((ours, attributes),) = history.received(1)
    history.put("2026-02-01", _triggered=False)
    outgoing = RecordingPublisher()
    make_handler(TheirDocuments(history.documents), outgoing, config).handle(completion(config.expected[0]))
    (theirs,) = outgoing.messages
    without = {"correlation_id": "", "payload": ""}
    assert {**ours, **without} == {**theirs.payload, **without}
    assert {**attributes, **without} == {**theirs.attributes, **without}


def test_half_a_rehearsal_is_refused(
    history: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST")
    code, _ = run(history, capsys, "--fix", "--trigger")
    assert code == 2
    assert history.get("2026-02-01")["_completed_count"] == 0


def test_a_topic_that_is_not_there_leaves_the_date_to_be_tried_again(
    history: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    at = history.folder / "deployguard.toml"
    at.write_text(at.read_text().replace("nba-phase4-trigger", "nowhere"))
    code, said = run(history, capsys, "--fix", "--trigger")
    assert code == 2
    assert "CANNOT TELL" in said
    assert "nowhere" in said
    assert (history.get("2026-01-30")["_triggered"], history.get("2026-01-30")["_trigger_claim"]) == (
        False,
        None,
    )


def test_repairing_while_the_function_works_loses_nothing(stage: Stage, config: Phase3Config) -> None:
    """Two threads deliver to the function, in which half of the dates wait for their last two processors."""
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(16)]
    last = config.expected[3:]
    for number, day in enumerate(days):
        gone: dict[str, object] = dict.fromkeys(last, ...) if number % 2 else {}
        stage.put(str(day), _completed_count=0, _triggered=False, **gone)
    outgoing, theirs = RecordingPublisher(), TheirDocuments(stage.documents)
    handler = make_handler(theirs, outgoing, config)
    store = FirestoreDocuments(Connection(stage.project), config.collection)
    tracker = Tracker("phase3", config.collection, expected=config.expected)
    tracker = replace(tracker, next=NextPhase(config.next_phase_topic, {}))
    sent: list[str] = []

    def published(following: NextPhase, data: bytes, attributes: Mapping[str, str]) -> str:
        sent.append(attributes["trigger_id"])
        return publish(Connection(stage.project), following.topic, data, attributes)

    def deliver(envelope: object) -> None:
        for _ in range(200):
            try:
                return handler.handle(envelope)
            except TriggerPending:
                pass
        raise AssertionError("never acknowledged")

    def now() -> datetime:
        return datetime.now(UTC)

    messages = [completion(name, str(day)) for name in last for day in days]
    repair(
        examine(tracker, store, days[:2], now), store, now, published
    )  # else the function may win every race
    with ThreadPoolExecutor(2) as pool:
        delivered = [pool.submit(deliver, each) for each in messages]
        while not all(each.done() for each in delivered):
            report = repair(examine(tracker, store, days, now), store, now, published)
            assert report.unknown == 0
        for each in delivered:
            each.result()
    repair(examine(tracker, store, days, now), store, now, published)
    final = examine(tracker, store, days, now)
    assert [day.findings for day in final.days] == [()] * len(days)
    ids = [*sent, *outgoing.trigger_ids()]
    assert set(ids) == {f"phase3:{day}" for day in days}
    worked = Counter[str]()
    received = ReceivedTriggers(theirs, ProcessingLocks(theirs, "locks", 60), "phase4_received")
    for identity in ids:
        received.once(identity, lambda identity=identity: worked.update([identity]))  # type: ignore[misc]
    assert worked == Counter(f"phase3:{day}" for day in days)
    assert sent  # the repair took part
    assert outgoing.messages  # and so did the function


@pytest.mark.parametrize("page", ["count-mismatch", "not-triggered"])
def test_the_runbook_works_as_it_is_written(history: Stage, page: str) -> None:
    text = (ROOT / f"docs/runbooks/{page}.md").read_text(encoding="utf-8")
    lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    assert any("--fix" in line for line in lines)
    said = ""
    for line in lines:
        done = _typed(line, history.folder)
        assert done.returncode in {0, 1}, f"{line}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        said = done.stdout
    assert said.endswith("Dates checked: 1, Issues found: 0\n")
    ids = {attributes["trigger_id"] for _, attributes in history.received(int(page == "not-triggered"))}
    assert ids == ({"phase3:2026-02-01"} if page == "not-triggered" else set())


def _typed(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
