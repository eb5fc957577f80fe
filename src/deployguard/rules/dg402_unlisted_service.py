"""# DG402: unlisted-service

## What it does

Looks for what could be deployed but is not in deployguard.toml: a `main.py` with a functions_framework decorator
beside its requirements, and a Dockerfile that starts Python.

Left alone are tests, examples, templates, archives, vendored code, whatever lies in the folder of a configured service, and
what a glob of `exclude` in `[check]` matches.

## Why it is bad

Nothing is known of a service that is not listed: a missing link or requirement is found in production, and its drift
is never seen. New services are forgotten in lists; that is what this rule is for.

## Example

```toml
# functions/refunds/main.py has @functions_framework.http, and there is no [services.refunds]
[services.orders]
kind = "function"
source = "functions/orders"
```

## How to fix

Add the service (`deployguard init` shows what its table would look like), or name the folder in `exclude`:

```toml
[check]
exclude = ["sandbox/**"]
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from deployguard.config.exclude import is_excluded
from deployguard.discovery.discover import Discovered, discover, is_variant
from deployguard.model.finding import Finding, Severity
from deployguard.model.service import Project
from deployguard.rules.rule import RepositoryFacts, RepositoryRule

_NOT_FOR_PRODUCTION = frozenset(
    {"archive", "boilerplate", "demo", "demos", "doc", "docs", "example", "examples", "sample", "samples"}
    | {"scaffold", "skeleton", "template", "templates", "tutorial", "tutorials"}
)


def _judge(facts: RepositoryFacts) -> Iterator[Finding]:
    project = facts.project
    sources = frozenset(service.source for service in project.services if service.source)
    for one in discover(facts.tree, known=sources):
        path = one.dockerfile or posixpath.normpath(posixpath.join(one.folder, "main.py"))
        if one.is_certain and not _is_left_alone(path, project):
            yield _finding(one, path)


def _finding(one: Discovered, path: str) -> Finding:
    what = "a Dockerfile that starts Python" if one.dockerfile else f"the function `{one.targets[0].name}`"
    key = f'dockerfile = "{path}"' if one.dockerfile else f'source = "{one.folder}"'
    return Finding(
        code=RULE.code,
        severity=RULE.severity,
        subject=path,
        path=path,
        line=0 if one.dockerfile else one.targets[0].line,
        message=f"{what} is in no service of the configuration, so nothing is checked about it",
        advice=f"add a service with {key}, or name the folder in `exclude` of [check]",
    )


def _is_left_alone(path: str, project: Project) -> bool:
    folder, name = posixpath.split(path)
    dockerfiles = {service.dockerfile for service in project.services if service.dockerfile}
    if path in dockerfiles or (name != "main.py" and is_variant(name)):
        return True
    if _NOT_FOR_PRODUCTION.intersection(part.lower() for part in folder.split("/")):
        return True
    return _is_inside_a_service(folder, project, dockerfiles) or is_excluded(project, path)


def _is_inside_a_service(folder: str, project: Project, dockerfiles: set[str]) -> bool:
    """What lies below a configured service is part of it; a root that is a service owns nothing below."""
    owned = {service.source for service in project.services} | {
        posixpath.dirname(path) for path in dockerfiles
    }
    above = posixpath.dirname(folder)
    while above:
        if above in owned:
            return True
        above = posixpath.dirname(above)
    return False


RULE = RepositoryRule("DG402", "unlisted-service", Severity.WARNING, __doc__ or "", _judge)
