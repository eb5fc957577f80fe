"""One line of a gcloud ignore file, matched as gcloud matches it, oddities included.

It is close to gitignore, and differs where it matters: a slash in the middle does not anchor (`a/b` is found at any
depth), nothing folds case, and a lone `*` also stands for the top folder.
Source of every rule here: googlecloudsdk/command_lib/util/glob.py and gcloudignore.py of the Google Cloud SDK 528.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from deployguard.model.place import Place

_ESCAPE = re.compile(r"\\([^\\])")
_MAGIC = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern and where it stands; `excludes` is false for a `!` line, `folders_only` true for a `/` at its end."""

    parts: tuple[str, ...]
    place: Place
    excludes: bool = True
    folders_only: bool = False

    def matches(self, path: tuple[str, ...], is_folder: bool) -> bool:
        """Match a path, given as its names below an empty one that stands for the top folder."""
        if self.folders_only and not is_folder:
            return False
        if "**" in self.parts:
            return _matches_from_top(self.parts, path)
        return _matches_end(self.parts, path)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Patterns, the last first, parted by how fast a file's name alone rules them out: most names meet none."""

    every: tuple[Pattern, ...]
    names: frozenset[str]
    ends: tuple[str, ...]
    others: tuple[Pattern, ...]

    @classmethod
    def of(cls, patterns: tuple[Pattern, ...]) -> Sieve:
        every = patterns[::-1]
        plain = {pattern: pattern.parts[-1] for pattern in every if _is_plain(pattern.parts[-1])}
        ended = {pattern: pattern.parts[-1][1:] for pattern in every if _is_ending(pattern.parts[-1])}
        others = tuple(pattern for pattern in every if pattern not in plain and pattern not in ended)
        return cls(every, frozenset(plain.values()), tuple(ended.values()), others)

    def suspects(self, name: str) -> tuple[Pattern, ...]:
        """Return the patterns that can match a path which ends in `name`."""
        return self.every if name in self.names or name.endswith(self.ends) else self.others


def parse_line(line: str, place: Place) -> Pattern | None:
    """Read one line; None when it is blank, a comment or cut off in an escape."""
    if line.startswith("#"):
        return None
    text = line.removeprefix("!")
    folders_only = text.endswith("/")
    text = _without_spaces(text.removesuffix("/"))
    if _backslashes_at_end(text) % 2:
        return None
    text = _ESCAPE.sub(r"\g<1>", text).replace("\\\\", "\\")
    if not text:
        return None
    return Pattern(tuple(text.split("/")), place, not line.startswith("!"), folders_only)


def _without_spaces(text: str) -> str:
    """Cut trailing spaces, save one that is escaped, and unescape the others."""
    cut = text.rstrip(" ")
    if cut != text and _backslashes_at_end(cut) % 2:
        cut += " "
    return cut.replace("\\ ", " ")


def _backslashes_at_end(text: str) -> int:
    return len(text) - len(text.rstrip("\\"))


def _matches_end(parts: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Without `**`, a pattern names the last parts of a path; an empty first part is met by the top folder alone."""
    first = len(path) - len(parts)
    if first < 0:
        return False
    # gcloud means "a leading `*` stands at the top", yet lets one folder with a name of one character pass above it.
    if parts[0] == "*" and len("/".join(path[1:first])) > 1:
        return False
    return all(_matches_name(part, name) for part, name in zip(parts, path[first:], strict=True))


def _matches_from_top(parts: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """With `**`, a pattern spans a path from the top; `**` takes any number of names, none included."""
    taken = {0}
    for part in parts if parts[0] == "" else ("", *parts):
        if not taken:
            return False
        if part == "**":
            taken = set(range(min(taken), len(path) + 1))
        else:
            taken = {at + 1 for at in taken if at < len(path) and _matches_name(part, path[at])}
    return len(path) in taken


def _matches_name(part: str, name: str) -> bool:
    return part == name if _is_plain(part) else fnmatchcase(name, part)


def _is_plain(part: str) -> bool:
    return _MAGIC.isdisjoint(part)


def _is_ending(part: str) -> bool:
    return part.startswith("*") and _is_plain(part[1:])
