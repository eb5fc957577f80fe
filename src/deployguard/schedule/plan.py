"""What applying the configured schedules would change, and what is scheduled already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from deployguard.model.intent import Action, Intent, Outline
from deployguard.model.release import PlannedChange
from deployguard.model.schedule import Clock, RunJob
from deployguard.schedule.wanted import Wanted

JOB, CLOCK = "job", "schedule"
_ALIKE = 0.75


def plan_schedules(
    project: str,
    wanted: Iterable[Wanted],
    jobs: Mapping[tuple[str, str], RunJob | None],
    clocks: Mapping[str, tuple[Clock, ...]],
) -> Outline:
    """Return what would become of the jobs and Scheduler entries.

    `jobs` are what exists by (region, name), `clocks` the Scheduler jobs of each region.
    """
    schedules = tuple(wanted)
    intents = [intent for one in schedules for intent in _intents(one, jobs, clocks.get(one.region, ()))]
    mine = {(one.region, one.clock.name) for one in schedules}
    others = [
        (region, each) for region, held in clocks.items() for each in held if (region, each.name) not in mine
    ]
    left = [
        f"ours, and no longer configured: {each.name} in {region} ({each.cron}); remove it by hand"
        for region, each in others
        if each.ours
    ]
    return Outline(project, tuple(intents), sum(not each.ours for _, each in others), tuple(left))


def near_duplicates(clock: Clock, held: Iterable[Clock]) -> Iterator[str]:
    """Yield the Scheduler jobs of others that seem to do the same: the same target, or the same time and a like name."""
    for each in held:
        if each.name == clock.name:
            continue
        if each.target == clock.target:
            yield f"{each.name} ({each.cron} {each.timezone}) calls the same job"
        elif (each.cron, each.timezone) == (clock.cron, clock.timezone) and _alike(each.name, clock.name):
            yield f"{each.name} runs at the same time under a like name: {each.target}"
        elif _alike(each.name, clock.name):
            yield f"{each.name} ({each.cron} {each.timezone}) has a like name: {each.target}"


def _alike(name: str, other: str) -> bool:
    plain, mine = (each.lower().removeprefix("deployguard-").replace("_", "-") for each in (name, other))
    return plain in mine or mine in plain or SequenceMatcher(None, plain, mine).ratio() >= _ALIKE


def _intents(
    one: Wanted, jobs: Mapping[tuple[str, str], RunJob | None], clocks: tuple[Clock, ...]
) -> Iterator[Intent]:
    job = jobs.get((one.region, one.job.name))
    clock = next((each for each in clocks if each.name == one.clock.name), None)
    foreign = f"{one.job.name} in {one.region} is there, and deployguard did not make it: rename the schedule"
    job_blockers = (*one.faults, *((foreign,) if job is not None and not job.ours else ()))
    yield Intent(
        _action(
            job, job_changes := _changes(_job_words(one.job), _job_words(job) if job is not None else None)
        ),
        JOB,
        one.name,
        f"{one.region}/{one.job.name}",
        job_changes,
        job_blockers,
    )
    yield Intent(
        _action(
            clock,
            clock_changes := _changes(
                _clock_words(one.clock), _clock_words(clock) if clock is not None else None
            ),
        ),
        CLOCK,
        one.name,
        f"{one.region}/{one.clock.name}",
        clock_changes,
        (foreign,) if clock is not None and not clock.ours else (),
        tuple(_notes(one.clock, clock, clocks)),
    )


def _notes(wanted: Clock, held: Clock | None, clocks: tuple[Clock, ...]) -> Iterator[str]:
    if held is None:
        yield from (f"near duplicate: {each}" for each in near_duplicates(wanted, clocks))
    elif held.state != "ENABLED":
        yield f"it is {held.state.lower()}: it does not run until somebody resumes it"


def _action(held: object, changes: tuple[PlannedChange, ...]) -> Action:
    if held is None:
        return Action.CREATE
    return Action.UPDATE if changes else Action.NONE


def _changes(wanted: Mapping[str, str], held: Mapping[str, str] | None) -> tuple[PlannedChange, ...]:
    before = held or {}
    return tuple(
        PlannedChange(what, before.get(what, ""), after)
        for what, after in wanted.items()
        if before.get(what, "") != after
    )


def _job_words(job: RunJob) -> Mapping[str, str]:
    return {
        "image": job.image,
        "command": " ".join(job.arguments),
        "service-account": job.account,
        "repository": job.repository,
        "timeout": f"{job.timeout}s",
        "retries": str(job.retries),
    }


def _clock_words(clock: Clock) -> Mapping[str, str]:
    return {
        "cron": clock.cron,
        "timezone": clock.timezone,
        "target": clock.target,
        "service-account": clock.account,
    }
