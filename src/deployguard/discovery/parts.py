"""Functions that are parts of another: the main.py of a folder around them imports theirs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from deployguard.discovery.targets import parsed


def imported_mains(content: bytes) -> frozenset[str]:
    """Return the folder of each `PACKAGE.main` that a main.py imports, from its own folder on.

    Such a file hands out the functions of many folders, and its deploy uploads them all.
    """
    try:
        return frozenset(_imported(parsed(content)))
    except SyntaxError:
        return frozenset()


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Import(names=aliases):
                named = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(package), level=0, names=aliases):
                named = [package, *(f"{package}.{alias.name}" for alias in aliases)]
            case _:
                named = []
        for name in named:
            package, _, last = name.rpartition(".")
            if package and last == "main":
                yield package.replace(".", "/")
