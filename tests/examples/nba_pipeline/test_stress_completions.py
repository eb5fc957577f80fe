"""Completions in every order, repeated, at the same time, and with the handler killed: on the Firestore emulator."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from typing import TypeVar

import pytest
from completion_handler import make_handler
from shared.completion.received import ReceivedTriggers
from shared.completion.trigger import TriggerPending
from shared.config.phase3_config import Phase3Config
from shared.documents.in_firestore import FirestoreDocuments
from shared.documents.store import DocumentStore, Place
from shared.locks.processing_lock import LockHeld, ProcessingLocks

from tests.examples.nba_pipeline.deliveries import RecordingPublisher, completion, counted
from tests.examples.nba_pipeline.mortals import Delivery, deliver
from tests.examples.nba_pipeline.processes import started

pytestmark = pytest.mark.slow

Message = TypeVar("Message")
SEED = 20260201


def test_every_order_with_duplicates_and_three_at_once(
    firestore_documents: FirestoreDocuments, config: Phase3Config
) -> None:
    publisher = RecordingPublisher()
    handler = make_handler(firestore_documents, publisher, config)
    shuffled = random.Random(SEED)
    dates = _dates(120)
    with ThreadPoolExecutor(3) as pool:
        for day, order in zip(dates, permutations(config.expected), strict=True):
            repeated = [*order, *shuffled.sample(order, 3)]
            list(pool.map(_until_acknowledged, [handler.handle] * 8, (completion(name, day) for name in repeated)))
    for day in dates:
        _assert_whole(firestore_documents, config, day)
    assert Counter(publisher.trigger_ids()) == Counter(f"phase3:{day}" for day in dates)


def test_killed_at_random_and_redelivered(
    firestore_documents: FirestoreDocuments, config: Phase3Config, project: str, tmp_path: Path
) -> None:
    quick = replace(config, claim_seconds=0.5)
    outbox = tmp_path / "outbox.jsonl"
    dice = random.Random(SEED)
    dates = _dates(8)
    killed = Counter[str]()
    for day in dates:
        names = [*quick.expected, *dice.sample(quick.expected, 2)]
        dice.shuffle(names)
        deliveries = [Delivery(project, quick, outbox, completion(name, day)) for name in names]
        with ThreadPoolExecutor(3) as pool:
            seeds = [dice.random() for _ in deliveries]
            for died in pool.map(_redelivered_until_acknowledged, deliveries, seeds):
                killed.update(died)
        _assert_whole(firestore_documents, quick, day)
    assert killed["by step"] > 5
    assert killed["by time"] > 5
    _assert_one_effective_trigger(firestore_documents, _published(outbox), dates)


def _redelivered_until_acknowledged(delivery: Delivery, seed: float) -> Counter[str]:
    """Killed at a chosen step, then at a moment left to chance; after that it is only redelivered."""
    dice = random.Random(seed)
    killed = Counter[str]()
    tries = [
        replace(delivery, burns_at=dice.randrange(14)),
        replace(delivery, killed_within=0.06),
        *[delivery] * 50,
    ]
    for attempt in tries:
        code = _run(attempt)
        if code == 0:
            return killed
        if code < 0:
            killed["by time" if attempt.killed_within else "by step"] += 1
        else:
            time.sleep(0.1)
    raise AssertionError(f"never acknowledged: {delivery.envelope}")


def _run(delivery: Delivery) -> int:
    process = started(deliver, delivery)
    process.join(60)
    code = process.exitcode
    assert code is not None, "a delivery hangs"
    process.close()
    return code


def _assert_one_effective_trigger(documents: DocumentStore, published: Sequence[str], dates: Sequence[str]) -> None:
    """The receiver of phase 4 gets all that was published, two at a time, and works once for each date."""
    assert set(published) == {f"phase3:{day}" for day in dates}
    worked: list[str] = []
    received = ReceivedTriggers(documents, ProcessingLocks(documents, "locks", 60), "phase4_received")

    def receive(trigger_id: str) -> None:
        _until_acknowledged(lambda identity: received.once(identity, lambda: worked.append(identity)), trigger_id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(receive, [*published, *published]))
    assert sorted(worked) == sorted(f"phase3:{day}" for day in dates)


def _until_acknowledged(handle: Callable[[Message], object], message: Message) -> None:
    for _ in range(100):
        try:
            handle(message)
        except (TriggerPending, LockHeld):
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"never acknowledged: {message}")


def _assert_whole(documents: DocumentStore, config: Phase3Config, day: str) -> None:
    found = documents.get(Place(config.collection, day))
    assert found is not None
    assert counted(found.fields) == sorted(config.expected)
    assert (found.fields["_completed_count"], found.fields["_triggered"]) == (5, True)


def _published(outbox: Path) -> list[str]:
    return [json.loads(line)["attributes"]["trigger_id"] for line in outbox.read_text().splitlines()]


def _dates(count: int) -> list[str]:
    return [str(date(2026, 1, 1) + timedelta(days=number)) for number in range(count)]
