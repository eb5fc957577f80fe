"""Names of modules, absolute and relative."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.imports.closure import Module
from deployguard.imports.facts import Site

MAIN = "__main__"
_DEEPEST = 64  # parts of a dotted name; no package is nested deeper, and made-up ones must not cost more


def prefixes(dotted: str) -> Iterator[str]:
    """Yield `a`, `a.b`, `a.b.c`: what importing `a.b.c` loads, in order."""
    parts = dotted.split(".")
    return (".".join(parts[: count + 1]) for count in range(len(parts)))


def absolute_name(importer: Module, site: Site) -> str | None:
    """Return the absolute name a site asks for; None when there is no package to be relative to (PEP 328)."""
    if not site.level:
        return ".".join(site.module.split(".", _DEEPEST)[:_DEEPEST])
    package = importer.name if importer.is_package else importer.name.rpartition(".")[0]
    parts = package.split(".") if package and importer.name != MAIN else []
    if len(parts) < site.level:
        return None
    parts = parts[: len(parts) - site.level + 1]
    return ".".join([*parts, site.module] if site.module else parts)


def under(folder: str, tail: str) -> str:
    """Join a path in an artifact; the top is an empty string."""
    return f"{folder}/{tail}" if folder else tail
