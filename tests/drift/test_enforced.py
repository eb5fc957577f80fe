"""Variables that every deploy puts back: noticed where what serves has others, and only where they are enforced."""

from __future__ import annotations

import pytest

from deployguard.drift.enforced import grounds_of_enforced
from deployguard.model.digests import value_digest
from deployguard.model.drift import Verdict
from deployguard.model.live import LiveRevision, Settings
from deployguard.model.service import Service

UID = "0b1c"


def service(*enforced: str) -> Service:
    table = {"settings": {"env": {"STAGE": "live", "LIMIT": 3}, "memory": "1Gi"}, "enforce": enforced}
    return Service("orders", "run", table=table)


def serving(**values: str) -> LiveRevision:
    held = tuple((name, value_digest(UID, name, value)) for name, value in values.items())
    return LiveRevision("orders-1", settings=Settings(env=tuple(values), values=held))


def signs(one: Service, revision: LiveRevision) -> list[str]:
    return [ground.reason.rpartition("enforces: ")[2] for ground in grounds_of_enforced(one, revision, UID)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"STAGE": "live", "LIMIT": "3", "OTHER": "x"}, []),
        ({"STAGE": "test", "LIMIT": "3"}, ["~STAGE"]),
        ({"LIMIT": "4"}, ["+STAGE ~LIMIT"]),
        ({"OTHER": "x"}, ["+STAGE +LIMIT"]),
        ({}, []),  # nothing is known of its variables
    ],
)
def test_what_lacks_or_has_another_value_is_named(values: dict[str, str], said: list[str]) -> None:
    assert signs(service("env"), serving(**values)) == said
    assert signs(service("env", "memory"), serving(**values)) == said


@pytest.mark.parametrize("enforced", [(), ("memory",)])
def test_what_is_not_enforced_may_differ(enforced: tuple[str, ...]) -> None:
    assert signs(service(*enforced), serving(STAGE="test")) == []


def test_the_ground_is_stale_and_names_the_deploy() -> None:
    (ground,) = grounds_of_enforced(service("env"), serving(STAGE="test", LIMIT="3"), UID)
    assert (ground.verdict, ground.fix) == (Verdict.STALE, "deployguard deploy orders")
    assert "test" not in ground.reason
