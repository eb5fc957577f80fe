"""What neither the linter nor the layers see: sizes, who may end the program, and who may look at the disk."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SOURCES = Path(__file__).parents[1] / "src" / "deployguard"
MODULES = sorted(path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*.py"))
_MOST_LINES, _MOST_OF_A_FUNCTION = 300, 60
# Programs of their own, started by others.
_PROGRAMS = ("__main__.py", "runtime/leash.py", "smoke/child/")
_ENDS = {"sys.exit", "os._exit", "exit", "quit", "SystemExit"}
# Rooms that know files only through a SourceTree, or not at all. What was judged before is kept on disk.
_JUDGE = ("model/", "imports/", "rules/", "report/", "drift/", "notify/", "schedule/")
_REMEMBERS = "rules/memory.py"
_DISK = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob", "listdir"),
    *("scandir", "mkdir", "makedirs", "unlink", "exists", "is_file", "is_dir", "stat", "lstat"),
}


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse((SOURCES / module).read_text(encoding="utf-8"))


def nodes(*rooms: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield every node of the modules whose paths begin so, with the module."""
    for module in MODULES:
        if module.startswith(rooms):
            for node in ast.walk(parsed(module)):
                yield module, node


def calls(*rooms: str) -> Iterator[tuple[str, int, str]]:
    """Yield module, line, and what is called there, as it is written."""
    for module, node in nodes(*rooms):
        if isinstance(node, ast.Call):
            yield module, node.lineno, ast.unparse(node.func)


def imported(module: str) -> Iterator[str]:
    """Yield the modules of this project that a module imports, wherever in it, for types alone too."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deployguard."):
            path = "/".join((node.module or "").split(".")[1:])
            inside = [f"{path}/{name.name}.py" for name in node.names]
            yield from (each for each in [f"{path}.py", *inside] if each in MODULES)


def test_modules_are_short() -> None:
    lines = {module: (SOURCES / module).read_text(encoding="utf-8").count("\n") for module in MODULES}
    assert [module for module in MODULES if lines[module] > _MOST_LINES] == []


def test_functions_are_short() -> None:
    found = [(module, node) for module, node in nodes("") if isinstance(node, ast.FunctionDef)]
    assert [
        (module, node.name)
        for module, node in found
        if (node.end_lineno or 0) - node.lineno >= _MOST_OF_A_FUNCTION
    ] == []


def test_only_commands_end_the_program() -> None:
    others = [call for call in calls("") if not call[0].startswith(("cli/", *_PROGRAMS))]
    assert [call for call in others if call[2] in _ENDS] == []


def test_what_judges_does_not_look_at_the_disk() -> None:
    judging = [call for call in calls(*_JUDGE) if call[0] != _REMEMBERS]
    assert [call for call in judging if call[2].rpartition(".")[2] in _DISK] == []


def test_every_module_says_what_it_holds() -> None:
    assert [module for module in MODULES if not ast.get_docstring(parsed(module))] == []


def test_no_modules_import_each_other() -> None:
    """The layers see circles between rooms; inside a room one hides two modules that are one, or three."""
    TopologicalSorter({module: set(imported(module)) for module in MODULES}).prepare()
