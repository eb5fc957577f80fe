from __future__ import annotations

from dataclasses import replace

from deployguard.artifact.compare import Change, changed_build, changed_files
from deployguard.model.artifact import Artifact, ArtifactFile, Install, Launch
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.model.runtime import Runtime

_BASE = Artifact(
    "orders",
    Runtime(3, 11),
    {
        "a.py": ArtifactFile("f/a.py", "shared/a.py", "100644", "1"),
        "b.py": ArtifactFile("f/b.py", "f/b.py", "100644", "2"),
        "c.py": ArtifactFile("f/c.py", "f/c.py", "100644", "3"),
    },
    Launch("functions-framework", ("",), "main", place=Place("f", 1)),
    installs=(Install("requirements", Place("f/requirements.txt", 1), "f/requirements.txt"),),
)


def test_each_way_in_which_a_path_changes_has_its_word() -> None:
    files = {
        "a.py": ArtifactFile("f/a.py", "shared/a.py", "100644", "9"),
        "b.py": ArtifactFile("f/b.py", "f/b.py", "100755", "2"),
        "d.py": ArtifactFile("f/d.py", "shared/d.py", "100644", "4"),
    }
    assert changed_files(_BASE, replace(_BASE, files=files)) == (
        Change("a.py", "shared/a.py", "modified"),
        Change("b.py", "f/b.py", "mode"),
        Change("c.py", "f/c.py", "removed"),
        Change("d.py", "shared/d.py", "added"),
    )


def test_the_same_bytes_from_elsewhere_are_no_change() -> None:
    moved = {**_BASE.files, "a.py": replace(_BASE.files["a.py"], origin="lib/a.py")}
    assert changed_files(_BASE, replace(_BASE, files=moved)) == ()


def test_places_alone_are_no_change_of_the_build() -> None:
    lower = replace(
        _BASE,
        launch=replace(_BASE.launch, place=Place("f", 9)),
        installs=tuple(replace(each, place=Place("f/requirements.txt", 9)) for each in _BASE.installs),
    )
    assert changed_build(_BASE, lower) == ()


def test_what_differs_in_the_build_is_named() -> None:
    other = replace(
        _BASE,
        runtime=Runtime(3, 12),
        launch=replace(_BASE.launch, target="other"),
        installs=(),
        problems=(Problem(ProblemKind.DANGLING_LINK, "f/x.py", Place("f/x.py")),),
    )
    assert changed_build(_BASE, other) == ("runtime", "start", "installs", "problems")
