"""Which refusals are tried again, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deployguard.gcp import retrying
from deployguard.gcp.retrying import patiently
from deployguard.model.errors import CloudError

pytestmark = pytest.mark.slow


def refusing(*kinds: str) -> Iterator[str]:
    yield from kinds


def called(kinds: Iterator[str]) -> str:
    kind = next(kinds, "")
    if kind:
        raise CloudError(kind, f"refused: {kind}")
    return "done"


@pytest.mark.parametrize("kind", ["quota", "unavailable"])
def test_what_passes_is_tried_again(kind: str) -> None:
    kinds = refusing(kind, kind)
    assert patiently(lambda: called(kinds), 10) == "done"


@pytest.mark.parametrize("kind", ["permission", "missing", "refused", "credentials", "timeout", "conflict"])
def test_what_stays_is_not(kind: str) -> None:
    kinds = refusing(kind, "other")
    with pytest.raises(CloudError, match=f"refused: {kind}$"):
        patiently(lambda: called(kinds), 10)
    assert next(kinds) == "other"


def test_it_gives_up_and_says_after_how_many_tries() -> None:
    kinds = refusing(*["unavailable"] * 50)
    with pytest.raises(CloudError, match=r"after \d tries") as caught:
        patiently(lambda: called(kinds), 0.6)
    assert caught.value.kind == "unavailable"


def test_a_budget_of_nothing_is_one_try() -> None:
    kinds = refusing("quota", "other")
    with pytest.raises(CloudError, match=r"refused: quota$"):
        patiently(lambda: called(kinds), 0)


def test_some_conflicts_are_forgiven() -> None:
    once = refusing("conflict")
    assert patiently(lambda: called(once), 10, conflicts=2) == "done"
    often = refusing(*["conflict"] * 9)
    with pytest.raises(CloudError, match="after 3 tries"):
        patiently(lambda: called(often), 10, conflicts=2)


def test_who_cannot_be_reached_is_tried_for_some_seconds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "UNREACHABLE_S", 0.5)

    def away() -> None:
        raise CloudError("unavailable", "listing: 503 failed to connect to all addresses")

    with pytest.raises(CloudError, match=r"after [1-4] tries"):
        patiently(away, 60.0)
