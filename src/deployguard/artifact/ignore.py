"""The ignore file of an upload, as gcloud finds, reads and applies it.

Source: googlecloudsdk/command_lib/util/gcloudignore.py (FileChooser, GetFileChooserForDir) and
command_lib/functions/source_util.py (`_GetChooser`, what functions add) of the Google Cloud SDK 528.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from deployguard.artifact.gcloud_pattern import Pattern, Sieve, parse_line
from deployguard.model.errors import SourceError
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.source.links import Resolved, Unresolved, resolve
from deployguard.source.tree import SourceTree

IGNORE_FILE = ".gcloudignore"
_DEFAULTS = (IGNORE_FILE, ".git", ".gitignore", "node_modules")
_SIGNS = (".gitignore", "node_modules")
_INCLUDE = "!include:"
_ABSENT = {ProblemKind.MISSING_PATH, ProblemKind.DANGLING_LINK, ProblemKind.LINK_LOOP}


@dataclass(frozen=True)
class IgnoreRules:
    """The patterns of one upload, in order; with `problems`, gcloud stops, or reads what this tree cannot know."""

    patterns: tuple[Pattern, ...] = ()
    problems: tuple[Problem, ...] = ()
    _folders: dict[str, Place | None] = field(default_factory=dict, repr=False, compare=False)

    def match(self, path: str, is_folder: bool = False) -> Place | None:
        """Return the place of the pattern that keeps `path` (relative to the folder) out; None when it is uploaded.

        What stands in an ignored folder is ignored: no later pattern brings it back.
        """
        if not self.patterns:
            return None
        end = path.find("/")
        while end != -1:
            folder = path[:end]
            if folder not in self._folders:
                self._folders[folder] = self._last_word(folder, is_folder=True)
            if (place := self._folders[folder]) is not None:
                return place
            end = path.find("/", end + 1)
        return self._last_word(path, is_folder)

    def _last_word(self, path: str, is_folder: bool) -> Place | None:
        suspects = self._sieve.suspects(path.rpartition("/")[2])
        if suspects:
            names = ("", *path.removeprefix("./").split("/"))
            for pattern in suspects:
                if pattern.matches(names, is_folder):
                    return pattern.place if pattern.excludes else None
        return None

    @cached_property
    def _sieve(self) -> Sieve:
        return Sieve.of(self.patterns)


def upload_rules(tree: SourceTree, folder: str) -> IgnoreRules:
    """Read what keeps files of a function's `folder` (a repository path, `""` for its top) out of the upload.

    Without a `.gcloudignore`, gcloud applies its own where the folder shows git or Node.js: a pattern of that one
    has the place of the missing file, line 0. A `.git` is known to be at the top of the repository only.
    """
    found = tuple(_read(tree, "" if folder == "." else folder))
    return IgnoreRules(
        tuple(each for each in found if isinstance(each, Pattern)),
        tuple(each for each in found if isinstance(each, Problem)),
    )


class _Text(NamedTuple):
    path: str
    text: str


def _read(tree: SourceTree, folder: str) -> Iterator[Pattern | Problem]:
    at = _join(folder, IGNORE_FILE)
    written = _text_of(tree, at)
    if isinstance(written, Problem):
        yield written
    elif written is not None:
        yield from _patterns(tree, folder, written, includes=True)
    elif folder == "" or any(_is_there(tree, _join(folder, sign)) for sign in _SIGNS):
        yield from (Pattern((name,), Place(at)) for name in _DEFAULTS)
        if _is_there(tree, _join(folder, ".gitignore")):
            yield from _included(tree, folder, ".gitignore", Place(at))


def _patterns(
    tree: SourceTree, folder: str, written: _Text, *, includes: bool
) -> Iterator[Pattern | Problem]:
    """Parse line by line; an `#!include:` counts in the first file only (`gcloud topic gcloudignore`)."""
    for number, line in _numbered(written.text):
        place = Place(written.path, number)
        if not line.startswith("#"):
            if (pattern := parse_line(line, place)) is not None:
                yield pattern
        elif line[1:].lstrip().startswith(_INCLUDE):
            name = line.partition(_INCLUDE)[2]
            if "/" in name:
                yield Problem(
                    ProblemKind.UNREADABLE,
                    written.path,
                    place,
                    f"gcloud includes a file of the same folder only, not {name}",
                )
            elif includes:
                yield from _included(tree, folder, name, place)


def _included(tree: SourceTree, folder: str, name: str, place: Place) -> Iterator[Pattern | Problem]:
    path = _join(folder, name)
    written = _text_of(tree, path)
    if written is None:
        yield Problem(ProblemKind.MISSING_PATH, path, place, "gcloud stops at an include that is not a file")
    elif isinstance(written, Problem):
        yield written
    else:
        yield from _patterns(tree, folder, written, includes=False)


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines by the numbers an editor shows; gcloud also ends one at a form feed and its like."""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        for piece in line.splitlines():
            yield number, piece


def _text_of(tree: SourceTree, path: str) -> _Text | Problem | None:
    """Return what a file says, through links; None when there is no file."""
    at = resolve(tree, path)
    if isinstance(at, Unresolved):
        return None if at.kind in _ABSENT else Problem(at.kind, path, Place(at.link or path), at.path)
    if at.entry is None:
        return None
    try:
        return _Text(at.path, tree.content(at.entry).decode())
    except UnicodeDecodeError:
        detail = "gcloud stops at an ignore file that is not UTF-8; save it as UTF-8"
        return Problem(ProblemKind.UNREADABLE, path, Place(at.path), detail)
    except SourceError as error:
        return Problem(ProblemKind.MISSING_BLOB, path, Place(at.path), str(error))


def _is_there(tree: SourceTree, path: str) -> bool:
    at = resolve(tree, path)
    return isinstance(at, Resolved) or at.kind not in _ABSENT


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
