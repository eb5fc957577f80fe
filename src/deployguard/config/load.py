"""deployguard.toml, or `[tool.deployguard]` of pyproject.toml, to a Project: every error at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import cast

from deployguard.config.faults import Fault, Names, key_text, misshapen, unmet
from deployguard.config.lines import key_lines, line_of
from deployguard.config.merge import DEFAULTS, merged
from deployguard.config.relations import disagreements
from deployguard.config.schema import ROOT
from deployguard.config.schema_services import SERVICE
from deployguard.config.shape import KeyPath
from deployguard.config.values import read_only, service_of
from deployguard.model.errors import ConfigurationError
from deployguard.model.service import Project
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

NAME = "deployguard.toml"
PYPROJECT = "pyproject.toml"
_SECTION: KeyPath = ("tool", "deployguard")
_KINDS = {"worktree": "work tree"}
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")

_Document = dict[str, object]


def load_project(tree: SourceTree, given: Path | None) -> Project:
    """Read the configuration of a source tree, or the file `given`, which is on disk whatever the tree is.

    Raises:
        ConfigurationError: there is none, or something is wrong with it.
    """
    if given is not None:
        return parse_project(_decoded(_read(given), str(given)), str(given))
    for path in (NAME, PYPROJECT):
        content = _content(tree, path)
        if content is not None and (path == NAME or b"deployguard" in content):
            text = _decoded(content, path)
            if path == NAME or _has_section(text):
                return parse_project(text, path)
    raise ConfigurationError([_missing(tree)])


def parse_project(text: str, path: str) -> Project:
    """Read a configuration from its text; `path` is named in messages, and tells a pyproject.toml by its name.

    Raises:
        ConfigurationError: with one line `path:LINE: key: what is wrong` for each fault, in the order of the file.
    """
    document, lines = _parsed(text, path), key_lines(text)
    if PurePosixPath(path).name == PYPROJECT:
        document, lines = _section(document, lines, path)
    services = _joined(document)
    faults = _faults(document, services)
    if faults:
        raise ConfigurationError(_messages(faults, lines, path))
    return Project(
        path=path,
        services=tuple(service_of(name, table, lines) for name, table in services.items()),
        tables=cast(
            Mapping[str, object],
            read_only({name: table for name, table in document.items() if name != "services"}),
        ),
        lines=lines,
    )


def _faults(document: _Document, services: Mapping[str, _Document]) -> list[Fault]:
    written = _tables(document.get("services"))
    names: Names = {
        "services": tuple(services),
        "trackers": tuple(_tables(document.get("trackers"))),
    }
    malformed = tuple(misshapen(ROOT, document, (), names))
    wrong = {fault.path for fault in malformed}
    lacking = [fault for fault in _lacking(document, services, written) if fault.path not in wrong]
    broken = {fault.path[:2] for fault in (*malformed, *lacking)}
    if ("services", DEFAULTS) in broken:
        return [*malformed, *lacking]
    sound = {name: table for name, table in services.items() if ("services", name) not in broken}
    return [*malformed, *lacking, *disagreements(sound)]


def _lacking(
    document: _Document, services: Mapping[str, _Document], written: Mapping[str, object]
) -> Iterator[Fault]:
    others = {name: table for name, table in document.items() if name != "services"}
    yield from unmet(ROOT, others, ())
    for name, table in services.items():
        if isinstance(written[name], dict):
            yield from unmet(SERVICE, table, ("services", name))


def _joined(document: _Document) -> dict[str, _Document]:
    written = _tables(document.get("services"))
    given = written.get(DEFAULTS)
    defaults = given if isinstance(given, dict) else {}
    return {
        name: merged(SERVICE, defaults, table if isinstance(table, dict) else {})
        for name, table in written.items()
        if name != DEFAULTS
    }


def _tables(value: object) -> _Document:
    return value if isinstance(value, dict) else {}


def _messages(faults: list[Fault], lines: Mapping[KeyPath, int], path: str) -> list[str]:
    placed = sorted(
        (line_of(lines, fault.path), key_text(fault.path), fault.message) for fault in set(faults)
    )
    return [f"{path}:{line}: {key}: {message}" for line, key, message in placed]


def _parsed(text: str, path: str) -> _Document:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ConfigurationError([f"{path}: values are nested too deep to be read"]) from error
    except ValueError as error:
        match = _AT_LINE.search(str(error))
        line = int(match[1]) if match else max(1, len(text.splitlines()))
        cause = _AT_LINE.sub("", str(error)).removesuffix(" (at end of document)")
        raise ConfigurationError([f"{path}:{line}: not valid TOML: {cause}"]) from error


def _section(
    document: _Document, lines: Mapping[KeyPath, int], path: str
) -> tuple[_Document, dict[KeyPath, int]]:
    section = _tables(document.get("tool")).get("deployguard")
    if not isinstance(section, dict):
        raise ConfigurationError([f"{path}: no [tool.deployguard] table; `deployguard init` writes a {NAME}"])
    depth = len(_SECTION)
    below = {key[depth:]: line for key, line in lines.items() if key[:depth] == _SECTION}
    return section, below


def _has_section(text: str) -> bool:
    try:
        return isinstance(_tables(tomllib.loads(text).get("tool")).get("deployguard"), dict)
    except (ValueError, RecursionError):
        return False


def _content(tree: SourceTree, path: str) -> bytes | None:
    found = resolve(tree, path)
    if isinstance(found, Resolved) and found.entry is not None:
        return tree.content(found.entry)
    lying = tree.untracked(path) if tree.kind == "worktree" else None  # so that `init` can be tried at once
    return tree.content(lying) if lying is not None else None


def _read(given: Path) -> bytes:
    try:
        return given.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise ConfigurationError([f"{given}: cannot be read: {reason}; check --config"]) from error


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError([f"{path}:{line}: not UTF-8; save the file as UTF-8"]) from error


def _missing(tree: SourceTree) -> str:
    if tree.untracked(NAME) is not None:
        return f"{NAME}: lies in the work tree but not in this {_KINDS.get(tree.kind, tree.kind)}; `git add {NAME}`, or pass it with --config"
    where = f"commit {tree.sha[:12]}" if tree.sha else _KINDS.get(tree.kind, tree.kind)
    return (
        f"{NAME}: not in this {where}, and no [tool.deployguard] in {PYPROJECT}; "
        f"`deployguard init` writes one, --config FILE names another"
    )
