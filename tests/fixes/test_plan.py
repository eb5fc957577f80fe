"""Which fixes are made, and which are left to a person."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.fixes.change import Change, Plan
from deployguard.fixes.plan import plan
from deployguard.model.entry import LINK, REGULAR
from deployguard.model.finding import Finding, Fix, Severity
from tests.trees import Link, tree_of

_B = "../../shared/b.py"
_Files = dict[str, str | bytes | Link]


def _plan(files: Mapping[str, str | bytes | Link], *fixes: Fix) -> Plan:
    findings = [Finding("DG101", Severity.ERROR, "s", "p", 1, "m", "a", fix=fix) for fix in fixes]
    return plan(findings, tree_of(files))


def _refusal(files: Mapping[str, str | bytes | Link], *fixes: Fix) -> str:
    done = _plan(files, *fixes)
    assert done.changes == ()
    (refused,) = done.refused
    return refused.reason


def test_a_fix_that_many_findings_share_is_made_once() -> None:
    link = Fix("link", "f/shared/b.py", _B)
    line = Fix("append", "f/requirements.txt", "PyYAML>=6")
    done = _plan({"shared/b.py": "x", "f/requirements.txt": "flask\n"}, link, line, link, line)
    assert done == Plan(
        (
            Change("f/requirements.txt", REGULAR, b"flask\nPyYAML>=6\n", REGULAR, b"flask\n"),
            Change("f/shared/b.py", LINK, _B.encode()),
        ),
        (),
    )


def test_what_is_fixed_already_needs_no_change() -> None:
    files: _Files = {
        "shared/b.py": "x",
        "f/shared/b.py": Link(_B),
        "r.txt": "PyYAML>=6\n",
        "d.sh": "--update\n",
    }
    fixes = (
        Fix("link", "f/shared/b.py", _B),
        Fix("append", "r.txt", "PyYAML>=6"),
        Fix("replace", "d.sh", "--update", 1, "--set"),
        Fix("advice", "x", "think"),
    )
    assert _plan(files, *fixes) == Plan((), ())


def test_a_missing_requirements_file_is_made() -> None:
    assert _plan({"f/main.py": ""}, Fix("append", "f/requirements.txt", "x")).changes == (
        Change("f/requirements.txt", REGULAR, b"x\n"),
    )


def test_a_file_behind_a_link_is_edited_where_it_is() -> None:
    files: _Files = {"base.txt": "a\n", "f/requirements.txt": Link("../base.txt"), "g": Link("f")}
    fixes = (Fix("append", "f/requirements.txt", "x"), Fix("append", "g/requirements.txt", "x"))
    assert _plan(files, *fixes) == Plan((Change("base.txt", REGULAR, b"a\nx\n", REGULAR, b"a\n"),), ())


def test_replacements_are_made_before_lines_move() -> None:
    files: _Files = {"x.txt": "one\n# end\nold"}
    done = _plan(files, Fix("append", "x.txt", "new"), Fix("replace", "x.txt", "fresh", 3, "old"))
    assert done.changes[0].after == b"one\n# end\nfresh\nnew"


def test_a_constraint_speaks_for_the_bare_name() -> None:
    fixes = [Fix("append", "r.txt", text) for text in ("pyyaml", "PyYAML>=6", "flask")]
    assert _plan({"r.txt": ""}, *fixes).changes[0].after == b"PyYAML>=6\nflask\n"


def test_a_dangling_link_is_pointed_anew() -> None:
    files: _Files = {"shared/b.py": "x", "f/shared/b.py": Link("../../shared/old.py")}
    (change,) = _plan(files, Fix("link", "f/shared/b.py", _B)).changes
    assert (change.old_mode, change.before, change.after) == (LINK, b"../../shared/old.py", _B.encode())


def test_an_identical_copy_becomes_a_link() -> None:
    files: _Files = {"shared/b.py": "x", "f/shared/b.py": "x"}
    (change,) = _plan(files, Fix("link", "f/shared/b.py", _B)).changes
    assert (change.old_mode, change.mode) == (REGULAR, LINK)


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({"f/shared/b.py": "different"}, "something else"),
        ({"f/shared/b.py": Link("../../shared/c.py"), "shared/c.py": ""}, "something else"),
        ({"f/shared/b.py/x": ""}, "a folder"),
        ({"f/shared": Link("../shared")}, "is a link"),
        ({"f/shared": "a file"}, "not a folder"),
    ],
)
def test_a_link_never_covers_anything(there: dict[str, str | bytes | Link], said: str) -> None:
    assert said in _refusal({"shared/b.py": "x", **there}, Fix("link", "f/shared/b.py", _B))


@pytest.mark.parametrize("target", ["", "/etc/passwd", "../../../etc/passwd", "../../shared/gone.py", "b.py"])
def test_a_link_has_a_target_in_this_repository(target: str) -> None:
    assert _refusal({"shared/b.py": "x"}, Fix("link", "f/shared/b.py", target))


@pytest.mark.parametrize("kind", ["link", "append", "replace"])
@pytest.mark.parametrize("path", ["", ".", "..", "/a", "../a", "a/../../b", ".git/config", "x/.git/hooks/a"])
def test_no_fix_leaves_the_repository(kind: str, path: str) -> None:
    assert "not a path" in _refusal({"b": "x"}, Fix(kind, path, "b", 1, "x"))


def test_a_link_out_of_the_repository_is_not_followed() -> None:
    assert _refusal({"r.txt": Link("/etc/requirements.txt")}, Fix("append", "r.txt", "x"))
    assert _refusal({"r.txt": Link("gone.txt")}, Fix("append", "r.txt", "x"))


@pytest.mark.parametrize(
    "fixes",
    [
        (Fix("link", "f/b.py", "../shared/b.py"), Fix("link", "f/b.py", "../shared/c.py")),
        (Fix("link", "r.txt", "shared/b.py"), Fix("append", "r.txt", "x")),
        (Fix("append", "r.txt", "x>=1"), Fix("append", "r.txt", "X>=2")),
        (Fix("replace", "r.txt", "b", 1, "a"), Fix("replace", "r.txt", "c", 1, "a")),
    ],
)
def test_contradictions_are_left_to_a_person(fixes: tuple[Fix, ...]) -> None:
    assert _refusal({"shared/b.py": "x", "shared/c.py": "y", "r.txt": "a\n"}, *fixes)


def test_one_refusal_does_not_stop_the_others() -> None:
    done = _plan({"r.txt": ""}, Fix("append", "r.txt", "x"), Fix("replace", "gone.sh", "b", 1, "a"))
    assert [change.path for change in done.changes] == ["r.txt"]
    assert [refused.path for refused in done.refused] == ["gone.sh"]
