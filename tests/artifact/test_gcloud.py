"""gcloud's own zip: what is packed, ignored, dropped, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.artifact.gcloud import GcloudZip, gcloud_zip
from deployguard.model.entry import SUBMODULE, Entry
from deployguard.model.place import Place
from deployguard.model.problem import ProblemKind
from deployguard.source.blobs import MemoryBlobs
from deployguard.source.tree import SourceTree
from tests.trees import Link, tree_of

WHOLE = {"f/main.py": "", "f/requirements.txt": "", "f/pkg/x.py": "", "shared/s.py": ""}
PACKED = {"main.py": "f/main.py", "requirements.txt": "f/requirements.txt", "pkg/x.py": "f/pkg/x.py"}


def packed(more: Mapping[str, str | bytes | Link]) -> GcloudZip:
    return gcloud_zip(tree_of({**WHOLE, **more}), "f")


def kinds(given: GcloudZip) -> list[ProblemKind]:
    return [problem.kind for problem in given.problems]


def test_a_plain_folder_is_packed_whole() -> None:
    assert gcloud_zip(tree_of(WHOLE), "f") == GcloudZip(PACKED, ("pkg",))


def test_a_link_to_a_file_brings_the_bytes_of_its_target() -> None:
    given = packed({"f/s.py": Link("t.py"), "f/t.py": Link("../shared/s.py")})
    assert given.files["s.py"] == "shared/s.py"
    assert not given.stops


def test_a_link_to_a_folder_is_dropped_and_named() -> None:
    given = packed({"f/shared": Link("../shared")})
    assert given.files == PACKED
    assert not given.stops
    (dropped,) = given.dropped
    assert (dropped.kind, dropped.subject, dropped.place) == (
        ProblemKind.DROPPED,
        "f/shared",
        Place("f/shared"),
    )


def test_a_link_to_a_folder_that_is_ignored_is_not_a_loss() -> None:
    given = packed({"f/shared": Link("../shared"), "f/.gcloudignore": "shared/\n"})
    assert given.dropped == ()
    assert given.ignored["shared"] == ("f/shared", Place("f/.gcloudignore", 1))


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("../shared/gone.py", ProblemKind.DANGLING_LINK),
        ("s.py", ProblemKind.LINK_LOOP),
    ],
)
def test_a_link_to_nothing_stops_gcloud(target: str, kind: ProblemKind) -> None:
    given = packed({"f/s.py": Link(target)})
    assert kinds(given) == [kind]
    assert given.stops
    assert given.files == PACKED


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/etc/s.py", ProblemKind.LINK_ABSOLUTE),
        ("../../s.py", ProblemKind.LINK_OUTSIDE),
    ],
)
def test_what_no_tree_can_know_is_said(target: str, kind: ProblemKind) -> None:
    given = packed({"f/s.py": Link(target)})
    assert kinds(given) == [kind]
    assert not given.stops


def test_an_ignored_link_harms_nobody() -> None:
    given = packed({"f/s.py": Link("gone.py"), "f/.gcloudignore": "s.py\n"})
    assert given.problems == ()
    assert given.ignored == {"s.py": ("f/s.py", Place("f/.gcloudignore", 1))}


def test_a_pattern_for_folders_leaves_the_folder_empty() -> None:
    given = packed({"f/.gcloudignore": "pkg/\n"})
    assert "pkg/x.py" not in given.files
    assert given.folders == ("pkg",)


def test_a_whitelist_packs_nothing_and_says_which_line_is_why() -> None:
    given = packed({"f/.gcloudignore": "*\n!main.py\n!requirements.txt\n"})
    assert given.files == {}
    assert [(each.subject, each.place) for each in given.dropped] == [
        ("f/main.py", Place("f/.gcloudignore", 1)),
        ("f/requirements.txt", Place("f/.gcloudignore", 1)),
    ]


def test_a_whitelist_that_names_the_top_works() -> None:
    given = packed({"f/.gcloudignore": "*\n!.\n!main.py\n"})
    assert given.files == {"main.py": "f/main.py"}
    assert given.dropped == ()


def test_a_whitelist_of_folders_and_python_files_still_packs_nothing() -> None:
    given = packed({"f/.gcloudignore": "*\n!*/\n!*.py\n"})
    assert given.files == {}
    assert [each.subject for each in given.dropped] == ["f/main.py", "f/pkg/x.py"]


@pytest.mark.parametrize("missing", ["main.py", "requirements.txt"])
def test_a_source_without_what_python_needs_is_refused(missing: str) -> None:
    given = gcloud_zip(tree_of({path: text for path, text in WHOLE.items() if path != f"f/{missing}"}), "f")
    assert [(each.kind, each.subject) for each in given.problems] == [
        (ProblemKind.MISSING_PATH, f"f/{missing}")
    ]
    assert given.stops


@pytest.mark.parametrize("folder", ["nowhere", "shared/s.py"])
def test_no_folder_no_zip(folder: str) -> None:
    given = gcloud_zip(tree_of(WHOLE), folder)
    assert given.stops
    assert kinds(given) == [ProblemKind.MISSING_PATH]


def test_a_folder_outside_the_repository_cannot_be_told() -> None:
    given = gcloud_zip(tree_of({"g": Link("../elsewhere")}), "g")
    assert kinds(given) == [ProblemKind.LINK_OUTSIDE]


def test_a_name_that_a_zip_cannot_hold_stops_gcloud() -> None:
    given = packed({"f/n\udcff.py": ""})
    assert kinds(given) == [ProblemKind.UNREADABLE]
    assert given.stops


def test_a_submodule_cannot_be_told() -> None:
    tree = tree_of(WHOLE)
    entries = {**tree.entries, "f/sub": Entry(SUBMODULE, "1" * 40)}
    given = gcloud_zip(SourceTree("commit", entries, MemoryBlobs({})), "f")
    assert kinds(given) == [ProblemKind.SUBMODULE]
    assert given.folders == ("pkg", "sub")
