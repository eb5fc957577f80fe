"""# DG401: missing-configured-path

## What it does

Looks up every path that deployguard.toml gives to a service (`source`, `dockerfile`, `context`, `include`) in the
tree that is checked, and reports those that are not there.

## Why it is bad

The service cannot be built. A folder that was renamed, or that exists on one laptop only, makes a deploy fail, and
until then everything that is checked about the service is checked about nothing.

## Example

```toml
[services.orders]
kind = "function"
source = "functions/order"      # the folder is functions/orders
```

## How to fix

Correct the path, or add what it names to git. Links are followed; a link that leads nowhere does not count.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from deployguard.config.paths import ConfiguredPath, configured_paths
from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import RepositoryFacts, RepositoryRule
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

_FOLDERS = frozenset({"source", "context"})


def _judge(facts: RepositoryFacts) -> Iterator[Finding]:
    seen = set()
    for configured in configured_paths(facts.project):
        fault = _fault(facts.tree, configured)
        if fault and (configured.key, configured.path) not in seen:
            seen.add((configured.key, configured.path))
            yield Finding(
                code=RULE.code,
                severity=RULE.severity,
                subject=configured.path,
                path=facts.project.path,
                line=configured.line,
                message=f"{configured.key}: `{configured.path}` {fault}",
                advice=_advice(facts.tree, configured.path),
            )


def _fault(tree: SourceTree, configured: ConfiguredPath) -> str:
    found = resolve(tree, configured.path)
    key = configured.key.rpartition(".")[2]
    if not isinstance(found, Resolved):
        return (
            "is not in this tree"
            if not found.link
            else f"is not in this tree: the link `{found.link}` leads nowhere"
        )
    if key in _FOLDERS and found.entry is not None:
        return "is a file, not a folder"
    if key == "dockerfile" and found.entry is None:
        return "is a folder, not a Dockerfile"
    return ""


def _advice(tree: SourceTree, path: str) -> str:
    from difflib import get_close_matches

    if tree.untracked(path) is not None or (tree.is_folder_on_disk(path) and not tree.is_folder(path)):
        return f"it lies in the work tree but not in git: git add {path}"
    folder, name = posixpath.split(path)
    close = get_close_matches(name, tree.children(folder), 1)
    return f"did you mean `{posixpath.join(folder, close[0])}`?" if close else "correct the path"


RULE = RepositoryRule("DG401", "missing-configured-path", Severity.ERROR, __doc__ or "", _judge)
