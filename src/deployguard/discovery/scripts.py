"""Deploy scripts, line by line: continued lines joined, variables that the same file sets to literals put in.

What a loop, a function of the script or a workflow's matrix takes by turns is one line for each turn. A variable that is not known stays as it is written, with its `$`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from deployguard.discovery.blocks import calls_in
from deployguard.discovery.playing import YAML, Line, Player, expanded_by, settings_in
from deployguard.discovery.step_lists import listed_deploys
from deployguard.source.tree import SourceTree

_SCRIPT = re.compile(
    r".+\.(?:sh|bash|ya?ml|mk|tf)|(?:.*/)?Makefile|(?:.*/)?[Jj]enkinsfile[^/]*|(?:.*/)?bin/[^/.]+"
)
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
_SPEAKS = (b"function", b"--entry-point", b"--source", b"deploy-cloudrun", b"builds submit")
_RETIRED = re.compile(r"(?i)(?:^|/)_?(?:archived?|deprecated|attic|obsolete)/")
# Cloud Build's steps find the repository in /workspace ("Build configuration file schema", `dir`).
_WORKSPACE = re.compile(r"(?<![\w/.$}-])/workspace(?:/|(?=[\s\"'])|$)")
_MOST_BYTES = 1 << 18
_LONGEST_LINE = re.compile(r"[^\n]{4097,}")  # no person wrote it


class Script(NamedTuple):
    """`text` is the whole file as it is written, but for lines of more than 4096 characters."""

    path: str
    text: str

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its logical lines; the arguments that a YAML list gives a deploy are one line more."""
        return _lines(self)


@lru_cache(maxsize=1024)  # they are asked for what they deploy, copy and run
def _lines(script: Script) -> tuple[Line, ...]:
    text = _EXPRESSION.sub(_as_variable, script.text)
    text = _WORKSPACE.sub("//", text) if script.path.endswith(YAML) else text
    lines = tuple(Player(script.path, text, {}).lines())
    calls = calls_in((line.text for line in lines), text)
    lines = tuple(Player(script.path, text, calls).lines()) if calls else lines
    return (*lines, *_listed(script.path, text)) if script.path.endswith(YAML) else lines


def _listed(path: str, text: str) -> Iterator[Line]:
    bases, settings = ("", posixpath.dirname(path)), settings_in(text)
    for words, number in listed_deploys(text):
        yield Line(expanded_by(words, settings), bases, path, number)


def _as_variable(match: re.Match[str]) -> str:
    """Write a workflow's expression as a shell's variable; those of a matrix are told by their own mark."""
    scope, _, name = match[1].partition(".")
    if scope == "matrix":
        return f"${{{{{match[1]}}}}}"
    return f"${{{name if scope == 'env' else re.sub(r'[.-]', '_', match[1])}}}"


def scripts_of(tree: SourceTree, speaks: Iterable[bytes] = _SPEAKS) -> Iterator[Script]:
    """Yield each script of a tree that says one of these words, by path; those of documents last, retired ones never.

    Without any given, they are those of what could deploy something.
    """
    words = tuple(speaks)
    paths = [path for path in tree.entries if _SCRIPT.fullmatch(path) and tree.entries[path].is_file]
    paths = sorted((path for path in paths if not _RETIRED.search(path)), key=_rank)
    contents = tree.contents(tree.entries[path].blob for path in paths)
    for path in paths:
        content = contents[tree.entries[path].blob]
        if content is not None and len(content) < _MOST_BYTES and any(word in content for word in words):
            yield Script(path, _LONGEST_LINE.sub("", content.decode("utf-8", "replace")))


def _rank(path: str) -> tuple[bool, str]:
    return "docs" in path.split("/"), path
