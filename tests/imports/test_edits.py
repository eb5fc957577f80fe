"""What the forms of changing `sys.path` add to it."""

from __future__ import annotations

import pytest

from deployguard.imports.facts import ModuleFacts, PathValue
from deployguard.imports.read import read_module

LIB = PathValue("cwd", ("lib",))


@pytest.mark.parametrize(
    ("line", "added"),
    [
        ('sys.path.append("lib")', [LIB]),
        ('sys.path.insert(0, "./lib/")', [LIB]),
        ('sys.path.append(os.getcwd() + "/lib")', [LIB]),
        ('sys.path.append(str(Path.cwd() / "lib"))', [LIB]),
        ('sys.path.append("/srv/lib")', [PathValue("root", ("srv", "lib"))]),
        ('sys.path += ["lib", unknown()]', [LIB, None]),
        ('sys.path.extend(("lib",))', [LIB]),
        ("sys.path.extend(folders)", [None]),
        ('sys.path[:0] = ["lib"]', [LIB]),
        ('sys.path[0] = "lib"', [LIB]),
        ('sys.path = ["lib"] + sys.path[1:]', [LIB]),
        ('sys.path = [*sys.path, "lib"]', [LIB]),
        ("sys.path = list(folders)", [None]),
        ("from sys import path", [None]),
        ('site.addsitedir("lib")', [LIB]),
        ("sys.path.remove('lib')", []),
        ("print(sys.path)", []),
    ],
)
def test_what_is_added(line: str, added: list[PathValue | None]) -> None:
    facts = read_module(line.encode())
    assert isinstance(facts, ModuleFacts)
    assert [edit.path for edit in facts.edits] == added
