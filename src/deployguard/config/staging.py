"""What deploy scripts stage beside main.py before they deploy: the folders and files that `include` must name.

A copy counts where it arrives below the `--source` of a deploy in the same script. A script that names the function's
folder speaks for it; one that takes the folder from a variable speaks for every function that imports what it copies.
A function that has a folder of that name itself, of links for example, is judged by what lies there.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from deployguard.config.deploys import deploys_in
from deployguard.config.discover import Discovered, Staged
from deployguard.config.script import Line, lines_of, scripts_of
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

_COPY = re.compile(r"(?:^|[\s;&|(])(?P<command>cp|rsync)\s+(?P<rest>.*)")
_MAKE = re.compile(r"\bmkdir\s+(?P<rest>.*)")
_ROOT = re.compile(r"\$(?:\{\w+[^}]*\}|\(\w+\)|\w+)/")
_UNKNOWN = re.compile(r"\$\{?\w+\}?/(?:main\.py|\*|\.)?")
_WITH_VALUE = frozenset({"--exclude", "--include", "--filter", "--exclude-from", "-e", "-f"})


@dataclass(frozen=True, slots=True)
class _Script:
    path: str
    text: str
    roots: tuple[str, ...]


def staged(tree: SourceTree, found: tuple[Discovered, ...]) -> tuple[Discovered, ...]:
    """Complete each function by what the scripts that deploy it copy beside its main.py."""
    folders = tuple(one.folder for one in found if one.kind == "function" and one.folder != ".")
    scripts = [
        _Script(path, text, tuple(_plain(source) for source in sources if source not in {"", "."}))
        for path, text in scripts_of(tree, b"functions")
        if (sources := [deploy.flags.get("source", ("",))[-1] for deploy in deploys_in(path, text)])
    ]
    anyones = [script for script in scripts if _takes_the_folder(script)]
    return tuple(
        replace(one, include=_of(tree, one, scripts, anyones)) if one.folder in folders else one
        for one in found
    )


def _names(script: _Script, folder: str) -> bool:
    return script.path.startswith(f"{folder}/") or bool(
        re.search(rf"(?<![\w.-]){re.escape(folder)}(?![\w.-])", script.text)
    )


def _takes_the_folder(script: _Script) -> bool:
    """Tell whether the function's own files are copied from a folder that only the caller knows."""
    return any(
        _UNKNOWN.fullmatch(word)
        for line in lines_of(script.text)
        if (match := _COPY.search(line.text))
        for word in _operands(line, match["command"], match["rest"])[:-1]
    )


def _of(
    tree: SourceTree, one: Discovered, scripts: list[_Script], anyones: list[_Script]
) -> tuple[Staged, ...]:
    own = frozenset(tree.children(one.folder))

    def copies(script: _Script) -> list[Staged]:
        return [copy for copy in _copies(tree, script, one.folder) if copy.to.split("/")[0] not in own]

    speaking = [found for script in scripts if _names(script, one.folder) and (found := copies(script))]
    for_all = [found for script in anyones if _imports_one_of(tree, one.folder, found := copies(script))]
    return _outermost(max(speaking or for_all, key=len, default=[]))


def _imports_one_of(tree: SourceTree, folder: str, copies: list[Staged]) -> bool:
    if not copies:
        return False
    names = "|".join(re.escape(name) for name in sorted({copy.to.split("/")[0] for copy in copies}))
    wanted = re.compile(rf"^\s*(?:from|import)\s+(?:{names})\b".encode(), re.MULTILINE)
    files = [tree.entry(path) for path in tree.below(folder) if path.endswith(".py")]
    blobs = [entry.blob for entry in files if entry is not None and entry.is_file]
    return any(content is not None and wanted.search(content) for content in tree.contents(blobs).values())


def _copies(tree: SourceTree, script: _Script, folder: str) -> Iterator[Staged]:
    bases = ("", posixpath.dirname(script.path), *((folder,) if _stands_in(script, folder) else ()))
    for line in lines_of(script.text):
        match = _COPY.search(line.text)
        words = _operands(line, match["command"], match["rest"]) if match else []
        for source in words[:-1]:
            path = _in_tree(tree, source, bases)
            place = _place(source, words[-1], path, script, folder)
            if place and path and not _overlap(path, folder):
                yield Staged(path, place, f"{script.path}:{line.number}")


def _stands_in(script: _Script, folder: str) -> bool:
    enters = rf"""\b(?:cd|pushd)\s+["']?(?:\$\{{?\w+\}}?/)?{re.escape(folder)}/?["']?\s*(?:$|[;&|])"""
    return script.path.startswith(f"{folder}/") or bool(re.search(enters, script.text, re.MULTILINE))


def _operands(line: Line, command: str, rest: str) -> list[str]:
    operands, takes_value = [], False
    for word in line.words(rest):
        if not takes_value and not word.startswith("-"):
            operands.append(word)
        takes_value = word in _WITH_VALUE
    if command == "cp":  # it copies a folder as a whole, with a slash at its end or without
        operands[:-1] = [word.rstrip("/") for word in operands[:-1]]
    return operands


def _in_tree(tree: SourceTree, source: str, bases: tuple[str, ...]) -> str:
    """Find what a script copies: from the root, where scripts are started, or from where it stands."""
    path = re.sub(r"/\*?$|/\.$", "", _ROOT.sub("", source, count=1))
    for base in bases:
        at = posixpath.normpath(posixpath.join(base, path))
        if at != "." and not at.startswith(("..", "/")) and isinstance(resolve(tree, at), Resolved):
            return at
    return ""


def _place(source: str, destination: str, path: str, script: _Script, folder: str) -> str:
    """Where a copy arrives in the artifact; empty where that cannot be told, or is not in it."""
    roots = (*script.roots, folder)
    at = _plain(destination)
    if _stands_in(script, folder) and not at.startswith(("$", "/", f"{folder}/")):
        at = posixpath.normpath(f"{folder}/{at}")
    into = at if _arrives_as(source, destination, path, script) else f"{at}/{posixpath.basename(path)}"
    below = [into.removeprefix(f"{root}/") for root in roots if into.startswith(f"{root}/")]
    if below and into.endswith(f"/{path}"):
        return path
    return below[0] if below and "$" not in below[0] else ""


def _arrives_as(source: str, destination: str, path: str, script: _Script) -> bool:
    """Tell whether the last word of a copy names the copy itself, not the folder that it comes into."""
    at = _plain(destination)
    if source.endswith(("/", "/*", "/.")):
        return True
    if destination.endswith("/") or at in {".", "", *script.roots} or at in _made(script):
        return False
    return posixpath.basename(at) == posixpath.basename(path) or not posixpath.splitext(path)[1]


def _made(script: _Script) -> frozenset[str]:
    makes = ((line, _MAKE.search(line.text)) for line in lines_of(script.text))
    return frozenset(_plain(word) for line, match in makes if match for word in line.words(match["rest"]))


def _plain(path: str) -> str:
    return re.sub(r"\$\{(\w+)\}", r"$\1", path).removeprefix("./").rstrip("/")


def _overlap(path: str, folder: str) -> bool:
    return f"{folder}/".startswith(f"{path}/") or f"{path}/".startswith(f"{folder}/")


def _outermost(copies: list[Staged]) -> tuple[Staged, ...]:
    first = {copy.to: copy for copy in reversed(copies)}
    return tuple(
        copy
        for to, copy in sorted(first.items())
        if not any(
            to != other and to == f"{other}{copy.path[len(around.path) :]}"
            for other, around in first.items()
            if copy.path.startswith(f"{around.path}/")
        )
    )
