"""A defect: how one commit brings it in, and what must be found before the next one takes it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.history.monorepo import Monorepo
from tests.history.services import FUNCTIONS, monorepo

Change = Callable[[Monorepo], None]


class Sought(NamedTuple):
    """A finding; the service is empty for one of the whole repository."""

    service: str
    code: str
    subject: str
    severity: str = "error"


class Defect(NamedTuple):
    """`sought` is all that must be found while the defect is in, in any service, and nothing of it afterwards."""

    name: str
    breaks: Change
    sought: frozenset[Sought]


def found(text: str) -> Sought:
    """Read `service CODE subject`, with `warning` after it where it is no error; `-` for the repository."""
    service, code, subject = text.removesuffix(" warning").split(" ", 2)
    severity = "warning" if text.endswith(" warning") else "error"
    return Sought("" if service == "-" else service, code, subject, severity)


def defect(*sought: str, where: Callable[[], tuple[str, ...]] = lambda: ()) -> Callable[[Change], Defect]:
    """Make a defect of a change; a sought `* CODE subject` stands for every service of `where`."""

    def made(breaks: Change) -> Defect:
        named = [found(text) for text in sought]
        spread = {one._replace(service=name) for one in named if one.service == "*" for name in where()}
        alone = {one for one in named if one.service != "*"}
        return Defect(breaks.__name__, breaks, frozenset(spread | alone))

    return made


def linking(path: str, *also: str, but: tuple[str, ...] = ()) -> Callable[[], tuple[str, ...]]:
    """Return the services whose function links a path of `shared/`, and some more."""

    def names() -> tuple[str, ...]:
        links = monorepo().links_to(f"shared/{path}")
        folders = {link.removeprefix(f"{FUNCTIONS}/").partition("/")[0] for link in links}
        return tuple(sorted(({name.replace("_", "-") for name in folders} | set(also)) - set(but)))

    return names
