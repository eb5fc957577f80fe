from __future__ import annotations

import pytest

from deployguard.config.exclude import is_excluded
from deployguard.model.service import Project


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("archive", "archive/a/main.py", True),
        ("archive/", "archive/a/main.py", True),
        ("archive/**", "archive/a/main.py", True),
        ("archive/**", "archived/a.py", False),
        ("**/old/*", "old/main.py", True),
        ("**/old/*", "a/b/old/main.py", True),
        ("*.Dockerfile", "a/x.Dockerfile", True),
        ("main.py", "a/main.py", False),
    ],
)
def test_a_glob_matches_a_path_or_a_folder_around_it(glob: str, path: str, expected: bool) -> None:
    project = Project("deployguard.toml", (), {"check": {"exclude": (glob,)}})
    assert is_excluded(project, path) is expected


def test_without_globs_nothing_is_excluded() -> None:
    assert not is_excluded(Project("deployguard.toml", ()), "main.py")
