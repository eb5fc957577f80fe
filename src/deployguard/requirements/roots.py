"""In which folders of a project its top-level modules lie."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from deployguard.requirements.toml_values import Table, strings, table, tables, text
from deployguard.source.tree import SourceTree


def module_roots(tree: SourceTree, folder: str, document: Table) -> tuple[str, ...]:
    """Return repository folders, as the build back-end's own table says, else `src` where there is one, else flat."""
    said = [posixpath.normpath(posixpath.join(folder, root)) for root in _configured(table(document, "tool"))]
    known = [root for root in ("" if root == "." else root for root in said) if tree.is_folder(root)]
    if known:
        return tuple(dict.fromkeys(known))
    source = posixpath.join(folder, "src")
    return (source,) if tree.is_folder(source) else (folder,)


def _configured(tool: Table) -> Iterator[str]:
    setuptools = table(tool, "setuptools")
    yield from strings(table(setuptools, "packages", "find").get("where"))
    for package, path in table(setuptools, "package-dir").items():
        for at in strings(path):
            yield at if not package else posixpath.dirname(at)
    for path in strings(table(tool, "hatch", "build", "targets", "wheel").get("packages")):
        yield posixpath.dirname(path) or "."
    for included in tables(table(tool, "poetry").get("packages")):
        yield text(included.get("from")) or "."
    yield from strings(table(tool, "uv", "build-backend").get("module-root"))
    yield from strings(table(tool, "pdm", "build").get("package-dir"))
