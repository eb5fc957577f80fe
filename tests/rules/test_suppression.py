"""Findings that somebody decided to live with."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.model.finding import Finding, Severity
from deployguard.model.report import Found
from deployguard.model.service import Project, Service
from deployguard.rules.baseline import BASELINE, Known
from deployguard.rules.suppression import Scope, Suppressed, matches, suppress
from tests.trees import Link, tree_of

_CODES = frozenset({"DG101", "DG102", "DG201", "DG301"})


def _finding(code: str = "DG201", subject: str = "pyyaml", path: str = "main.py", line: int = 1) -> Finding:
    return Finding(code, Severity.ERROR, subject, path, line, "message", "advice")


def _suppress(
    *found: Found,
    files: Mapping[str, str | Link] | None = None,
    ignore: tuple[str, ...] = (),
    baseline: Mapping[Known, int] | None = None,
    codes: frozenset[str] = _CODES,
    whole: bool = True,
) -> Suppressed:
    texts = {path: text.encode() for path, text in (files or {}).items() if isinstance(text, str)}
    services = (Service("a", "function", ignore=ignore, line=4), Service("b", "run"))
    names = frozenset({"a", "b"} if whole else {"b"})
    scope = Scope(names, codes, _CODES, whole, texts)
    return suppress(found, tree_of(files or {}), Project("deployguard.toml", services), scope, baseline or {})


def _remarks(done: Suppressed) -> list[tuple[str, str, int]]:
    return [(each.code, each.path, each.line) for each in done.remarks]


def test_a_comment_suppresses_in_every_service() -> None:
    files = {"main.py": "import yaml  # deployguard: ignore[DG201] vendored\n"}
    assert _suppress(Found("a", _finding()), Found("b", _finding()), files=files) == Suppressed((), 2, ())


def test_a_comment_leaves_other_rules_and_lines_alone() -> None:
    files = {"main.py": "import yaml  # deployguard: ignore[DG201] vendored\nimport b\n"}
    kept = (Found("a", _finding("DG101")), Found("a", _finding(line=2)))
    done = _suppress(*kept, Found("a", _finding()), files=files)
    assert done == Suppressed(kept, 1, ())


def test_a_file_that_the_check_did_not_parse_is_read_from_the_tree() -> None:
    tree = tree_of({"deploy.sh": "# deployguard: ignore[DG301] x\ngcloud run deploy\n"})
    scope = Scope(frozenset(), _CODES, _CODES, True, {})
    found = Found("", _finding("DG301", path="deploy.sh", line=2))
    assert suppress([found], tree, Project("p", ()), scope, {}).suppressed == 1


def test_a_comment_is_found_through_a_link() -> None:
    text = "import yaml  # deployguard: ignore[DG201] x\n"
    files: dict[str, str | Link] = {"shared/b.py": text, "f/b.py": Link("../shared/b.py")}
    assert _suppress(Found("a", _finding(path="f/b.py")), files=files) == Suppressed((), 1, ())


def test_a_comment_that_suppresses_nothing_is_reported_code_by_code() -> None:
    files = {"main.py": "import yaml  # deployguard: ignore[DG201,DG101] x\n"}
    done = _suppress(Found("a", _finding()), files=files)
    assert _remarks(done) == [("DG001", "main.py", 1)]
    assert done.remarks[0].subject == "DG101"
    assert done.remarks[0].severity is Severity.WARNING


@pytest.mark.parametrize(("codes", "whole"), [(frozenset({"DG101"}), True), (_CODES, False)])
def test_a_comment_that_nobody_asked_about_is_not_unused(codes: frozenset[str], whole: bool) -> None:
    files = {"main.py": "import yaml  # deployguard: ignore[DG201] x\n"}
    assert _suppress(files=files, codes=codes, whole=whole).remarks == ()


def test_a_comment_with_a_code_that_no_rule_has_is_reported() -> None:
    done = _suppress(files={"main.py": "import yaml  # deployguard: ignore[DG999, D] x\n"})
    assert [each.message for each in done.remarks] == [
        "ignore[DG999] suppresses nothing: no rule has this code",
        "ignore[D] suppresses nothing: no rule has this code",
    ]


def test_a_comment_that_names_no_rule_suppresses_nothing() -> None:
    done = _suppress(Found("a", _finding()), files={"main.py": "import yaml  # deployguard: ignore\n"})
    assert (done.suppressed, _remarks(done)) == (0, [("DG001", "main.py", 1)])


def test_a_missing_reason_is_mentioned() -> None:
    done = _suppress(Found("a", _finding()), files={"main.py": "import yaml  # deployguard: ignore[DG201]\n"})
    assert (done.suppressed, _remarks(done)) == (1, [("DG002", "main.py", 1)])
    assert done.remarks[0].severity is Severity.INFO


def test_a_service_ignores_for_itself_alone() -> None:
    done = _suppress(Found("a", _finding()), Found("b", _finding()), ignore=("DG201:PyYAML",))
    assert done == Suppressed((Found("b", _finding()),), 1, ())


def test_an_ignore_that_suppresses_nothing_is_reported_at_its_service() -> None:
    assert _remarks(_suppress(ignore=("DG1",))) == [("DG001", "deployguard.toml", 4)]
    assert _suppress(ignore=("DG1",), whole=False).remarks == ()


def test_the_baseline_lets_through_what_is_new() -> None:
    entry = Known("a", "DG201", "pyyaml", "main.py")
    found = [Found("a", _finding(line=line)) for line in (9, 3, 5)]
    assert _suppress(*found, baseline={entry: 2}) == Suppressed((Found("a", _finding(line=9)),), 2, ())


def test_a_baseline_entry_whose_finding_is_mended_is_reported() -> None:
    entries = {Known("a", "DG201", "pyyaml", "main.py"): 1, Known("gone", "DG201", "x", "y.py"): 1}
    done = _suppress(baseline=entries)
    assert _remarks(done) == [("DG001", BASELINE, 0)]
    assert _suppress(baseline=entries, whole=False).remarks == ()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("DG201", True),
        ("DG2", True),
        ("DG", True),
        (" dg201 : PyYaml ", True),
        ("DG201:py_yaml", False),
        ("DG202", False),
        ("D", False),
        ("", False),
        (":pyyaml", False),
    ],
)
def test_patterns(pattern: str, expected: bool) -> None:
    assert matches(pattern, _finding()) is expected


def test_a_module_matches_by_its_exact_name() -> None:
    assert matches("DG101:shared.b", _finding("DG101", "shared.b"))
    assert not matches("DG101:shared.B", _finding("DG101", "shared.b"))
