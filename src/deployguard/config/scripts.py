"""Deploy scripts, line by line: continued lines joined, variables that the same file sets to literals put in.

A variable that is not known stays as it is written, with its `$`.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from deployguard.source.tree import SourceTree

_SCRIPT = re.compile(
    r".+\.(?:sh|bash|ya?ml|mk|tf)|(?:.*/)?Makefile|(?:.*/)?[Jj]enkinsfile[^/]*|(?:.*/)?bin/[^/.]+"
)
_SET = re.compile(
    r"""\s*(?:export |readonly |local )?(?P<name>[A-Za-z_]\w*)\s*[:?]?=\s*(?P<value>"[^"]*"|'[^']*'|[^\s;&|]*)"""
)
_ENTER = re.compile(
    r"""\s*(?:(?:- )?run:\s*)?(?:cd|pushd|working-directory:)\s+["']?(?P<folder>[^"'\s;&|]+)"""
)
# `$(dirname "$0")`, and `$(cd "$(dirname "$0")/.." && pwd)` around it: where the script itself lies.
_BESIDE = re.compile(
    r"""\$\(\s*dirname\s+(?:--\s+)?"?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?\})"?\s*\)"""
)
_WHOLE = re.compile(r"""\$\(\s*cd\s+(?:--\s+)?"?(//[^"\s;&|]*)"?\s*(?:&&|;)\s*pwd(?:\s+-P)?\s*\)""")
_STEP = re.compile(r"\s*- (?:name|run|uses|id|if)\s*:")  # a workflow's steps each start at the root
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}$]*))?\}|\((\w+)\)|(\w+))")
_ITEM = re.compile(r"""(?P<indent>\s*)-\s+(?P<quote>["']?)(?P<word>[^"']*?)(?P=quote)\s*(?:#.*)?""")
_ARGS = re.compile(r"\bargs:\s*\[(?P<words>[^\]]*)\]")
_QUOTED = re.compile(r""""([^"]*)"|'([^']*)'|([^\s,"']+)""")
_END = re.compile(r"\s(?:&&|\|\||[|;&])(?:\s|$)|;\s*$|\s(?:\d|&)?>")
_SPEAKS = (b"function", b"--entry-point")
_MOST_BYTES = 1 << 20


class Line(NamedTuple):
    """A logical line of `script`, from line `number` on. `bases` are the folders that its relative paths may start from."""

    text: str
    bases: tuple[str, ...]
    script: str
    number: int


class Script(NamedTuple):
    """`text` is the whole file, as it is written."""

    path: str
    text: str

    @property
    def lines(self) -> Iterator[Line]:
        """Its logical lines; the arguments that a YAML list gives a `functions deploy` are one line more."""
        values: dict[str, str] = {}
        home = posixpath.dirname(self.path)
        bases: tuple[str, ...] = ("", home)
        for written, number in _whole_lines(self.text):
            text = _WHOLE.sub(r"\1", _BESIDE.sub(f"//{home}", written))
            if _STEP.match(text):
                bases = ("", home)
            expanded = expanded_by(text, values)
            yield Line(expanded, bases, self.path, number)
            if match := _SET.match(text):
                value = expanded_by(match["value"].strip("\"'"), values)
                values[match["name"]] = value if "`" not in value and "$(" not in value else ""
            if match := _ENTER.match(expanded):
                bases = tuple(dict.fromkeys(joined(base, match["folder"]) for base in ("", home)))
        if self.path.endswith((".yml", ".yaml")):
            yield from (Line(text, ("", home), self.path, number) for text, number in _listed(self.text))


def scripts_of(tree: SourceTree) -> Iterator[Script]:
    """Yield each script of a tree that could deploy a function, by path."""
    paths = [path for path in sorted(tree.entries) if _SCRIPT.fullmatch(path) and tree.entries[path].is_file]
    contents = tree.contents(tree.entries[path].blob for path in paths)
    for path in paths:
        content = contents[tree.entries[path].blob]
        if content is not None and len(content) < _MOST_BYTES and any(word in content for word in _SPEAKS):
            yield Script(path, content.decode("utf-8", "replace"))


def words_of(text: str) -> list[str]:
    """Split the words of one command from what follows it, or where its output goes; empty where its quotes do not close."""
    try:
        return shlex.split(_END.split(text)[0], comments=True)
    except ValueError:
        return []


def expanded_by(text: str, values: Mapping[str, str]) -> str:
    """Put values in for the variables of a text; one without a value takes its default, or stays."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[3] or match[4]
        return values.get(name) or match[2] or match[0]

    return _VARIABLE.sub(value, text)


def joined(base: str, path: str) -> str:
    """Join paths of the repository, `.` its root; a path that begins with `//` starts there already."""
    return posixpath.normpath(posixpath.join(base or ".", path or ".")).removeprefix("//") or "."


def _whole_lines(text: str) -> Iterator[tuple[str, int]]:
    whole, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        whole, first = whole + line, first or number
        if line.rstrip().endswith("\\"):
            whole = whole.rstrip()[:-1] + " "
            continue
        yield whole, first
        whole, first = "", 0


def _listed(text: str) -> Iterator[tuple[str, int]]:
    """Yield `gcloud functions deploy ...` for each list of arguments that says so, as Cloud Build's steps do."""
    lists: list[tuple[list[str], int]] = [
        ([a or b or c for a, b, c in _QUOTED.findall(match["words"])], text.count("\n", 0, match.start()) + 1)
        for match in _ARGS.finditer(text)
    ]
    for words, number in (*lists, *_block_lists(text)):
        pairs = list(pairwise(words))
        if ("functions", "deploy") in pairs:
            yield f"gcloud {shlex.join(words[pairs.index(('functions', 'deploy')) :])}", number


def _block_lists(text: str) -> Iterator[tuple[list[str], int]]:
    words, indent, first = list[str](), "", 0
    for number, line in enumerate((*text.splitlines(), ""), 1):
        match = _ITEM.fullmatch(line)
        if match and (not words or match["indent"] == indent):
            words, indent, first = [*words, match["word"]], match["indent"], first or number
        else:
            if words:
                yield words, first
            words, indent, first = ([match["word"]], match["indent"], number) if match else ([], "", 0)
