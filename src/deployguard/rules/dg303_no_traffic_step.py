"""# DG303: no-traffic-step

## What it does

Finds a `gcloud run deploy --no-traffic` (or `no_traffic: true` of the deploy action) after which nothing moves traffic:
no `update-traffic` later in the same file, and none for the same service in another script of the repository. Deploys
under a tag of a pull request or preview are meant to stay without traffic, and are left alone.

Also finds a plain `gcloud run deploy` of a service whose traffic another script gives to revisions by name
(`--to-revisions`), where nothing gives it to the latest again.

## Why it is bad

The deploy succeeds, the new revision is ready, and the old one goes on serving. From then on later deploys of the
service get no traffic either, because Cloud Run keeps traffic on the revisions that are named.

## Example

Bad:

```sh
gcloud run deploy reports --image "$IMAGE" --no-traffic --tag candidate
curl --fail "$CANDIDATE_URL/health"
```

Good:

```sh
gcloud run deploy reports --image "$IMAGE" --no-traffic --tag candidate
curl --fail "$CANDIDATE_URL/health"
gcloud run services update-traffic reports --to-tags candidate=100
```

## How to fix

Move traffic in the same script, after the check of the candidate: `gcloud run services update-traffic SERVICE
--to-revisions REVISION=100`. `deployguard deploy` does both, and reads back which revision serves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import RepositoryFacts, RepositoryRule
from deployguard.rules.scripts.calls import MARKDOWN, Call
from deployguard.rules.scripts.gcloud import DEPLOYS, GcloudCommand, command_of
from deployguard.rules.scripts.read import Script, deploy_scripts

_RUN = ("run", "deploy")
_MOVES = ("run", "services", "update-traffic")
_PREVIEW = re.compile(r"\bpr\b|pr[-_$]|preview|shadow|pull|branch|head_ref|event\.number", re.IGNORECASE)


def _judge(facts: RepositoryFacts) -> Iterable[Finding]:
    scripts = [script for script in deploy_scripts(facts.tree) if script.facts.kind != MARKDOWN]
    moved = {
        (script.path, command.target)
        for script in scripts
        for call in script.facts.calls
        if (command := command_of(call)) and command.path == _MOVES
    }
    pinned = _pinned(scripts)
    for script in scripts:
        elsewhere = {target for path, target in moved if path != script.path} - {None}
        for at, call in enumerate(script.facts.calls):
            command = command_of(call)
            if not command or command.path not in DEPLOYS or _is_preview(command) or _moves_later(script, at):
                continue
            if command.has("--no-traffic") and command.target not in elsewhere:
                yield _finding(script, call, command)
            elif command.path == _RUN and not command.has("--no-traffic") and command.target in pinned:
                yield _behind_a_pin(script, call, command, pinned[command.target])


def _pinned(scripts: Sequence[Script]) -> Mapping[str | None, str]:
    """Return the services, named literally, whose traffic some script gives to revisions by name and none to the latest."""
    moves = [
        (command, f"{script.path}:{call.line}")
        for script in scripts
        for call in script.facts.calls
        if (command := command_of(call)) and command.path == _MOVES and _is_literal(command.target)
    ]
    latest = {command.target for command, _ in moves if command.has("--to-latest")}
    return {
        command.target: at
        for command, at in reversed(moves)
        if command.has("--to-revisions") and command.target not in latest
    }


def _is_literal(target: str | None) -> bool:
    return target is not None and bool(re.fullmatch(r"[\w-]+", target))


def _is_preview(command: GcloudCommand) -> bool:
    return bool(_PREVIEW.search(command.value("--tag")))


def _moves_later(script: Script, at: int) -> bool:
    deploy = script.facts.calls[at]
    return any(_moves(call) and (call.in_function or call.line > deploy.line) for call in _others(script, at))


def _others(script: Script, at: int) -> Sequence[Call]:
    return (*script.facts.calls[:at], *script.facts.calls[at + 1 :])


def _moves(call: Call) -> bool:
    command = command_of(call)
    return command is not None and command.path == _MOVES


def _behind_a_pin(script: Script, call: Call, command: GcloudCommand, pin: str) -> Finding:
    return Finding(
        code="DG303",
        severity=Severity.WARNING,
        subject="deploy",
        path=script.path,
        line=call.line,
        message=f"the traffic of {command.target} may be pinned, as {pin} does: this deploy then gets none, and succeeds",
        advice=f"add: gcloud run services update-traffic {command.target} --to-revisions REVISION=100",
    )


def _finding(script: Script, call: Call, command: GcloudCommand) -> Finding:
    line = next((word.line for word in command.flags if word.text == "--no-traffic"), call.line)
    service = command.target if _is_literal(command.target) else "SERVICE"
    return Finding(
        code="DG303",
        severity=Severity.WARNING,
        subject="--no-traffic",
        path=script.path,
        line=line,
        message="deploys a revision without traffic, and nothing here moves traffic to it afterwards",
        advice=f"add: gcloud run services update-traffic {service} --to-revisions REVISION=100",
    )


RULE = RepositoryRule("DG303", "no-traffic-step", Severity.WARNING, __doc__ or "", _judge)
