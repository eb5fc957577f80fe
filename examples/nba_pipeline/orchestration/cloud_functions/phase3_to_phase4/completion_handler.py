from __future__ import annotations

import logging
from dataclasses import dataclass

from shared.completion.message import Completion, read_completion
from shared.completion.tracker import CompletionTracker, Progress
from shared.completion.trigger import PhaseTrigger, TriggerRules
from shared.config.environment import Environment
from shared.config.phase3_config import Phase3Config
from shared.documents.choose import open_documents
from shared.documents.store import DocumentStore
from shared.messages.choose import open_publisher
from shared.messages.delivery import Malformed, read_delivery
from shared.messages.publisher import Publisher
from shared.messages.rejected import RejectedMessages
from shared.moments import Clock, utc_now
from shared.structured_logs import with_fields

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CompletionHandler:
    tracker: CompletionTracker
    trigger: PhaseTrigger
    rejected: RejectedMessages

    def handle(self, envelope: object) -> None:
        try:
            completion = read_completion(read_delivery(envelope), self.tracker.expected)
        except Malformed as error:
            self.rejected.keep(envelope, str(error))
            return
        progress = self.tracker.record(completion)
        _log.info("Completion recorded", extra=_about(completion, progress))
        # Asked of the document, not of "was this the last one?": a redelivery after a crash must trigger too.
        if progress.complete and not progress.triggered:
            self.trigger.fire(completion.game_date, completion.correlation_id)


def open_handler(environment: Environment, config: Phase3Config) -> CompletionHandler:
    documents = open_documents(environment.documents_url, environment.project)
    publisher = open_publisher(environment.messages_url, environment.project)
    return make_handler(documents, publisher, config)


def make_handler(
    documents: DocumentStore, publisher: Publisher, config: Phase3Config, now: Clock = utc_now
) -> CompletionHandler:
    tracker = CompletionTracker(documents, config.collection, config.expected, now)
    rules = TriggerRules(config.tracker, config.next_phase_topic, config.claim_seconds)
    return CompletionHandler(
        tracker=tracker,
        trigger=PhaseTrigger(documents, publisher, tracker, rules, now),
        rejected=RejectedMessages(documents, config.rejected_collection, now),
    )


def _about(completion: Completion, progress: Progress) -> dict[str, object]:
    return with_fields(
        processor=completion.processor,
        game_date=completion.game_date,
        correlation_id=completion.correlation_id,
        completed=len(progress.completed),
        missing=progress.missing,
    )
