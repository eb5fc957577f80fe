"""Deploy scripts, line by line: continued lines joined, variables that the same file sets to literals put in.

What a loop, a function of the script or a workflow's matrix takes by turns is one line for each turn. A variable that is not known stays as it is written, with its `$`.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from deployguard.discovery.blocks import Blocks, calls_in
from deployguard.discovery.rows import Rows
from deployguard.source.tree import SourceTree

_SCRIPT = re.compile(
    r".+\.(?:sh|bash|ya?ml|mk|tf)|(?:.*/)?Makefile|(?:.*/)?[Jj]enkinsfile[^/]*|(?:.*/)?bin/[^/.]+"
)
_SET = re.compile(
    r"""\s*(?:export |readonly |local )?(?P<name>[A-Za-z_]\w*)\s*[:?]?=\s*(?P<value>"[^"]*"|'[^']*'|[^\s;&|]*)"""
)
_ENTER = re.compile(
    r"""[\s@(]*(?:(?:- )?run:\s*)?(?:cd|pushd|working-directory:)\s+(?:--\s+)?["']?(?P<folder>[^"'\s;&|)]+)"""
)
_LEAVE = re.compile(r"[\s@]*(?:popd\b|cd\s+-(?:\s|$)|cd\s*$)")
_MOST_BASES = 8
# `$(dirname "$0")`, and `$(cd "$(dirname "$0")/.." && pwd)` around it: where the script itself lies.
_BESIDE = re.compile(
    r"""\$\(\s*dirname\s+(?:--\s+)?"?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?\})"?\s*\)"""
)
_WHOLE = re.compile(r"""\$\(\s*cd\s+(?:--\s+)?"?(//[^"\s;&|]*)"?\s*(?:&&|;)\s*pwd(?:\s+-P)?\s*\)""")
# Spaces before the sign are Make's, whose value is the rest of the line.
_MAKE_SET = re.compile(r"(?P<name>[A-Za-z_]\w*) +[:?]{0,2}= *(?P<value>[^#]*?)\s*(?:#.*)?$")
_RULE = re.compile(r"[\w.%$()/-][^:=#\t]*::?(?!=)\s*(?P<needed>[^#=;|]*?)\s*(?:[;#|].*)?$")
_SEVERAL = re.compile(r"\s*(?:export|readonly|local|declare)\s")
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
_SETTING = re.compile(
    r"""(?m)^[ \t]+(?P<name>_?[A-Z][A-Z0-9_]*):[ \t]*["']?(?P<value>[^"'#\n{}$\[]+?)["']?[ \t]*(?:#.*)?$"""
)
_YAML = (".yml", ".yaml")
_MAKE = ("Makefile", ".mk")
_STEP = re.compile(r"\s*- (?:name|run|uses|id|if)\s*:")  # a workflow's steps each start at the root
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}$]*))?\}|\((\w+)\)|(\w+))")
_ITEM = re.compile(r"""(?P<indent>\s*)-\s+(?P<quote>["']?)(?P<word>[^"']*?)(?P=quote)\s*(?:#.*)?""")
_ARGS = re.compile(r"\bargs:\s*\[(?P<words>[^\]]*)\]")
_QUOTED = re.compile(r""""([^"]*)"|'([^']*)'|([^\s,"']+)""")
_SPEAKS = (b"function", b"--entry-point", b"--source", b"deploy-cloudrun", b"builds submit")
_DEPLOYS = (("functions", "deploy"), ("run", "deploy"), ("jobs", "deploy"))
_RETIRED = re.compile(r"(?i)(?:^|/)_?(?:archived?|deprecated|attic|obsolete)/")
# Cloud Build's steps find the repository in /workspace ("Build configuration file schema", `dir`).
_WORKSPACE = re.compile(r"(?<![\w/.$}-])/workspace(?:/|(?=[\s\"'])|$)")
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
    def lines(self) -> tuple[Line, ...]:
        """Its logical lines; the arguments that a YAML list gives a deploy are one line more."""
        return _lines(self)


@lru_cache(maxsize=1024)  # they are asked for what they deploy, copy and run
def _lines(script: Script) -> tuple[Line, ...]:
    text = _EXPRESSION.sub(_as_variable, script.text)
    text = _WORKSPACE.sub("//", text) if script.path.endswith(_YAML) else text
    lines = tuple(_played(script.path, text, {}))
    calls = calls_in((line.text for line in lines), text)
    lines = tuple(_played(script.path, text, calls)) if calls else lines
    if not script.path.endswith(_YAML):
        return lines
    bases, settings = ("", posixpath.dirname(script.path)), _settings(text)
    listed = (
        Line(expanded_by(words, settings), bases, script.path, number) for words, number in _listed(text)
    )
    return (*lines, *listed)


def _played(path: str, text: str, calls: Mapping[str, Rows]) -> Iterator[Line]:
    home = posixpath.dirname(path)
    is_yaml, is_make = path.endswith(_YAML), path.endswith(_MAKE)
    values = _settings(text) if is_yaml else {}
    outside: tuple[str, ...] = (home, "") if is_make else ("", home)
    bases = outside
    needed = ""
    blocks = Blocks(text, calls, is_workflow=is_yaml)
    for written, number in _whole_lines(text.replace("$$", "$") if is_make or is_yaml else text):
        if is_make and (rule := _RULE.match(written)):
            needed = expanded_by(rule["needed"], values)
        line = blocks.ready(_WHOLE.sub(r"\1", _BESIDE.sub(f"//{home}", written)), number)
        if is_make or _STEP.match(line):
            bases = outside
        for name in blocks.enter(expanded_by(line, values)):
            values.pop(name, None)
        expanded = expanded_by(line, values)
        if is_make:
            expanded = expanded.replace("$^", needed).replace("$<", needed.partition(" ")[0])
        before, bases = bases, _entered(expanded, bases, outside)
        for turn in blocks.turns("\n".join((expanded, *bases))):
            words, *places = turn.split("\n")
            yield Line(words, tuple(places), path, number)
        bases = before if expanded.lstrip().startswith("(") else bases
        values.update(_set_by(line, values))
        blocks.leave(expanded)


def _as_variable(match: re.Match[str]) -> str:
    """Write a workflow's expression as a shell's variable; those of a matrix are told by their own mark."""
    scope, _, name = match[1].partition(".")
    if scope == "matrix":
        return f"${{{{{match[1]}}}}}"
    return f"${{{name if scope == 'env' else re.sub(r'[.-]', '_', match[1])}}}"


def _entered(line: str, bases: tuple[str, ...], outside: tuple[str, ...]) -> tuple[str, ...]:
    """Return where a line's commands run, after the `cd` that it begins with."""
    if _LEAVE.match(line):
        return outside
    match = _ENTER.match(line)
    if match is None:
        return bases
    return tuple(dict.fromkeys(joined(base, match["folder"]) for base in (*bases, *outside)))[:_MOST_BASES]


def _set_by(line: str, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    one = _MAKE_SET.match(line) or _SET.match(line)
    matches = _SET.finditer(line) if _SEVERAL.match(line) else filter(None, (one,))
    for match in matches:
        value = expanded_by(match["value"].strip("\"'"), values)
        yield match["name"], value if "`" not in value and "$(" not in value else ""


def _settings(text: str) -> dict[str, str]:
    """What a workflow's `env` or Cloud Build's `substitutions` set to one literal throughout."""
    found: dict[str, set[str]] = defaultdict(set)
    for match in _SETTING.finditer(text):
        found[match["name"]].add(match["value"])
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


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
            yield Script(path, content.decode("utf-8", "replace"))


def _rank(path: str) -> tuple[bool, str]:
    return "docs" in path.split("/"), path


def expanded_by(text: str, values: Mapping[str, str]) -> str:
    """Put values in for the variables of a text; one without a value takes its default, or stays."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[3] or match[4]
        return values.get(name) or match[2] or match[0]

    return _VARIABLE.sub(value, text)


def joined(base: str, path: str) -> str:
    """Join paths of the repository, `.` its root; a path that begins with `//` starts there already."""
    whole = posixpath.join(base or ".", path or ".")
    if whole.startswith("//"):
        whole = f"//{whole.lstrip('/')}"  # of three slashes, normpath would leave one
    return posixpath.normpath(whole).removeprefix("//") or "."


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
    """Yield `gcloud functions deploy ...`, or that of `run`, for each list of arguments that says so, as Cloud Build's steps do."""
    lists: list[tuple[list[str], int]] = [
        ([a or b or c for a, b, c in _QUOTED.findall(match["words"])], text.count("\n", 0, match.start()) + 1)
        for match in _ARGS.finditer(text)
    ]
    for words, number in (*lists, *_block_lists(text)):
        at = next((at for at, pair in enumerate(pairwise(words)) if pair in _DEPLOYS), None)
        if at is not None:
            before = ["run"] if words[at] == "jobs" else []
            yield f"gcloud {shlex.join(before + words[at:])}", number


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
