"""What is wrong with a table: each fault with the path of its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import NamedTuple

from deployguard.config.shape import (
    Anything,
    Choice,
    Either,
    Flag,
    Integer,
    KeyPath,
    Many,
    Named,
    Number,
    Reference,
    RepositoryPath,
    Shape,
    Table,
    Text,
    words,
)

Names = Mapping[str, tuple[str, ...]]

_LONGEST_SHOWN = 80
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Fault(NamedTuple):
    """A message about the value at `path`."""

    path: KeyPath
    message: str


def key_text(path: KeyPath) -> str:
    """Write a key path as TOML does: `services.orders.include[0].from`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) else f'"{shown(part)}"')
    return text


def shown(text: str) -> str:
    """Write a text of the user's so that it fits into one line of a message, whatever it holds."""
    plain = text if text.isprintable() else ascii(text)[1:-1]
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[:_LONGEST_SHOWN]}..."


def misshapen(shape: Shape, value: object, at: KeyPath, names: Names) -> Iterator[Fault]:
    """Yield what is wrong with a value as it is written: types, forms, unknown keys, unknown names."""
    match shape:
        case Table():
            yield from _table(shape, value, at, names)
        case Named():
            yield from _named(shape, value, at, names)
        case Many():
            if not isinstance(value, list):
                yield _wrong_type(shape, value, at)
                return
            for index, element in enumerate(value):
                yield from misshapen(shape.of, element, (*at, index), names)
        case Either():
            yield from _either(shape, value, at, names)
        case _:
            yield from _leaf(shape, value, at, names)


def unmet(table: Table, value: Mapping[str, object], at: KeyPath) -> Iterator[Fault]:
    """Yield what a table lacks, or has too much of, given its kind; types are taken to be right."""
    kind = value.get("kind")
    for key in table.keys:
        given = value.get(key.name)
        if given is None:
            if key.is_required(kind):
                why = "" if key.required_for == ("*",) else f" for kind `{kind}`"
                yield Fault(
                    at, f"`{key.name}` is missing{why}: {key.about} Example: {key.name} = {key.example}"
                )
        elif not key.fits(kind) and kind is not None:
            yield Fault((*at, key.name), f"does not go with kind `{kind}`, only with {_listed(key.only_for)}")
        else:
            yield from _unmet_below(key.shape, given, (*at, key.name))
    for choice in table.choices:
        if not choice.kind or choice.kind == kind:
            yield from _undecided(choice, value, at)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` for the known word most like this one, or the list of what is known."""
    from difflib import get_close_matches

    words_known = tuple(known)
    close = get_close_matches(word.lower().replace("_", "-"), words_known, 1, 0.6)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; known: {_listed(words_known)}" if words_known else "; there is none"


def _table(table: Table, value: object, at: KeyPath, names: Names) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong_type(table, value, at)
        return
    for name, given in value.items():
        key = table.key(name)
        if key is None:
            yield Fault((*at, name), "unknown key" + _where_else(table, name))
        else:
            yield from misshapen(key.shape, given, (*at, name), names)


def _where_else(table: Table, name: str) -> str:
    inside = (key.name for key in table.keys if isinstance(key.shape, Table) and key.shape.key(name))
    holder = next(inside, None)
    return f"; it goes into `{holder}`" if holder else nearest(name, (key.name for key in table.keys))


def _named(shape: Named, value: object, at: KeyPath, names: Names) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong_type(shape, value, at)
        return
    for name, given in value.items():
        if shape.pattern and not re.fullmatch(shape.pattern, name):
            yield Fault((*at, name), f"not the name of a {shape.what}: {shape.form}")
        yield from misshapen(shape.of, given, (*at, name), names)


def _either(shape: Either, value: object, at: KeyPath, names: Names) -> Iterator[Fault]:
    tried = [tuple(misshapen(option, value, at, names)) for option in shape.of]
    if all(tried):
        fitting = [
            faults for option, faults in zip(shape.of, tried, strict=True) if _is_of_type(option, value)
        ]
        yield from fitting[0] if fitting else (_wrong_type(shape, value, at),)


def _is_of_type(shape: Shape, value: object) -> bool:
    match shape:
        case Table() | Named():
            return isinstance(value, dict)
        case Many():
            return isinstance(value, list)
        case Text() | RepositoryPath() | Reference():
            return isinstance(value, str)
        case Integer():
            return isinstance(value, int) and not isinstance(value, bool)
        case Number():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Flag():
            return isinstance(value, bool)
        case Anything():
            return True
        case Either(of=options):
            return any(_is_of_type(option, value) for option in options)


def _leaf(shape: Shape, value: object, at: KeyPath, names: Names) -> Iterator[Fault]:
    if not _is_of_type(shape, value):
        yield _wrong_type(shape, value, at)
        return
    match shape, value:
        case Text(), str():
            yield from _text(shape, value, at)
        case RepositoryPath(), str():
            if reason := path_fault(value):
                yield Fault(at, f"`{shown(value)}` {reason}")
        case Reference(to=to), str():
            if value not in names.get(to, ()):
                yield Fault(at, f"`{shown(value)}` is none of the `{to}`" + nearest(value, names.get(to, ())))
        case Integer(least=least, most=most), int():
            if (least is not None and value < least) or (most is not None and value > most):
                yield Fault(at, f"{value} is not {words(shape)}")
        case _:
            pass


def _text(shape: Text, value: str, at: KeyPath) -> Iterator[Fault]:
    if shape.choices and value not in shape.choices:
        yield Fault(at, f"`{shown(value)}` is not {words(shape)}")
    elif shape.pattern and not re.fullmatch(shape.pattern, value):
        yield Fault(at, f"{'this' if shape.private else f'`{shown(value)}`'} is not {shape.form}")


def path_fault(value: str) -> str:
    """Say why a text cannot be a path inside the repository; empty when it can."""
    if not value or "\0" in value:
        return "is not a path"
    if value.startswith(("/", "~")) or re.match(r"[A-Za-z]:[\\/]", value):
        return "is absolute; write it from the root of the repository"
    if "\\" in value:
        return "has backslashes; write `/` between its parts"
    depth = 0
    for part in value.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return "leaves the repository"
    return ""


def _wrong_type(shape: Shape, value: object, at: KeyPath) -> Fault:
    return Fault(at, f"must be {words(shape)}, not {_type_words(value)}")


def _type_words(value: object) -> str:
    for types, text in (
        (bool, "true or false"),
        (str, "text"),
        (int, "a whole number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "a table"),
        ((date, time), "a date or time"),
    ):
        if isinstance(value, types):
            return text
    return "this"


def _unmet_below(shape: Shape, value: object, at: KeyPath) -> Iterator[Fault]:
    match shape, value:
        case Table(), dict():
            yield from unmet(shape, value, at)
        case Named(of=of), dict():
            for name, given in value.items():
                yield from _unmet_below(of, given, (*at, name))
        case Many(of=of), list():
            for index, element in enumerate(value):
                yield from _unmet_below(of, element, (*at, index))
        case Either(of=options), _:
            for option in options:
                if _is_of_type(option, value):
                    yield from _unmet_below(option, value, at)
                    return
        case _:
            pass


def _undecided(choice: Choice, value: Mapping[str, object], at: KeyPath) -> Iterator[Fault]:
    given = [name for name in choice.keys if name in value]
    for_kind = f" for kind `{choice.kind}`" if choice.kind else ""
    if not given:
        yield Fault(at, f"one of {_listed(choice.keys)} is missing{for_kind}")
    for name in given[1:]:
        yield Fault((*at, name), f"`{given[0]}` is given too; keep one of the two{for_kind}")


def _listed(known: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in known)
