"""Where the source of a deploy is, when it is not where the script says: behind a variable, or the script has moved since."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import replace

from deployguard.discovery.deploys import Deploy
from deployguard.discovery.discover import is_passed_over, named_in
from deployguard.discovery.paths import above, joined
from deployguard.source.tree import SourceTree

_ENTRY = "main.py"
_VARIABLE = re.compile(r"^\$(?:\{[^}]*\}|\([^)]*\)|\w+)/?")


def located(tree: SourceTree, deploys: Iterable[Deploy]) -> tuple[Deploy, ...]:
    """Give each deploy whose folders hold no main.py the one that binds its entry point.

    Without its first variable the source is looked for from the folders above the script; then the only folder of that name
    will do. The entry point must be literal.
    """
    mains: list[str] = [
        posixpath.dirname(path) or "." for path in tree.entries if posixpath.basename(path) == _ENTRY
    ]
    return tuple(
        deploy if _holds_main(tree, deploy.folders) else _moved(tree, deploy, mains) for deploy in deploys
    )


def _moved(tree: SourceTree, deploy: Deploy, mains: list[str]) -> Deploy:
    entry = deploy.flag("entry-point")
    if not entry:
        return deploy
    bare = _VARIABLE.sub("", deploy.source) or "."
    home = posixpath.dirname(deploy.script)
    places = [joined(base, bare) for base in (home, *above(home))]
    near = next((place for place in places if "$" not in bare and _binds(tree, place, entry)), None)
    names = {
        posixpath.basename(one)
        for one in deploy.folders
        if not one.startswith(("/", "..")) and "$" not in one
    }
    alike = [
        folder for folder in mains if posixpath.basename(folder) in names and _binds(tree, folder, entry)
    ]
    fitting = [near] if near else alike
    return replace(deploy, folders=(fitting[0],)) if len(fitting) == 1 else deploy


def _binds(tree: SourceTree, folder: str, entry: str) -> bool:
    return not is_passed_over(tree, folder) and any(target.name == entry for target in named_in(tree, folder))


def _holds_main(tree: SourceTree, folders: Iterable[str]) -> bool:
    return any(_ENTRY in tree.children(folder.strip(".")) for folder in folders)
