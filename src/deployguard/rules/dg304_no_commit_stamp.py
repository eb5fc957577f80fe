"""# DG304: no-commit-stamp

## What it does

Finds deploy calls in scripts that do not say which commit they ship: no label, environment variable, tag or image name
that speaks of a commit. Variables are followed within the file; a call with arguments that cannot be read there is left
alone, and so are Markdown and Google's deploy actions, which stamp by themselves.

## Why it is bad

Weeks later nobody can tell what the serving revision holds. `deployguard drift` then has only timestamps to go by, and
a rollback is a guess.

## Example

Bad:

```sh
gcloud run deploy reports --source .
```

Good:

```sh
commit=$(git rev-parse HEAD)
gcloud run deploy reports --source . --update-labels "commit-sha=$commit" --update-env-vars "BUILD_COMMIT=$commit"
```

## How to fix

Add `--update-labels commit-sha=$(git rev-parse HEAD)`, in Cloud Build `--update-labels=commit-sha=$COMMIT_SHA`.
`deployguard deploy` stamps commit and fingerprint by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import RepositoryFacts, RepositoryRule
from deployguard.rules.scripts.calls import MARKDOWN, YAML
from deployguard.rules.scripts.gcloud import DEPLOYS, command_of
from deployguard.rules.scripts.read import deploy_scripts


def _judge(facts: RepositoryFacts) -> Iterable[Finding]:
    for script in deploy_scripts(facts.tree):
        if script.facts.kind == MARKDOWN:
            continue
        sha = _commit_of(script.path, script.facts.kind)
        for call in script.facts.calls:
            command = command_of(call)
            if command is None or command.path not in DEPLOYS or call.stamped or call.opaque:
                continue
            yield Finding(
                code="DG304",
                severity=Severity.WARNING,
                subject="gcloud " + " ".join(command.path),
                path=script.path,
                line=call.line,
                message="deploys without saying which commit it ships",
                advice=f"add --update-labels=commit-sha={sha}",
            )


def _commit_of(path: str, kind: str) -> str:
    """Return how the commit is written where the script runs."""
    if path.startswith(".github/"):
        return "${{ github.sha }}"
    if "gitlab-ci" in path:
        return "$CI_COMMIT_SHA"
    return "$COMMIT_SHA" if kind == YAML else "$(git rev-parse HEAD)"


RULE = RepositoryRule("DG304", "no-commit-stamp", Severity.WARNING, __doc__ or "", _judge)
