"""Paths that code computes from `__file__`: each expression is put to Python itself, as if it stood in that file."""

from __future__ import annotations

import ast
import os
import pathlib
import posixpath
from pathlib import Path, PurePath

import pytest

from deployguard.imports.facts import PathValue
from deployguard.imports.paths import path_of, value_of

FILE = "/srv/app/pkg/mod.py"
MODULE = {
    "__file__": FILE,
    "NAME": "a.yaml",
    "Path": Path,
    "PurePath": PurePath,
    "os": os,
    "pathlib": pathlib,
}

KNOWN = [
    "Path(__file__).parent",
    "Path(__file__).resolve().parent / 'a.yaml'",
    "Path(__file__).absolute().parent / 'a' / 'b.yaml'",
    "Path(__file__).parents[0] / 'a.yaml'",
    "Path(__file__).parents[1]",
    "Path(__file__).parents[2] / 'x'",
    "Path(__file__).with_name('other.yaml')",
    "Path(__file__).parent.joinpath('a', 'b.yaml')",
    "Path(__file__).parent.joinpath('/etc', 'b.yaml')",
    "Path(__file__).parent / '/etc/hosts'",
    "Path(__file__).parent / './a/../b.yaml'",
    "Path(os.path.dirname(__file__), 'a.yaml')",
    "PurePath(__file__).parent / 'a.yaml'",
    "pathlib.Path(__file__).parent.as_posix() + '/a.yaml'",
    "os.path.dirname(__file__)",
    "os.path.dirname(os.path.abspath(__file__))",
    "os.path.dirname(os.path.realpath(__file__)) + '/a.yaml'",
    "os.path.normpath(os.path.dirname(__file__))",
    "os.path.join(os.path.dirname(__file__), 'a', 'b.yaml')",
    "os.path.join(os.path.dirname(__file__), '..', 'a.yaml')",
    "os.path.join(os.path.dirname(__file__), os.pardir, 'a.yaml')",
    "os.path.join(os.path.dirname(__file__), '/etc/hosts')",
    "f'{os.path.dirname(__file__)}/a.yaml'",
    "str(Path(__file__).parent) + '/a.yaml'",
    "os.fspath(Path(__file__).parent)",
    "Path('/etc/hosts').parent",
    "os.path.join('/etc', 'hosts')",
    "os.path.join(os.path.dirname(__file__), NAME)",
    "Path(__file__).parent / (NAME + '.bak')",
]
UNTOLD = [
    "Path(__file__).parents[-1]",
    "Path(__file__).parents[n]",
    "Path(__file__).parent / name",
    "Path(__file__).parent / f'{name}.yaml'",
    "Path(__file__).with_suffix('.yaml')",
    "Path(__file__).parent.glob('*')",
    "Path(__file__).with_name(name)",
    "os.path.join(os.path.dirname(__file__), name)",
    "os.path.join(*parts)",
    "os.path.dirname(__file__) + name",
    "os.path.dirname(__file__) + 'a.yaml'",
    "f'{os.path.dirname(__file__)}/{name}'",
    "f'{__file__!r}'",
    "other(__file__)",
    "Path(name)",
    "Path()",
    "len(__file__) - 1",
    "importlib.resources.files(name)",
]


@pytest.mark.parametrize("text", KNOWN)
def test_a_path_is_what_python_computes(text: str) -> None:
    told = path_of(_parsed(text), {"NAME": "a.yaml"})
    assert told is not None
    computed = eval(text, dict(MODULE))  # noqa: S307 (the texts above)
    assert _absolute(told) == posixpath.normpath(str(computed))


@pytest.mark.parametrize("text", UNTOLD)
def test_a_path_that_nobody_can_know_is_untold(text: str) -> None:
    assert path_of(_parsed(text), {}) is None


def test_a_path_that_is_resolved_strictly_is_the_same() -> None:
    assert path_of(_parsed("Path(__file__).resolve(strict=True).parent"), {}) == PathValue("file", ("..",))


def test_where_the_process_starts_is_an_anchor_of_its_own() -> None:
    for text in ("os.getcwd() + '/a.yaml'", "Path.cwd() / 'a.yaml'", "os.path.join(os.getcwd(), 'a.yaml')"):
        assert path_of(_parsed(text), {}) == PathValue("cwd", ("a.yaml",))


def test_the_folder_of_a_package_is_an_anchor_too() -> None:
    beside = PathValue("file", ("..", "a.yaml"))
    for name in ("__package__", "__name__"):
        assert path_of(_parsed(f"importlib.resources.files({name}) / 'a.yaml'"), {}) == beside
    told = path_of(_parsed("files('shared.config').joinpath('a.yaml')"), {})
    assert told == PathValue("package:shared.config", ("a.yaml",))
    assert path_of(_parsed("files('')"), {}) is None


def test_a_text_is_a_value_and_no_path() -> None:
    assert value_of(_parsed("'a' + '/b.yaml'"), {}) == "a/b.yaml"
    assert path_of(_parsed("'a' + '/b.yaml'"), {}) is None


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _absolute(path: PathValue) -> str:
    start = FILE if path.anchor == "file" else "/"
    return posixpath.normpath(posixpath.join(start, *path.parts))
