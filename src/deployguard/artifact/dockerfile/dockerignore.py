"""What `.dockerignore` keeps out of the build context.

Source: moby/patternmatcher (`ignorefile.ReadAll`, `PatternMatcher.MatchesUsingParentResults`). A pattern is anchored at
the context's top; it takes what lies below what it matches; the last pattern that matches decides, and `!` can bring
back what lies below an excluded folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from deployguard.artifact.dockerfile.gopath import clean, expression, matcher
from deployguard.model.place import Place

_LITERAL = re.compile(r"[^*?\[\]\\]*\Z")


@dataclass(frozen=True)
class Pattern:
    """One line of the file: its cleaned path, whether it starts with `!`, and its line."""

    text: str
    keeps: bool
    line: int

    @property
    def expression(self) -> str | None:
        """A regular expression that matches wherever `matches` does; None when there is none."""
        text = self.text
        if text.startswith("**") and _LITERAL.match(text[2:]):
            return f".*{re.escape(text[2:].lstrip('/'))}"
        return expression(text, deep=True)

    @cached_property
    def matches(self) -> Callable[[str], bool]:
        text = self.text
        if _LITERAL.match(text):
            return text.__eq__
        if text.endswith("/**") and _LITERAL.match(text[:-2]):
            folder = text[:-2]
            return lambda path: path.startswith(folder)
        if text.startswith("**") and _LITERAL.match(text[2:]):
            ending = text[2:]
            return lambda path: path.endswith(ending) or f"/{path}" == ending
        return matcher(text, deep=True) or (lambda _: False)


@dataclass(frozen=True)
class Ignore:
    """The patterns of one ignore file, at `path` in the repository (empty when there is none).

    `bad` are the lines that Docker refuses the whole file for.
    """

    path: str = ""
    patterns: tuple[Pattern, ...] = ()
    bad: tuple[int, ...] = ()

    def below(self, matched: frozenset[int], path: str) -> tuple[frozenset[int], Place | None]:
        """Judge `path` (from the context's top), whose folder was matched by the patterns `matched`.

        Returns the patterns that match it, for what lies below it, and the line that keeps it out; None keeps it in.
        """
        if not self._may_match(path):
            return matched, self._verdict(matched)
        now = matched.union(
            index
            for index, pattern in enumerate(self.patterns)
            if index not in matched and pattern.matches(path)
        )
        return now, self._verdict(now)

    def _verdict(self, matched: frozenset[int]) -> Place | None:
        last = self.patterns[max(matched)] if matched else None
        return None if last is None or last.keeps else Place(self.path, last.line)

    @cached_property
    def _may_match(self) -> Callable[[str], object]:
        """One look that rules most paths out: all patterns in one expression, where they can be."""
        found = [pattern.expression for pattern in self.patterns]
        together = "|".join(f"(?:{one})" for one in found if one is not None)
        if None in found:
            return lambda _: True
        return re.compile(f"(?:{together})\\Z", re.DOTALL).match

    def excludes(self, path: str) -> Place | None:
        """Return the line that keeps `path` out of the context; None when it is in."""
        matched: frozenset[int] = frozenset()
        place = None
        parts = path.split("/")
        for count in range(len(parts)):
            matched, place = self.below(matched, "/".join(parts[: count + 1]))
        return place


def read_ignore(path: str, text: str) -> Ignore:
    """Read an ignore file that stands at `path` in the repository; any text is readable."""
    patterns: list[Pattern] = []
    bad: list[int] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if line.startswith("#") or not line.strip():
            continue
        keeps = line.strip().startswith("!")
        raw = line.strip()[keeps:].strip()
        cleaned = clean(raw)
        cleaned = cleaned[1:] if len(cleaned) > 1 and cleaned.startswith("/") else cleaned
        if not raw or matcher(cleaned, deep=True) is None:
            bad.append(number)
        else:
            patterns.append(Pattern(cleaned, keeps, number))
    return Ignore(path, tuple(patterns), tuple(bad))
