"""One delivery in a process of its own, that may be killed in the middle; run by multiprocessing."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from completion_handler import make_handler
from google.cloud import firestore
from shared.config.phase3_config import Phase3Config
from shared.documents.in_firestore import FirestoreDocuments
from shared.messages.in_jsonl import JsonlPublisher

from tests.examples.nba_pipeline.crashing import FragileDocuments, FragilePublisher, Fuse


@dataclass(frozen=True)
class Delivery:
    project: str
    config: Phase3Config
    outbox: Path
    envelope: dict[str, object]
    burns_at: int | None = None
    killed_within: float | None = None


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    # The signal may take a moment to arrive, and nothing must happen in that moment.
    threading.Event().wait()


def deliver(delivery: Delivery) -> None:
    """Exits with 0 for an acknowledged message, with 1 for a refused one."""
    fuse = Fuse(delivery.burns_at, die)
    documents = FragileDocuments(FirestoreDocuments(firestore.Client(project=delivery.project)), fuse)
    handler = make_handler(documents, FragilePublisher(JsonlPublisher(delivery.outbox), fuse), delivery.config)
    if delivery.killed_within is not None:
        timer = threading.Timer(random.uniform(0, delivery.killed_within), die)
        timer.daemon = True
        timer.start()
    try:
        handler.handle(delivery.envelope)
    except Exception:
        sys.exit(1)
    # At once: what a process does after its acknowledgement is not part of the delivery.
    os._exit(0)
