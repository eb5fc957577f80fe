"""What must be true before anything is shipped: each reason not to has a name, by which a person can let it pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from deployguard.artifact.upload import unbuildable
from deployguard.model.finding import Finding, Severity
from deployguard.model.live import LiveService
from deployguard.model.release import Blocker
from deployguard.model.report import ServiceReport
from deployguard.model.service import Service
from deployguard.rules.runtimes import deprecation
from deployguard.source.branch import Holding

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known before a release of one service.

    `found` is the check of the commit, with requirements resolved. `live` is None where the service does not exist;
    `blind` says why it could not be asked, "" where it could. `account` is a refusal of the credentials, "" for none.
    `newer` is the commit that serves, where it contains this one and ships something else, "" otherwise; `untold` says
    why that cannot be told.
    """

    service: Service
    commit: str
    branch: str
    holding: Holding
    found: ServiceReport
    live: LiveService | None
    today: date
    blind: str = ""
    account: str = ""
    newer: str = ""
    untold: str = ""


def preflight(ground: Ground, allowed: Mapping[str, str]) -> tuple[Blocker, ...]:
    """Return every reason not to ship; those that `allowed` (name: reason given) names are marked."""
    found = [blocker for check in CHECKS for blocker in check(ground)]
    return tuple(replace(blocker, allowed=blocker.name in allowed) for blocker in found)


def _branch(ground: Ground) -> list[Blocker]:
    branch, sha = ground.branch, ground.commit[:12]
    if ground.holding.here is None:
        return [
            Blocker(
                "branch",
                f"the branch {branch} is not known in this clone, so whether it holds {sha} cannot be told",
                f"git fetch origin {branch}",
                unknown=True,
            )
        ]
    if not ground.holding.here:
        return [Blocker("branch", f"{sha} is not in the branch {branch}", f"merge it into {branch} first")]
    return []


def _pushed(ground: Ground) -> list[Blocker]:
    branch, sha = ground.branch, ground.commit[:12]
    if ground.holding.remote:
        return []
    if not ground.holding.remotes:
        return [
            Blocker(
                "pushed",
                f"this repository has no remote, so nobody else has {sha}",
                "git remote add origin URL",
            )
        ]
    if ground.holding.remote is None:
        fix = f"git fetch origin {branch}"
        return [Blocker("pushed", f"no remote branch {branch} is known in this clone", fix, unknown=True)]
    return [Blocker("pushed", f"{sha} is not pushed to {branch}", f"git push origin {branch}")]


def _older(ground: Ground) -> list[Blocker]:
    """A clone that was not fetched for a while ships what others have gone beyond."""
    name, sha = ground.service.name, ground.commit[:12]
    if ground.newer:
        return [
            Blocker(
                "older-than-serving",
                f"{sha} is older than what serves: {ground.newer[:12]} contains it, and more",
                f"git pull, or `deployguard rollback {name}` to go back to what served before",
            )
        ]
    if ground.untold:
        message = f"whether {sha} is older than what serves cannot be told: {ground.untold}"
        return [Blocker("older-than-serving", message, f"git fetch origin {ground.branch}", unknown=True)]
    return []


def _findings(ground: Ground) -> list[Blocker]:
    errors = [one for one in ground.found.findings if one.severity is Severity.ERROR]
    again = f"deployguard check {ground.service.name} --rev {ground.commit[:12]}"
    grouped = {"requirements": [one for one in errors if one.code == "DG205"]}
    grouped["findings"] = [one for one in errors if one.code != "DG205"]
    return [Blocker(name, _listed(some), again) for name, some in grouped.items() if some]


def _doubts(ground: Ground) -> list[Blocker]:
    again = f"deployguard check {ground.service.name} --rev {ground.commit[:12]} --resolve"
    return [Blocker("doubts", reason, again, unknown=True) for reason in ground.found.unknown]


def _dockerfile(ground: Ground) -> list[Blocker]:
    problem = unbuildable(ground.service)
    return [Blocker("dockerfile", problem, "write a Dockerfile")] if problem else []


def _required_env(ground: Ground) -> list[Blocker]:
    settings = ground.service.table.get("settings")
    given = settings if isinstance(settings, Mapping) else {}
    names = {*_names(given.get("env")), *_names(given.get("secrets"))}
    if ground.live is not None:
        names |= {*ground.live.template.env, *(name for name, _ in ground.live.template.secrets)}
    lacking = [name for name in ground.service.required_env if name not in names]
    if not lacking or ground.blind:
        return []
    where = f"[services.{ground.service.name}.settings.env]"
    return [
        Blocker(
            "required-env",
            f"{', '.join(lacking)}: required, and neither set on the service nor in deployguard.toml",
            f"add it to {where}, or set it on the service",
        )
    ]


def _runtime(ground: Ground) -> list[Blocker]:
    found = deprecation(ground.service.runtime, ground.today) if ground.service.kind == "function" else None
    if found is None or found.support is None or ground.today < found.support.decommissioned:
        return []
    return [Blocker("runtime", f"DG403: {found.text}", "choose a newer `runtime`")]


def _cloud(ground: Ground) -> list[Blocker]:
    refusals = [reason for reason in dict.fromkeys((ground.account, ground.blind)) if reason]
    return [Blocker("cloud", reason, "", unknown=True) for reason in refusals]


def _names(table: object) -> tuple[str, ...]:
    return tuple(map(str, table)) if isinstance(table, Mapping) else ()


def _listed(findings: list[Finding]) -> str:
    shown = [f"{one.code} {one.path}:{one.line}: {one.message}" for one in findings[:_SHOWN]]
    more = [f"and {len(findings) - _SHOWN} more"] if len(findings) > _SHOWN else []
    return "; ".join([*shown, *more])


CHECKS: tuple[Callable[[Ground], list[Blocker]], ...] = (
    _branch,
    _pushed,
    _older,
    _findings,
    _doubts,
    _dockerfile,
    _required_env,
    _runtime,
    _cloud,
)
# `identity` and `invoker` are met later, when the candidate is verified. No leave builds what nothing here can build.
NAMES = (
    *("branch", "pushed", "older-than-serving", "findings", "requirements", "doubts", "required-env"),
    *("runtime", "cloud", "identity", "invoker"),
)
