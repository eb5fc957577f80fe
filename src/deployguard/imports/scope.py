"""Where a statement stands in its file."""

from __future__ import annotations

from typing import NamedTuple

from deployguard.imports.facts import Guard, Term


class Scope(NamedTuple):
    """Where a statement stands: the unit that runs it, the conditions and guards around it."""

    unit: int
    when: tuple[Term, ...] = ()
    guards: tuple[Guard, ...] = ()
    owner: str = ""
    survives: bool = False

    def only(self, terms: tuple[Term, ...]) -> Scope:
        return self._replace(when=self.when + terms)

    def guarded(self, guard: Guard) -> Scope:
        return self._replace(guards=(*self.guards, guard))

    @property
    def at_module_level(self) -> bool:
        return self.unit == 0 and not self.owner
