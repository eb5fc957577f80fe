"""Conditions of Run resources (google/cloud/run/v2/condition.proto)."""

from __future__ import annotations

from typing import Any

from google.cloud import run_v2

from deployguard.emulator.resources import now

_State = run_v2.Condition.State
SUCCEEDED = _State.CONDITION_SUCCEEDED
RECONCILING = _State.CONDITION_RECONCILING
FAILED = _State.CONDITION_FAILED
REASONS = run_v2.Condition.CommonReason
REVISION_REASONS = run_v2.Condition.RevisionReason


def condition(kind: str, state: int, message: str = "", reason: int = 0, revision_reason: int = 0) -> Any:
    """Return a Condition; `reason` is a CommonReason, `revision_reason` a RevisionReason."""
    made = run_v2.Condition.pb()(type_=kind, state=state, message=message)
    made.last_transition_time.CopyFrom(now())
    if reason:
        made.reason = reason
    if revision_reason:
        made.revision_reason = revision_reason
    return made


def set_conditions(resource: Any, *conditions: Any) -> None:
    """Replace the conditions of a service or revision."""
    del resource.conditions[:]
    resource.conditions.extend(conditions)


def is_ready(revision: Any) -> bool:
    """Whether a revision has been found ready."""
    return any(one.type_ == "Ready" and one.state == SUCCEEDED for one in revision.conditions)


def failure(revision: Any) -> Any:
    """Return the condition that says why a revision failed; None while it has not."""
    return next((one for one in revision.conditions if one.type_ == "Ready" and one.state == FAILED), None)
