"""What was changed outside deployguard: against the stamp's own copy, and against what a release left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deployguard.drift.modified import grounds_of_change
from deployguard.drift.stamped import written_in
from deployguard.model.baseline import Baseline
from deployguard.model.drift import Verdict
from deployguard.model.live import LiveRevision, Settings, Stamp

SHA, OTHER = "a" * 40, "b" * 40
SERVING = LiveRevision(
    "orders-00002",
    stamp=Stamp(commit=SHA, labelled=SHA),
    settings=Settings(
        image="r/orders@sha256:1", env=("BUILD_COMMIT", "STAGE"), secrets=(("KEY", "orders-key:1"),)
    ),
)
LEFT = Baseline(
    "20300101-1", "orders-00002", "r/orders@sha256:1", ("BUILD_COMMIT", "STAGE"), (("KEY", "orders-key:1"),)
)


def reasons(serving: LiveRevision, baseline: Baseline | None = None) -> list[str]:
    grounds = tuple(grounds_of_change("orders", serving, baseline))
    assert all(ground.verdict is Verdict.MODIFIED for ground in grounds)
    return [ground.reason for ground in grounds]


def settings(**changed: object) -> LiveRevision:
    return replace(SERVING, settings=replace(SERVING.settings, **changed))  # type: ignore[arg-type]


def test_what_is_as_it_was_left_is_not_modified() -> None:
    assert reasons(SERVING) == []
    assert reasons(SERVING, LEFT) == []


def test_a_value_that_changed_is_told_by_its_name_as_long_as_one_key_made_both_digests() -> None:
    left = replace(LEFT, values=(("STAGE", "1:aa"),), key="k1")
    other = settings(values=(("STAGE", "1:bb"),))

    def told(key: str, baseline: Baseline = left) -> list[str]:
        return [ground.reason for ground in grounds_of_change("orders", other, baseline, key)]

    assert told("k1") == ["changed since release 20300101-1: variables ~STAGE"]
    assert told("k2") == []  # the service was made anew
    assert told("", replace(left, key="")) == []


@pytest.mark.parametrize("labelled", ["", SHA[:7], SHA.upper(), f"{SHA[:12]}-dirty"])
def test_labels_may_be_absent_or_short(labelled: str) -> None:
    assert reasons(replace(SERVING, stamp=Stamp(commit=SHA, labelled=labelled))) == []


def test_labels_of_another_commit_are_told() -> None:
    (reason,) = reasons(replace(SERVING, stamp=Stamp(commit=SHA, labelled=OTHER[:7])))
    assert (SHA[:12] in reason, OTHER[:7] in reason) == (True, True)


@pytest.mark.parametrize(
    ("serving", "said"),
    [
        (replace(SERVING, name="orders-00003"), "orders-00003 serves, not orders-00002"),
        (settings(image="r/orders@sha256:2"), "another image"),
        (settings(image="r/orders:latest"), ""),
        (settings(env=("BUILD_COMMIT", "DEBUG")), "variables +DEBUG -STAGE"),
        (settings(secrets=()), "secrets -KEY"),
        (settings(secrets=(("KEY", "orders-key:2"),)), "secrets ~KEY"),
    ],
)
def test_what_differs_from_the_release_is_named(serving: LiveRevision, said: str) -> None:
    assert reasons(serving, LEFT) == ([f"changed since release 20300101-1: {said}"] if said else [])


@pytest.mark.parametrize(
    ("text", "commit", "dirty"),
    [
        (SHA, SHA, False),
        ("abc1234-dirty", "abc1234", True),
        ("abc1234+dirty", "abc1234", True),
        ("v1.2.3-4-gabc1234", "abc1234", False),
        ("v1.2.3-4-gabc1234-dirty", "abc1234", True),
        ("latest", "latest", False),
        ("", "", False),
    ],
)
def test_commits_as_other_tools_write_them(text: str, commit: str, dirty: bool) -> None:
    assert written_in(Stamp(commit=text)) == (commit, dirty)
