"""`--strict-closure`: what the entry point does not reach does not count, and what it may reach does."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployguard.model.drift import Judged, Verdict
from tests.drift.judging import judged_at
from tests.repositories import git, head, make_repository, sample_files

pytestmark = pytest.mark.slow
FILES = """\
-- deployguard.toml --
[project]
id = "p"
region = "us-west2"

[services.orders]
kind = "function"
source = "orders"
entry-point = "handle"
-- orders/main.py --
from pathlib import Path
from shared import rules

LIMITS = (Path(__file__).parent / "limits.yaml").read_text()

def handle(request):
    from shared import late
    return "ok"
-- orders/limits.yaml --
a: 1
-- orders/README.md --
Orders.
-- orders/requirements.txt --
-r more.txt
-- orders/more.txt --
flask==3.0.0
-- orders/shared -> ../shared --
-- shared/__init__.py --
-- shared/rules.py --
LIMIT = 1
-- shared/late.py --
LATE = 1
-- shared/unused.py --
UNUSED = 1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", list(sample_files(FILES)))


def after(folder: Path, path: str, text: str, *, strict: bool = True) -> Judged:
    base = head(folder)
    (folder / path).write_text(text)
    git(folder, "commit", "--quiet", "--all", "--message", "Change")
    return judged_at(folder, base, "orders", strict_closure=strict)["orders"]


@pytest.mark.parametrize("path", ["orders/README.md", "shared/unused.py"])
def test_what_is_not_reached_counts_only_without_it(folder: Path, path: str) -> None:
    assert after(folder, path, "# 2\n", strict=False).verdict is Verdict.STALE
    one = after(folder, path, "# 3\n")
    assert (one.verdict, "the entry point reaches" in one.reason) == (Verdict.EQUIVALENT, True)


def test_from_another_branch_only_what_is_reached_is_said_to_be_the_same(folder: Path) -> None:
    written = head(folder)
    (folder / "shared/unused.py").write_text("# 2\n")
    git(folder, "commit", "--quiet", "--all", "--message", "Change what nothing reaches")
    beside = head(folder)
    one = judged_at(folder, beside, "orders", head=written, strict_closure=True)["orders"]
    assert one.verdict is Verdict.CURRENT
    assert "which the head does not contain, with the same reached files" in one.reason


@pytest.mark.parametrize(
    "path",
    [
        "orders/main.py",
        "shared/rules.py",
        "shared/late.py",
        "shared/__init__.py",
        "orders/limits.yaml",
        "orders/requirements.txt",
        "orders/more.txt",
    ],
)
def test_code_data_and_requirements_count(folder: Path, path: str) -> None:
    text = (folder / path).read_text()
    one = after(folder, path, f"{text}# 2\n")
    assert (one.verdict, [commit.via for commit in one.commits]) == (Verdict.STALE, [(path,)])


def test_a_start_that_cannot_be_told_narrows_nothing(folder: Path) -> None:
    (folder / "orders/main.py").write_text(
        "import sys, os\nsys.path.insert(0, os.environ['X'])\nimport anything\n"
    )
    git(folder, "commit", "--quiet", "--all", "--message", "Uncertain")
    one = after(folder, "shared/unused.py", "# 2\n")
    assert (one.verdict, "not certain" in one.details[0]) == (Verdict.STALE, True)
