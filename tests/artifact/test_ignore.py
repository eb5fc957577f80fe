"""Which ignore file counts, where its patterns stand, and what is wrong with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.artifact.ignore import upload_rules
from deployguard.model.entry import REGULAR, Entry
from deployguard.model.place import Place
from deployguard.model.problem import ProblemKind
from deployguard.source.blobs import MemoryBlobs
from deployguard.source.tree import SourceTree
from tests.trees import Link, tree_of


def test_the_place_is_the_line_that_excludes() -> None:
    rules = upload_rules(tree_of({"f/.gcloudignore": "# rules\n\n*.log\n!keep.log\n"}), "f")
    assert rules.match("x/a.log") == Place("f/.gcloudignore", 3)
    assert rules.match("keep.log") is None


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    rules = upload_rules(tree_of({"f/.gcloudignore": "a\x0cb\r\nc\rd\n"}), "f")
    assert [rules.match(name) for name in "abcd"] == [Place("f/.gcloudignore", line) for line in (1, 1, 2, 3)]


def test_nothing_comes_back_from_an_ignored_folder() -> None:
    rules = upload_rules(tree_of({"f/.gcloudignore": "data/\n!data/keep.py\n"}), "f")
    assert rules.match("data/keep.py") == Place("f/.gcloudignore", 1)
    assert rules.match("data") is None
    assert rules.match("data", is_folder=True) == Place("f/.gcloudignore", 1)


def test_an_included_file_has_places_of_its_own() -> None:
    files = {"f/.gcloudignore": "#!include:.gitignore\n!b\n", "f/.gitignore": "x\na\nb\n"}
    rules = upload_rules(tree_of(files), "f")
    assert rules.match("a") == Place("f/.gitignore", 2)
    assert rules.match("b") is None


def test_a_linked_ignore_file_is_placed_where_it_is_edited() -> None:
    rules = upload_rules(tree_of({"f/.gcloudignore": Link("../rules"), "rules": "a\n"}), "f")
    assert rules.match("a") == Place("rules", 1)


def test_gcloud_has_rules_of_its_own_beside_a_gitignore() -> None:
    rules = upload_rules(tree_of({"f/.gitignore": "*.csv\n", "f/main.py": ""}), "f")
    assert rules.match("a.csv") == Place("f/.gitignore", 1)
    assert rules.match("node_modules/a.js") == Place("f/.gcloudignore")
    assert rules.match("main.py") is None


def test_a_gitignore_elsewhere_does_not_count() -> None:
    rules = upload_rules(tree_of({".gitignore": "*.csv\n", "f/sub/.gitignore": "*\n", "f/main.py": ""}), "f")
    assert rules.patterns == ()
    assert rules.match("a.csv") is None


@pytest.mark.parametrize("top", ["", "."])
def test_the_top_of_a_repository_shows_git(top: str) -> None:
    assert upload_rules(tree_of({"main.py": ""}), top).match("sub/.gitignore") == Place(".gcloudignore")


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"f/.gcloudignore": b"\xff\n"}, ProblemKind.UNREADABLE),
        ({"f/.gcloudignore": "#!include:../rules\n", "rules": ""}, ProblemKind.UNREADABLE),
        ({"f/.gcloudignore": "#!include:rules\n"}, ProblemKind.MISSING_PATH),
        ({"f/.gcloudignore": "#!include:rules\n", "f/rules": b"\xff"}, ProblemKind.UNREADABLE),
        ({"f/.gcloudignore": Link("/etc/rules")}, ProblemKind.LINK_ABSOLUTE),
        ({"f/.gitignore": Link("../../rules")}, ProblemKind.LINK_OUTSIDE),
    ],
)
def test_what_cannot_be_read_is_a_problem(files: dict[str, str | bytes | Link], kind: ProblemKind) -> None:
    assert [problem.kind for problem in upload_rules(tree_of(files), "f").problems] == [kind]


def test_the_problem_of_an_include_stands_at_its_line() -> None:
    (problem,) = upload_rules(tree_of({"f/.gcloudignore": "a\n#!include:rules\n"}), "f").problems
    assert (problem.subject, problem.place) == ("f/rules", Place("f/.gcloudignore", 2))


def test_an_object_that_is_not_here_is_a_problem() -> None:
    tree = SourceTree("commit", {"f/.gcloudignore": Entry(REGULAR, "0" * 40)}, MemoryBlobs({}))
    assert [problem.kind for problem in upload_rules(tree, "f").problems] == [ProblemKind.MISSING_BLOB]


def test_a_very_deep_path_is_only_slow_to_type() -> None:
    assert upload_rules(tree_of({"f/.gcloudignore": "b\n"}), "f").match("a/" * 2000 + "a") is None


@given(text=st.binary(max_size=60), path=st.text("a/*.é\0\udcff ", min_size=1, max_size=20))
def test_no_bytes_give_a_traceback(text: bytes, path: str) -> None:
    upload_rules(tree_of({"f/.gcloudignore": text}), "f").match(path)
