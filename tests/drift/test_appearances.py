"""What looks the same to git and is not: nothing of it may be called as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployguard.model.drift import Verdict
from tests.drift.judging import judged_at
from tests.repositories import git, head, make_repository, sample_files

pytestmark = pytest.mark.slow
FILES = """\
-- deployguard.toml --
[project]
id = "p"
region = "us-west2"

[services.orders]
kind = "run"
dockerfile = "orders/Dockerfile"

[services.parcels]
kind = "function"
source = "parcels"
entry-point = "handle"
-- orders/Dockerfile --
FROM python:3.12-slim
COPY orders /app
CMD ["python", "/app/main.py"]
-- orders/main.py --
print("orders")
-- parcels/main.py --
def handle(request): return ""
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", list(sample_files(FILES)))


def commit(folder: Path, path: str, text: str) -> str:
    (folder / path).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", f"Change {path}")
    return head(folder)


@pytest.fixture
def bumped(folder: Path) -> tuple[Path, str]:
    """A repository with submodules, as a source and among what is copied, and the commit before both moved on."""
    other = make_repository(folder.parent / "other", list(sample_files("-- main.py --\nhandle = str\n")))
    git(folder, "rm", "-r", "--quiet", "parcels")
    for place in ("parcels", "orders/extra"):
        git(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), place)
    git(folder, "commit", "--quiet", "--message", "Take another repository in")
    before = head(folder)
    moved = commit(other, "main.py", "handle = repr\n")
    for place in ("parcels", "orders/extra"):
        git(folder / place, "fetch", "--quiet")
        git(folder / place, "checkout", "--quiet", moved)
    return folder, before


def test_a_submodule_that_moved_on_changes_the_service(bumped: tuple[Path, str]) -> None:
    folder, before = bumped
    git(folder, "commit", "--quiet", "--all", "--message", "Move both on")
    found = judged_at(folder, before, "orders", "parcels")
    assert {one.verdict for one in found.values()} == {Verdict.STALE}
    assert [one.via for one in found["parcels"].commits] == [("parcels",)]
    assert [one.via for one in found["orders"].commits] == [("orders/extra",)]


def test_a_submodule_that_stays_changes_nothing(bumped: tuple[Path, str]) -> None:
    folder, before = bumped
    (folder / "notes.md").write_text("n")
    git(folder, "add", "notes.md")
    git(folder, "commit", "--quiet", "--message", "Note", "--", "notes.md")
    found = judged_at(folder, before, "orders", "parcels")
    assert {one.verdict for one in found.values()} == {Verdict.EQUIVALENT}


@pytest.mark.parametrize("what", ["HEAD", "HEAD:parcels", "HEAD:parcels/main.py"])
def test_an_object_that_stands_in_for_what_was_shipped_is_not_believed(folder: Path, what: str) -> None:
    """git-replace shows another object under an id, in this clone alone."""
    before, old = head(folder), git(folder, "rev-parse", what).strip()
    commit(folder, "parcels/main.py", "def handle(request): return 1\n")
    git(folder, "replace", old, git(folder, "rev-parse", what).strip())
    assert judged_at(folder, before, "parcels")["parcels"].verdict is Verdict.STALE


@pytest.mark.parametrize(("gone", "name"), [("orders/Dockerfile", "orders"), ("parcels", "parcels")])
def test_what_cannot_be_built_at_either_commit_is_not_the_same(folder: Path, gone: str, name: str) -> None:
    git(folder, "rm", "-r", "--quiet", gone)
    git(folder, "commit", "--quiet", "--message", "Remove")
    before = head(folder)
    commit(folder, "orders/main.py", "print(2)\n")
    found = judged_at(folder, before, name)[name]
    assert (found.verdict, found.reason) == (
        Verdict.UNKNOWN,
        f"what arrives cannot be told: {gone} is not there",
    )
