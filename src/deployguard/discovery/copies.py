"""What the scripts of a repository copy from one place to another, before they deploy."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from deployguard.discovery.paths import joined
from deployguard.discovery.scripts import Script
from deployguard.discovery.words import words_of

_COMMAND = re.compile(r"(?:^|[\s;&|(@])(?P<rest>(?:cp|rsync|ditto)\s+.*)")
_JOINS = re.compile(r"(?:^|[\s;&|(@])cat\s+(?P<rest>[^|;&<>]+?)\s*>>?\s*(?P<to>[^\s;&|)]+)")
_WHOLE = re.compile(r"/(?:\*{1,2}|\.)?$")
_BRACES = re.compile(r"(?<!\$)\{([^{}]*,[^{}]*)\}")
_BRACED = re.compile(r"\$\{(\w+)\}")
_MOST_BRACES, _MOST_PATHS = 8, 256  # of one word
_WITH_VALUE = frozenset({"--include", "--exclude", "--filter", "--exclude-from", "-t", "-f", "-e"})


class Copy(NamedTuple):
    """One thing that line `line` of `script` copies. `is_content`: a folder's content, not the folder itself.

    Both paths stand as written, but for a trailing slash; relative ones start from one of `bases`.
    `is_folder` tells that `to` was written as one.
    """

    source: str
    to: str
    is_content: bool
    is_folder: bool
    bases: tuple[str, ...]
    script: str
    line: int

    def is_into(self, place: str) -> bool:
        """Whether it lands right in a place that is written the same way."""
        return _plain(self.to) == _plain(place)

    def below(self, place: str) -> str | None:
        """Return where it lands inside such a place, `""` for the place itself; None outside."""
        to, whole = _plain(self.to), _plain(place)
        if to == whole:
            return ""
        return to.removeprefix(f"{whole}/") if to.startswith(f"{whole}/") else None


@lru_cache(maxsize=1024)  # both who deploys and what is staged are told by them
def copies_in(script: Script) -> tuple[Copy, ...]:
    """Return what `cp`, `rsync` and `ditto` copy, and `cat` writes to a file, in the order of lines."""
    return tuple(_copies(script))


def written_in(copies: Iterable[Copy]) -> str:
    """Say where copies are written down: each place once."""
    return ", ".join(dict.fromkeys(f"{copy.script}:{copy.line}" for copy in copies))


def _copies(script: Script) -> Iterator[Copy]:
    for line in script.lines:
        match = _COMMAND.search(line.text)
        words = list(_paths(words_of(match["rest"]))) if match else _joined(line.text)
        to = _from_the_root(words[-1], line.bases) if words else ""
        for source in words[1:-1]:
            is_content = bool(_WHOLE.search(source)) and (words[0] != "cp" or not source.endswith("/"))
            yield Copy(
                _WHOLE.sub("", source) or source,
                to,
                is_content,
                words[-1].endswith("/") or (len(words) > 3 and words[0] != "cat"),
                line.bases,
                line.script,
                line.number,
            )


def _joined(text: str) -> list[str]:
    match = _JOINS.search(text)
    return ["cat", *_paths(words_of(match["rest"])), match["to"].strip("\"'")] if match else []


def _paths(words: list[str]) -> Iterator[str]:
    skipped = False
    for word in words:
        if skipped or word.startswith("-"):
            skipped = word in _WITH_VALUE
        else:
            yield from (
                islice(_without_braces(word), _MOST_PATHS) if word.count("{") <= _MOST_BRACES else (word,)
            )


def _without_braces(word: str) -> Iterator[str]:
    match = _BRACES.search(word)
    if match is None:
        yield word
        return
    for part in match[1].split(","):
        yield from _without_braces(f"{word[: match.start()]}{part}{word[match.end() :]}")


def _from_the_root(path: str, bases: tuple[str, ...]) -> str:
    """Write a relative path behind a `cd` as one that begins with `//`; others stay as they are."""
    if path.startswith(("/", "$", "~")) or len(bases) > 1 or not bases[0] or "$" in bases[0]:
        return path
    return f"//{joined(bases[0], path)}"


def _plain(path: str) -> str:
    return posixpath.normpath(_BRACED.sub(r"$\1", path)) if path else ""
