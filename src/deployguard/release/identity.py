"""Asking the candidate who it is, at its own address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from deployguard.gcp.candidate import Answer, ask
from deployguard.gcp.identity import identity_token
from deployguard.model.amounts import seconds
from deployguard.model.errors import CloudError
from deployguard.release.failures import DoubtError, StepFailedError
from deployguard.release.naming import tag_name
from deployguard.release.order import table_of
from deployguard.release.work import Work

_EVENTS = ("topic", "bucket", "event-type")
_INTERNAL = frozenset({"internal", "internal-and-cloud-load-balancing"})
_NOT_YET = frozenset({404, 429, 502, 503})  # a tag takes seconds to be known, an instance to start
_TRIES = 5
_PAUSE, _LOCAL_PAUSE = 3.0, 0.1
_USUAL_TIMEOUT = 10.0
_LONGEST = 200  # characters of an answer that are shown


class _Question(NamedTuple):
    path: str
    status: int
    json: Mapping[str, object]
    timeout: float


def identity_of(work: Work) -> str:
    """Return in words how the candidate showed who it is, or why it was not asked.

    Raises:
        StepFailedError: it is somebody else, or not well.
        DoubtError: it may not be asked.
    """
    table = table_of(work.order.service, "identity")
    if any(key in table_of(work.order.service, "trigger") for key in _EVENTS):
        return "not asked: it is called by events only"
    if not table:
        return "not configured"
    live, tag = work.live(), tag_name(work.service, work.release.id)
    uri = next((share.uri for share in live.traffic if tag and share.tag == tag), "") if live else ""
    has_traffic = live is not None and live.percent(work.release.fact("revision")) == 100
    if live is None or not (uri or has_traffic):
        return "not asked: the service's name leaves no room for a tag"
    question = _question(table)
    answer = _asked(work, uri or live.uri, live.uri, question)
    if live.ingress in _INTERNAL and answer.status in {403, 404}:
        return f"not asked: ingress is internal, so it answers {answer.status} from here"
    if answer.status in {401, 403} and question.status != answer.status:
        if work.order.manner.allows("identity"):
            return f"not told: it answers {answer.status}, which was allowed"
        raise DoubtError(
            f"the candidate answers {answer.status} at {question.path}: these credentials may not call it; grant them "
            "roles/run.invoker, set DEPLOYGUARD_IMPERSONATE, or --allow identity --reason TEXT"
        )
    problem = mismatch(answer, question.status, question.json)
    if problem:
        raise StepFailedError(f"the candidate is not {work.name}: at {question.path}, {problem}")
    return f"{question.path} answers {answer.status}, as {work.name} should"


def mismatch(answer: Answer, status: int, wanted: Mapping[str, object]) -> str:
    """Return how an answer differs from what is configured; "" where it does not."""
    if answer.status != status:
        return f"it answers {answer.status}, not {status}"
    if not wanted:
        return ""
    if not isinstance(answer.json, Mapping):
        return "it answers with something that is no JSON object"
    for name, value in wanted.items():
        if name not in answer.json:
            return f"its answer has no {name}, which should be {_plain(value)!r}"
        if answer.json[name] != _plain(value):
            return f"its answer has {name} = {_shown(answer.json[name])}, not {_plain(value)!r}"
    return ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _asked(work: Work, uri: str, audience: str, question: _Question) -> Answer:
    connection = work.means.connection
    token = identity_token(connection, audience)
    problem: CloudError | None = None
    answer = Answer(0)
    for attempt in range(_TRIES):
        if attempt:
            work.means.pause(_LOCAL_PAUSE if connection.endpoint else _PAUSE)
        try:
            answer, problem = ask(uri, question.path, question.timeout, token), None
        except CloudError as error:
            if error.kind not in {"unavailable", "timeout"}:
                raise
            problem = error
        if problem is None and (answer.status not in _NOT_YET or answer.status == question.status):
            return answer
    if problem is not None:
        raise StepFailedError(f"the candidate does not answer: {problem}") from problem
    return answer


def _question(table: Mapping[str, object]) -> _Question:
    wanted = table.get("json")
    return _Question(
        str(table.get("path", "/")),
        int(str(table.get("status", 200))),
        wanted if isinstance(wanted, Mapping) else {},
        seconds(table.get("timeout", _USUAL_TIMEOUT)) or _USUAL_TIMEOUT,
    )


def _plain(value: object) -> object:
    """Return a configured value as JSON has it: the configuration keeps lists as tuples."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
