"""# DG106: secret-in-artifact

## What it does

Reports files of an artifact that hold secrets: `.env`, private keys, key stores, service account keys, tokens of package
registries. Templates such as `.env.example`, public certificates and evident dummies are left alone.

## Why it is bad

Whoever can read the image, the source bucket or the repository has the key.

## Example

`functions/orders/service-account.json`, committed for a test and shipped ever since.

## How to fix

Revoke the key, keep the new one in Secret Manager, and remove the file.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.artifact.secrets import HEAD, may_be_secret, needs_content, secret_reason
from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    suspects = {path: file for path, file in facts.artifact.files.items() if may_be_secret(file.place)}
    contents = facts.tree.contents(file.blob for file in suspects.values() if needs_content(file.place))
    for file in suspects.values():
        head = (contents.get(file.blob) or b"")[:HEAD] if needs_content(file.place) else b""
        reason = secret_reason(file.place, head)
        if reason is not None:
            yield Finding(
                "DG106",
                Severity.ERROR,
                file.place,
                file.origin,
                0,
                f"{file.place} is {reason}, and would be shipped",
                "keep it in Secret Manager, and out of git and of the artifact (.gcloudignore, .dockerignore)",
            )


RULE = ServiceRule("DG106", "secret-in-artifact", Severity.ERROR, __doc__ or "", _judge)
