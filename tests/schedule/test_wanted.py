"""The jobs and Scheduler entries that deployguard.toml asks for, and what is scheduled already."""

from __future__ import annotations

import pytest

from deployguard.config.load import parse_project
from deployguard.model.intent import Action
from deployguard.model.schedule import Clock
from deployguard.schedule.plan import near_duplicates, plan_schedules
from deployguard.schedule.wanted import Wanted, job_name, wanted_schedules

HOME = '[project]\nid = "p"\nregion = "us-west2"\n'
TABLE = 'cron = "0 6 * * *"\ncommand = ["morning"]\nimage = "i@sha256:1"\nservice-account = "a@p.invalid"\n'


def takes(verb: str) -> frozenset[str] | None:
    return {"morning": frozenset({"--exit-zero"}), "health": frozenset[str]()}.get(verb)


def wanted(table: str = TABLE, home: str = HOME) -> Wanted:
    (one,) = wanted_schedules(parse_project(f"{home}[schedule.morning]\n{table}", "deployguard.toml"), takes)
    return one


def test_a_finding_is_a_report_and_no_failed_execution() -> None:
    assert wanted().job.arguments == ("morning", "--exit-zero")
    assert wanted(TABLE.replace('"morning"]', '"morning", "--exit-zero"]')).job.arguments == (
        "morning",
        "--exit-zero",
    )
    assert wanted(TABLE.replace('"morning"', '"health"')).job.arguments == ("health",)
    assert wanted().job.retries == 0


def test_the_clock_calls_the_job() -> None:
    one = wanted()
    assert one.clock.target == (
        "https://run.googleapis.com/v2/projects/p/locations/us-west2/jobs/deployguard-morning:run"
    )
    assert one.clock.account == one.job.account == "a@p.invalid"
    assert one.faults == ()


@pytest.mark.parametrize(
    ("table", "home", "words"),
    [
        (TABLE.replace("morning", "mornin"), HOME, "no command"),
        (TABLE, '[project]\nid = "p"\n', "`region`"),
        (TABLE.replace('image = "i@sha256:1"\n', ""), HOME, "`image`"),
        (TABLE.replace('service-account = "a@p.invalid"\n', ""), HOME, "`service-account`"),
    ],
)
def test_what_keeps_it_from_being_made(table: str, home: str, words: str) -> None:
    (fault,) = wanted(table, home).faults
    assert words in fault


def test_names_that_cloud_run_cannot_take() -> None:
    assert job_name("morning") == "deployguard-morning"
    assert len(job_name("x" * 80)) <= 49
    assert job_name("A.b") != job_name("a-b")
    assert job_name("A.b").startswith("deployguard-a-b-")


def test_near_duplicates_are_named() -> None:
    mine = wanted().clock
    others = (
        Clock("morning-check", "0 6 * * *", "Etc/UTC", "https://x.invalid/", ours=False),
        Clock("check", "5 5 * * *", "Etc/UTC", mine.target, ours=False),
        Clock("phase3-daily", "0 6 * * *", "Etc/UTC", "topic phase3", ours=False),
    )
    assert [each.split()[0] for each in near_duplicates(mine, others)] == ["morning-check", "check"]


def test_what_is_there_by_others_blocks_and_what_is_paused_is_said() -> None:
    one = wanted()
    held = Clock(
        "deployguard-morning", one.clock.cron, "Etc/UTC", one.clock.target, one.clock.account, "PAUSED"
    )
    jobs = {("us-west2", one.job.name): one.job}
    outline = plan_schedules("p", [one], jobs, {"us-west2": (held,)})
    assert [each.action for each in outline.intents] == [Action.NONE, Action.NONE]
    assert "paused" in outline.intents[1].notes[0]
    foreign = Clock("deployguard-morning", "1 1 * * *", "Etc/UTC", "x", ours=False)
    assert plan_schedules("p", [one], jobs, {"us-west2": (foreign,)}).blocked
