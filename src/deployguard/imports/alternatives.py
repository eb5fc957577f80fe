"""What is missing and does no harm: the other way of a `try` works, or the code makes the module itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from deployguard.imports.closure import Lack, Module, Outside, OutsideUse
from deployguard.imports.facts import Site
from deployguard.imports.naming import prefixes


class Lost(NamedTuple):
    """What does not arrive with the artifact."""

    lacks: list[Lack]
    uses: list[OutsideUse]


def without_alternatives(lost: Lost, worked: set[tuple[str, int]], outside: Outside) -> Lost:
    """Drop what a `try` lost whose handler imports something that is there: the handlers that `worked`."""
    saved = worked - {key for lack in lost.lacks for key in handler_keys(lack.importer, lack.site)}
    return Lost(
        [lack for lack in lost.lacks if not _in_body_of(lack.importer, lack.site, saved)],
        [
            use
            for use in lost.uses
            if outside.provides(use.module) or not _in_body_of(use.importer, use.site, saved)
        ],
    )


def without_made(lost: Lost, modules: Iterable[Module]) -> Lost:
    """Drop what code puts into `sys.modules` by its name: it needs no file."""
    made = {name for module in modules if module.facts for name in module.facts.made}
    if not made:
        return lost
    return Lost(
        [lack for lack in lost.lacks if made.isdisjoint(prefixes(lack.module))],
        [use for use in lost.uses if made.isdisjoint(prefixes(use.module))],
    )


def handler_keys(importer: str, site: Site) -> list[tuple[str, int]]:
    return [(importer, guard.number) for guard in site.guards if guard.part == "handler"]


def _in_body_of(importer: str, site: Site, guards: set[tuple[str, int]]) -> bool:
    return any(guard.part == "body" and (importer, guard.number) in guards for guard in site.guards)
