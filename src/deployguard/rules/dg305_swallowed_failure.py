"""# DG305: swallowed-failure

## What it does

Finds deploys, traffic changes, deployguard's own checks, and pytest beside them, whose failure nothing can notice:

- `|| true`, `|| :`, `|| echo ...`, `; true` after the command; `set +e` before it with no look at `$?` after it;
- `-` before the command in a Makefile;
- `continue-on-error: true` and `allow_failure: true` around it, where nothing asks for the outcome later;
- in Python, `subprocess.run` without `check=True`, `subprocess.call` and `os.system`, where the result is not used.

A handler that ends the script or does something (`|| exit 1`, `|| rollback`), and a command in a condition, are fine.

## Why it is bad

The pipeline is green and the old code serves. A check that cannot fail is worse than none: people trust it.

## Example

Bad:

```sh
deployguard check || true
gcloud run deploy reports --image "$IMAGE" || echo "deploy failed"
```

Good:

```sh
deployguard check
gcloud run deploy reports --image "$IMAGE" || { echo "deploy failed" >&2; exit 1; }
```

## How to fix

Take away what hides the failure, or end with a status other than 0 in its handler. A check that is only to inform has
`deployguard check --exit-zero`, which still fails when it cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import RepositoryFacts, RepositoryRule
from deployguard.rules.scripts.calls import MARKDOWN, Call
from deployguard.rules.scripts.gcloud import command_of
from deployguard.rules.scripts.read import deploy_scripts

_VERBS = frozenset({"check", "deploy", "drift", "gate", "health", "morning", "rollback", "smoke"})
_LOOKS = frozenset({"--version", "--help", "-h", "--collect-only", "--exit-zero"})


def _judge(facts: RepositoryFacts) -> Iterable[Finding]:
    for script in deploy_scripts(facts.tree):
        if script.facts.kind == MARKDOWN:
            continue
        for call in script.facts.calls:
            subject = _matters(call) if call.swallowed else ""
            if subject:
                yield _finding(script.path, call, subject)


def _matters(call: Call) -> str:
    """Return the command when its failure must not be missed; empty for any other."""
    said = [word.text for word in call.words]
    if _LOOKS.intersection(said):
        return ""
    if call.program == "pytest":
        return "pytest"
    if call.program == "deployguard":
        verb = next((word for word in said if word in _VERBS), "")
        return f"deployguard {verb}" if verb else ""
    command = command_of(call)
    return "gcloud " + " ".join(command.path) if command and command.path != ("run", "jobs", "create") else ""


def _finding(path: str, call: Call, subject: str) -> Finding:
    return Finding(
        code="DG305",
        severity=Severity.WARNING,
        subject=subject,
        path=path,
        line=call.swallowed_line,
        message=f"a failure of {subject} goes unnoticed: {call.swallowed}",
        advice=_advice(call),
    )


def _advice(call: Call) -> str:
    if call.swallowed.startswith("its exit status"):
        return "pass check=True to subprocess.run"
    if call.swallowed == "set +e":
        return "look at $? right after it, or take set +e away"
    if call.swallowed.startswith(("||", ";")):
        return f"take `{call.swallowed}` away, or end with exit 1"
    return f"take `{call.swallowed}` away"


RULE = RepositoryRule("DG305", "swallowed-failure", Severity.WARNING, __doc__ or "", _judge)
