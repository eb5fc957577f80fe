from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.config.environment import Environment
from shared.config.phase3_config import Phase3Config
from shared.documents.choose import open_documents
from shared.locks.lease import LockLost
from shared.locks.processing_lock import LockHeld, ProcessingLocks
from shared.messages.choose import open_publisher
from shared.messages.delivery import Malformed, read_delivery
from shared.messages.rejected import RejectedMessages
from shared.structured_logs import with_fields
from shared.tables.choose import open_tables
from shared.tables.store import StaleFence, WriteConflict

from data_processors.analytics.processor import AnalyticsProcessor, Surroundings
from data_processors.analytics.processors import PROCESSORS
from data_processors.analytics.request import ProcessRequest, read_request

Outcome = Literal["done", "busy", "failed"]
_COME_AGAIN = (LockHeld, LockLost, StaleFence, WriteConflict)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """Processors by outcome; `busy` and `failed` have to be tried again. `rejected`: why the message never can."""

    done: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    rejected: str = ""


class Analytics:
    def __init__(self, around: Surroundings, rejected: RejectedMessages) -> None:
        self._processors: Mapping[str, AnalyticsProcessor] = {kind.name: kind(around) for kind in PROCESSORS}
        self._rejected = rejected

    def process(self, envelope: object) -> Answer:
        try:
            request = read_request(read_delivery(envelope), tuple(self._processors))
        except Malformed as error:
            self._rejected.keep(envelope, str(error))
            return Answer(rejected=str(error))
        outcomes = [(self._run(name, request), name) for name in request.processors]
        return Answer(
            done=tuple(name for outcome, name in outcomes if outcome == "done"),
            busy=tuple(name for outcome, name in outcomes if outcome == "busy"),
            failed=tuple(name for outcome, name in outcomes if outcome == "failed"),
        )

    def _run(self, name: str, request: ProcessRequest) -> Outcome:
        """One processor's trouble is no reason to keep the next one from its work."""
        about = with_fields(
            processor=name, game_date=request.game_date, correlation_id=request.correlation_id
        )
        try:
            self._processors[name].run(request.game_date, request.correlation_id)
        except _COME_AGAIN as error:
            _log.warning("Processor has to be tried again: %s", error, extra=about)
            return "busy"
        except Exception:
            _log.exception("Processor failed", extra=about)
            return "failed"
        return "done"


def open_analytics(environment: Environment, config: Phase3Config) -> Analytics:
    documents = open_documents(environment.documents_url, environment.project)
    around = Surroundings(
        tables=open_tables(environment.tables_url, environment.project),
        locks=ProcessingLocks(documents, config.lock_collection, config.lease_seconds),
        publisher=open_publisher(environment.messages_url, environment.project),
        completed_topic=config.completed_topic,
    )
    return Analytics(around, RejectedMessages(documents, config.rejected_collection))
