"""# DG302: wiping-secrets

## What it does

Finds calls of `gcloud run deploy`, `gcloud run services update`, `gcloud run jobs deploy|update`, `gcloud run
worker-pools deploy|update` and `gcloud functions deploy` that replace all references to secrets: `--set-secrets` and
`--clear-secrets`, or the deploy action's `secrets_update_strategy: overwrite`. It reads the same files as DG301, with
the same exceptions; in Markdown it only warns.

## Why it is bad

gcloud removes all existing references first, mounted files included. The service loses a password that another script
had given it, and that shows at its next start or its first request.

## Example

Bad:

```sh
gcloud run deploy reports --image "$IMAGE" --set-secrets API_KEY=api-key:latest
```

Good:

```sh
gcloud run deploy reports --image "$IMAGE" --update-secrets API_KEY=api-key:latest
```

## How to fix

Write `--update-secrets`, which changes only what it names; `--remove-secrets NAME` takes one away.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import RepositoryFacts, RepositoryRule
from deployguard.rules.wiping import Remedy, Wiping, wiped

_REMEDIES = {
    "--set-secrets": Remedy("--update-secrets"),
    "--clear-secrets": Remedy("name what is to go: --remove-secrets NAME,...", replaces=False),
    "secrets_update_strategy: overwrite": Remedy("secrets_update_strategy: merge"),
}


def _judge(facts: RepositoryFacts) -> Iterable[Finding]:
    return wiped(facts.tree, Wiping("DG302", "secret", _REMEDIES))


RULE = RepositoryRule("DG302", "wiping-secrets", Severity.ERROR, __doc__ or "", _judge)
