"""`completion`: a tracker's document of the day is whole, as `deployguard reconcile` judges it."""

from __future__ import annotations

from deployguard.pipeline.health.database import Unanswered
from deployguard.pipeline.health.question import Answer, Question


def judge(question: Question) -> Answer:
    """Ask the tracker about the day."""
    if question.completion is None:
        raise Unanswered("completion documents cannot be read here")
    return question.completion(question.check.tracker, question.day.date)
