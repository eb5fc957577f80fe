"""Reading a loosely typed document key by key: what is wrong is noted, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from deployguard.model.alert import Fault, KeyPath

_DURATION = re.compile(r"(\d+)(?:\.\d+)?s")


class Form:
    """One mapping of a document, at `path` from its top; keys are asked for in camelCase and found in snake_case too.

    Faults are shared by all forms of a document.
    """

    def __init__(self, value: Mapping[str, object], path: KeyPath, faults: list[Fault]) -> None:
        self._value = value
        self._path = path
        self.faults = faults

    def has(self, key: str) -> bool:
        return self._found(key) in self._value

    def where(self, key: str) -> KeyPath:
        """Return the path of a key, in the spelling of the document."""
        return (*self._path, self._found(key))

    def text(self, key: str) -> str:
        value = self._value.get(self._found(key))
        if isinstance(value, str | None):
            return value or ""
        self.blame(key, "must be text")
        return ""

    def flag(self, key: str, usual: bool) -> bool:
        value = self._value.get(self._found(key))
        if isinstance(
            value, Mapping
        ):  # the message around a flag that may be unset: `enabled: {value: true}`
            value = value.get("value")
        if isinstance(value, bool | None):
            return usual if value is None else value
        self.blame(key, "must be true or false")
        return usual

    def number(self, key: str) -> float:
        value = self._value.get(self._found(key))
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            self.blame(key, "must be a number")
            return 0.0
        return float(value or 0)

    def seconds(self, key: str) -> int | None:
        """Read a duration as Google's JSON writes it (`1800s`), or as a message of `seconds`; None where there is none."""
        value = self._value.get(self._found(key))
        if value is None:
            return None
        if isinstance(value, Mapping) and isinstance(value.get("seconds"), int):
            return int(value["seconds"])
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            self.blame(key, 'must be a number of seconds with an "s", such as "1800s"')
            return None
        return int(match[1])

    def word(self, key: str, known: Iterable[str]) -> str:
        """Read one of some words; "" and a fault for any other."""
        value, words = self.text(key), tuple(known)
        if value and value not in words:
            self.blame(key, f"`{value[:80]}` is none of {', '.join(words)}")
            return ""
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._value.get(self._found(key)) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.blame(key, "must be a list of texts")
            return ()
        return tuple(value)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        value = self._value.get(self._found(key)) or {}
        if not isinstance(value, Mapping) or not all(
            isinstance(one, str) for one in (*value, *value.values())
        ):
            self.blame(key, "must be a table of texts")
            return ()
        return tuple(sorted(value.items()))

    def part(self, key: str) -> Form | None:
        """Return the mapping below a key; None where there is none."""
        value = self._value.get(self._found(key))
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.blame(key, "must be a table")
            return None
        return Form(value, self.where(key), self.faults)

    def parts(self, key: str) -> tuple[Form, ...]:
        """Return the mappings of a list; what is none is noted and left out."""
        value = self._value.get(self._found(key)) or []
        if not isinstance(value, list):
            self.blame(key, "must be a list")
            return ()
        found = []
        for index, one in enumerate(value):
            if isinstance(one, Mapping):
                found.append(Form(one, (*self.where(key), index), self.faults))
            else:
                self.faults.append(Fault((*self.where(key), index), "must be a table"))
        return tuple(found)

    def blame(self, key: str, message: str) -> None:
        """Note what is wrong with a key; an empty key stands for the mapping itself."""
        self.faults.append(Fault(self.where(key) if key else self._path, message))

    def only(self, *known: str) -> None:
        """Note the keys that are none of `known`."""
        spellings = {spelling for key in known for spelling in (key, _snake(key))}
        for key in self._value:
            if key not in spellings:
                close = get_close_matches(str(key), known, 1, 0.7)
                hint = f"; did you mean `{close[0]}`?" if close else ""
                self.faults.append(Fault((*self._path, str(key)), f"unknown key{hint}", bool(close)))

    def _found(self, key: str) -> str:
        return key if key in self._value or _snake(key) not in self._value else _snake(key)


def _snake(key: str) -> str:
    return re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", key)
