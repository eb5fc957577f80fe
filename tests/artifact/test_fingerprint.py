"""The fingerprint: the same for the same artifact, another for any other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.artifact.fingerprint import fingerprint
from deployguard.model.artifact import Artifact, ArtifactFile, Launch
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.model.runtime import Runtime

Sources = dict[str, tuple[str, str]]

words = st.text("ab\udcff0:;,", max_size=3)
sources = st.dictionaries(words, st.tuples(st.sampled_from(["100644", "100755"]), words), max_size=4)
recipes = st.lists(st.tuples(words, words), max_size=3).map(tuple)


def artifact(
    files: Sources, recipe: tuple[tuple[str, str], ...] = (), target: str | None = None, minor: int = 11
) -> Artifact:
    return Artifact(
        "orders",
        Runtime(3, minor),
        {path: ArtifactFile(f"f/{path}", f"s/{path}", mode, blob) for path, (mode, blob) in files.items()},
        Launch("functions-framework", ("",), target=target),
        recipe=recipe,
    )


FILES: Sources = {"main.py": ("100644", "a" * 40), "run": ("100755", "b" * 40)}
ORDERS = artifact(FILES, (("runtime", "python311"),), "handle")


def test_forty_digits_that_never_change() -> None:
    """A label on a revision is compared with one computed by a later version: changing this is a breaking change."""
    assert fingerprint(ORDERS) == "c7faa042c654f463d74da1f9a9a45b4f5b7c42a8"


@given(files=sources, recipe=recipes)
def test_the_order_of_the_files_does_not_matter(files: Sources, recipe: tuple[tuple[str, str], ...]) -> None:
    turned = dict(reversed(files.items()))
    assert fingerprint(artifact(files, recipe)) == fingerprint(artifact(turned, recipe))


targets = st.none() | words


@given(
    one=st.tuples(sources, recipes, targets, st.integers(10, 14)),
    other=st.tuples(sources, recipes, targets, st.integers(10, 14)),
)
def test_two_artifacts_share_it_only_when_they_are_the_same(
    one: tuple[Sources, tuple[tuple[str, str], ...], str | None, int],
    other: tuple[Sources, tuple[tuple[str, str], ...], str | None, int],
) -> None:
    assert (fingerprint(artifact(*one)) == fingerprint(artifact(*other))) == (one == other)


@pytest.mark.parametrize(
    "files",
    [
        {"main.py": ("100644", "a" * 40)},
        {**FILES, "run": ("100644", "b" * 40)},
        {**FILES, "run": ("100755", "c" * 40)},
        {"main.py": FILES["main.py"], "ran": FILES["run"]},
        {"main.py": FILES["run"], "run": FILES["main.py"]},
    ],
)
def test_any_path_mode_or_content_changes_it(files: Sources) -> None:
    assert fingerprint(artifact(files, ORDERS.recipe, "handle")) != fingerprint(ORDERS)


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDERS, recipe=()),
        replace(ORDERS, recipe=(("runtime", "python312"),)),
        replace(ORDERS, recipe=(("runtimepython311", ""),)),
        replace(ORDERS, runtime=Runtime(3, 12)),
        replace(ORDERS, launch=replace(ORDERS.launch, target=None)),
        replace(ORDERS, launch=replace(ORDERS.launch, target="")),
    ],
)
def test_another_build_changes_it(other: Artifact) -> None:
    assert fingerprint(other) != fingerprint(ORDERS)


def test_where_a_file_came_from_and_what_was_met_do_not_change_it() -> None:
    moved = {path: replace(file, place="elsewhere", origin="other") for path, file in ORDERS.files.items()}
    problem = Problem(ProblemKind.DROPPED, "f/x", Place("f/x"))
    assert fingerprint(replace(ORDERS, service="x", files=moved, problems=(problem,))) == fingerprint(ORDERS)
