"""What a configured value may look like: the words in which the schema is written."""

from __future__ import annotations

from typing import NamedTuple

KeyPath = tuple[str | int, ...]

ALWAYS = ("*",)


class Text(NamedTuple):
    """Text. `form` says in words what `pattern` (matched whole) asks for; a `private` value is never shown."""

    choices: tuple[str, ...] = ()
    pattern: str = ""
    form: str = "text"
    private: bool = False


class RepositoryPath(NamedTuple):
    """A path inside the repository, written from its root."""

    form: str = "a path in the repository"


class Reference(NamedTuple):
    """The name of something else that this file configures: a key of the table `to`."""

    to: str


class Integer(NamedTuple):
    """A whole number between two bounds, both included."""

    least: int | None = None
    most: int | None = None


class Number(NamedTuple):
    """A number, whole or not."""


class Flag(NamedTuple):
    """true or false."""


class Anything(NamedTuple):
    """Any value that TOML can hold."""


class Many(NamedTuple):
    """A list, each of whose elements has one shape."""

    of: Shape


class Either(NamedTuple):
    """A value of one of several shapes."""

    of: tuple[Shape, ...]


class Named(NamedTuple):
    """A table whose keys the user chooses; `what` is the word for one of them."""

    of: Shape
    what: str
    pattern: str = ""
    form: str = ""


class Choice(NamedTuple):
    """Exactly one of `keys` is given; for the kind `kind` only, when one is named."""

    keys: tuple[str, ...]
    kind: str = ""


class Table(NamedTuple):
    """A table with known keys. Where it has a key `kind`, other keys may depend on its value."""

    keys: tuple[Key, ...]
    choices: tuple[Choice, ...] = ()

    def key(self, name: str) -> Key | None:
        return next((key for key in self.keys if key.name == name), None)


class Key(NamedTuple):
    """One key of a table, with all that its documentation needs.

    `default` and `example` are TOML text. `required_for` and `only_for` are values of the table's `kind`;
    `ALWAYS` requires the key whatever the kind, and an empty `only_for` allows it everywhere.
    """

    name: str
    shape: Shape
    about: str
    example: str = ""
    default: str = ""
    required_for: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()

    def fits(self, kind: object) -> bool:
        return not self.only_for or kind in self.only_for

    def is_required(self, kind: object) -> bool:
        return self.required_for == ALWAYS or kind in self.required_for


Shape = Text | RepositoryPath | Reference | Integer | Number | Flag | Anything | Many | Either | Named | Table


def words(shape: Shape) -> str:
    """Return what a value of this shape is called, in messages and in the documentation."""
    match shape:
        case Text(choices=()) | RepositoryPath():
            return shape.form
        case Text(choices=choices):
            return "one of " + ", ".join(f"`{choice}`" for choice in choices)
        case Reference(to=to):
            return f"the name of one of the `{to}`"
        case Integer(least=least, most=most):
            return "a whole number" + _bounds(least, most)
        case Number():
            return "a number"
        case Flag():
            return "true or false"
        case Anything():
            return "any value"
        case Many(of=of):
            return f"a list, each {words(of)}"
        case Either(of=options):
            return ", or ".join(words(option) for option in options)
        case Named(of=of, what=what):
            return "a table" if isinstance(of, Table | Anything) else f"a table of {what} = {words(of)}"
        case Table(keys=keys):
            return "a table of " + ", ".join(f"`{key.name}`" for key in keys)


def _bounds(least: int | None, most: int | None) -> str:
    match least, most:
        case None, None:
            return ""
        case _, None:
            return f" of at least {least}"
        case None, _:
            return f" of at most {most}"
        case _:
            return f" from {least} to {most}"
