"""Each reason not to ship, by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from deployguard.model.finding import Finding, Severity
from deployguard.model.live import LiveService, Settings
from deployguard.model.report import ServiceReport
from deployguard.model.runtime import Runtime
from deployguard.model.service import Service
from deployguard.release.preflight import NAMES, Ground, preflight
from deployguard.source.branch import Holding

SOUND = Ground(
    service=Service("orders", "function", source="functions/orders", required_env=("STAGE",)),
    commit="a" * 40,
    branch="main",
    holding=Holding(True, True, True),
    found=ServiceReport("orders", "function", "f" * 40, 3),
    live=LiveService("orders", "us-west2", template=Settings(env=("STAGE",))),
    today=date(2026, 11, 23),
)


def finding(code: str) -> Finding:
    return Finding(code, Severity.ERROR, "yaml", "main.py", 3, "yaml is not declared", "add it")


def names(ground: Ground) -> list[str]:
    return [blocker.name for blocker in preflight(ground, {})]


def found(*findings: Finding, unknown: tuple[str, ...] = ()) -> ServiceReport:
    return replace(SOUND.found, findings=findings, unknown=unknown)


def test_nothing_blocks_what_is_sound() -> None:
    assert preflight(SOUND, {}) == ()


@pytest.mark.parametrize(
    ("ground", "name"),
    [
        (replace(SOUND, holding=Holding(False, True, True)), "branch"),
        (replace(SOUND, holding=Holding(None, True, True)), "branch"),
        (replace(SOUND, holding=Holding(True, False, True)), "pushed"),
        (replace(SOUND, holding=Holding(True, None, True)), "pushed"),
        (replace(SOUND, holding=Holding(True, None, False)), "pushed"),
        (replace(SOUND, newer="b" * 40), "older-than-serving"),
        (replace(SOUND, untold="it serves a commit that is not here"), "older-than-serving"),
        (replace(SOUND, found=found(finding("DG201"))), "findings"),
        (replace(SOUND, found=found(finding("DG205"))), "requirements"),
        (replace(SOUND, found=found(unknown=("the index did not answer",))), "doubts"),
        (replace(SOUND, live=None), "required-env"),
        (
            replace(SOUND, service=replace(SOUND.service, runtime=Runtime(3, 10)), today=date(2027, 5, 1)),
            "runtime",
        ),
        (replace(SOUND, blind="permission run.services.get is missing"), "cloud"),
    ],
)
def test_each_reason_has_its_name(ground: Ground, name: str) -> None:
    assert names(ground) == [name]
    assert name in NAMES


def test_a_warning_does_not_block() -> None:
    warning = replace(finding("DG206"), severity=Severity.WARNING)
    assert names(replace(SOUND, found=found(warning))) == []


def test_what_is_allowed_by_name_is_kept_and_marked() -> None:
    blockers = preflight(replace(SOUND, holding=Holding(True, False, True)), {"pushed": "the remote is down"})
    assert [(each.name, each.allowed) for each in blockers] == [("pushed", True)]


def test_what_deployguard_toml_sets_is_there() -> None:
    service = replace(SOUND.service, table={"settings": {"env": {"STAGE": "production"}}})
    assert names(replace(SOUND, service=service, live=None)) == []


def test_a_value_never_stands_in_a_message() -> None:
    service = replace(SOUND.service, table={"settings": {"env": {"OTHER": "hush"}}})
    assert "hush" not in repr(preflight(replace(SOUND, service=service, live=None), {}))


def test_what_nothing_here_can_build_is_said_before_anything_is_begun() -> None:
    service = replace(SOUND.service, kind="run")
    (found,) = preflight(replace(SOUND, service=service), {"dockerfile": "never mind"})
    assert (found.name, "buildpack" in found.message) == ("dockerfile", True)
    assert "dockerfile" not in NAMES
