"""The jobs and Scheduler entries that `[schedule.NAME]` of deployguard.toml asks for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deployguard.model.amounts import seconds
from deployguard.model.schedule import Clock, RunJob
from deployguard.model.service import Project

_LONGEST = 49
_EXIT_ZERO = "--exit-zero"
Takes = Callable[[str], frozenset[str] | None]
"""The options that a command of deployguard takes; None for a word that is no command."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One schedule: where it runs, its job and its clock. `faults` keep it from being made."""

    name: str
    region: str
    job: RunJob
    clock: Clock
    faults: tuple[str, ...] = ()


def wanted_schedules(project: Project, takes: Takes) -> tuple[Wanted, ...]:
    """Return what each table `[schedule.NAME]` asks for."""
    home = project.table("project")
    return tuple(_wanted(name, table, home, takes) for name, table in project.table("schedule").items())


def job_name(name: str) -> str:
    """Return the name of the job of a schedule: `deployguard-NAME`, cut and hashed where Cloud Run could not take it."""
    plain = f"deployguard-{name}"
    if re.fullmatch(r"[a-z]([-a-z0-9]{0,47}[a-z0-9])?", plain):
        return plain
    kept = re.sub(r"[^a-z0-9-]", "-", plain.lower())[: _LONGEST - 9].strip("-")
    return f"{kept}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _wanted(name: str, table: Mapping[str, object], home: Mapping[str, object], takes: Takes) -> Wanted:
    region, account = str(table.get("region", home.get("region", ""))), str(table.get("service-account", ""))
    words, called = _words(table), job_name(name)
    target = (
        f"https://run.googleapis.com/v2/projects/{home.get('id', '')}/locations/{region}/jobs/{called}:run"
    )
    job = RunJob(
        name=called,
        image=str(table.get("image", "")),
        arguments=_reporting(words, takes),
        account=account,
        repository=str(table.get("repository", "")),
        timeout=int(seconds(table.get("timeout", "30m")) or 0),
    )
    clock = Clock(called, str(table["cron"]), str(table.get("timezone", "Etc/UTC")), target, account)
    return Wanted(name, region, job, clock, tuple(_faults(words, region, job, takes)))


def _reporting(words: tuple[str, ...], takes: Takes) -> tuple[str, ...]:
    """Let findings be a report and not a failed execution: exit code 2, `cannot tell`, stays a failure."""
    options = (takes(words[0]) if words else None) or frozenset()
    return (*words, _EXIT_ZERO) if _EXIT_ZERO in options and _EXIT_ZERO not in words else words


def _faults(words: tuple[str, ...], region: str, job: RunJob, takes: Takes) -> list[str]:
    faults = []
    if not words or takes(words[0]) is None:
        faults.append(f"`command`: {words[0] if words else 'nothing'} is no command of deployguard")
    if not region:
        faults.append("neither `region` here nor in [project]")
    if not job.image:
        faults.append("`image` is missing: build docker/Dockerfile, push it, and name it by digest")
    if not job.account:
        faults.append("`service-account` is missing: who the job runs as, and who starts it")
    return faults


def _words(table: Mapping[str, object]) -> tuple[str, ...]:
    given = table.get("command")
    return tuple(map(str, given)) if isinstance(given, tuple) else ()
