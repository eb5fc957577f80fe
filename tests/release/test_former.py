"""Where a rollback without a name goes: down the ladder of what served, never back up to what was left."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deployguard.journal.releases import Outcome, Release
from deployguard.release.former import Former, former_of

AT = datetime(2030, 1, 2, tzinfo=UTC)


def release(words: str) -> Release:
    """Read `deploy one two`: from base `one` (`-` for none) to `two`; a fourth word is the outcome."""
    action, base, revision, *outcome = words.split()
    return Release(
        *("r", "orders", "run", "us-west2", "p", action, "", "", "ana", AT),
        outcome=Outcome(outcome[0] if outcome else "succeeded"),
        base="" if base == "-" else base,
        revision=revision,
    )


def former(*told: str) -> Former:
    return former_of(reversed([release(words) for words in told]))


@pytest.mark.parametrize(
    ("told", "serving", "below"),
    [
        ((), ["one"], ()),
        (("deploy - one",), ["one"], ()),
        (("deploy - one", "deploy one two"), ["two"], ("one",)),
        (("deploy - one", "deploy one two", "deploy two three"), ["three"], ("two", "one")),
        # A second rollback goes on downwards, and stops there.
        (("deploy - one", "deploy one two", "deploy two three", "rollback three two"), ["two"], ("one",)),
        (("deploy - one", "deploy one two", "rollback two one"), ["one"], ()),
        # What was left is passed over by what comes after.
        (("deploy - one", "deploy one two", "rollback two one", "deploy one three"), ["three"], ("one",)),
        # Going there by name takes it up again.
        (("deploy - one", "deploy one two", "rollback two one", "rollback one two"), ["two"], ("one",)),
        # What was undone never served; what others brought did.
        (("deploy - one", "deploy one two undone"), ["one"], ()),
        (("deploy - one", "deploy others two"), ["two"], ("others", "one")),
        (("deploy - one", "deploy one two"), ["others"], ("two", "one")),
        # A canary that was killed: its base is not lost.
        (("deploy - one", "deploy one two", "deploy two three open"), ["three", "two"], ("two", "one")),
        (("deploy - one", "deploy one two"), ["one", "two"], ("one",)),
    ],
)
def test_where_it_goes(told: tuple[str, ...], serving: list[str], below: tuple[str, ...]) -> None:
    assert former(*told).below(serving) == below


def test_who_left_a_revision_is_known_until_it_serves_again() -> None:
    told = ("deploy - one", "deploy one two", "rollback two one")
    assert former(*told).rollback_from("two") == release("rollback two one")
    assert former(*told, "rollback one two").rollback_from("two") is None
