"""# DG301: wiping-env-vars

## What it does

Finds calls of `gcloud run deploy`, `gcloud run services update`, `gcloud run jobs deploy|update`, `gcloud run
worker-pools deploy|update` and `gcloud functions deploy` that replace all environment variables: `--set-env-vars`,
`--env-vars-file`, `--clear-env-vars`, and the same flags for build variables. It reads shell scripts, YAML (GitHub
Actions, Cloud Build, GitLab), Makefiles, Python, and the fenced shell blocks of Markdown, where it only warns. The
deploy actions' `env_vars_update_strategy: overwrite` is the same thing.

Commands that create (`gcloud run jobs create`), or that run only where `gcloud ... describe` found nothing, are left
alone; so are Markdown deploys with placeholders for the reader to fill in.

## Why it is bad

gcloud removes all existing variables first. What another script, a colleague or the console had set is gone, and the
service crashes at its next start, or goes on with defaults that nobody chose.

## Example

Bad:

```sh
gcloud run deploy reports --image "$IMAGE" --set-env-vars LOG_LEVEL=info
```

Good:

```sh
gcloud run deploy reports --image "$IMAGE" --update-env-vars LOG_LEVEL=info
```

## How to fix

Write `--update-env-vars`, which changes only what it names; `--remove-env-vars NAME` takes one away. There is no
such form of `--env-vars-file`. Where a file is meant to be the whole truth, keep it and suppress this rule on that line
with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import RepositoryFacts, RepositoryRule
from deployguard.rules.wiping import Remedy, Wiping, wiped

_REMEDIES = {
    "--set-env-vars": Remedy("--update-env-vars"),
    "--env-vars-file": Remedy("write --update-env-vars NAME=VALUE,... for what is to change", replaces=False),
    "--clear-env-vars": Remedy("name what is to go: --remove-env-vars NAME,...", replaces=False),
    "--set-build-env-vars": Remedy("--update-build-env-vars"),
    "--build-env-vars-file": Remedy(
        "write --update-build-env-vars NAME=VALUE,... for what is to change", replaces=False
    ),
    "--clear-build-env-vars": Remedy("name what is to go: --remove-build-env-vars NAME,...", replaces=False),
    "env_vars_update_strategy: overwrite": Remedy("env_vars_update_strategy: merge"),
}


def _judge(facts: RepositoryFacts) -> Iterable[Finding]:
    return wiped(facts.tree, Wiping("DG301", "environment variable", _REMEDIES))


RULE = RepositoryRule("DG301", "wiping-env-vars", Severity.ERROR, __doc__ or "", _judge)
