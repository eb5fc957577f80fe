"""Who lacks an extra is told the command of the program that installed deployguard."""

from __future__ import annotations

from pathlib import Path

import pytest

import deployguard
from deployguard.model.extras import how_to_get, lacks


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/ana/.local/share/uv/tools/deployguard-gcp", "uv tool install 'deployguard-gcp[all]'"),
        (
            "/home/ana/.local/share/pipx/venvs/deployguard-gcp",
            "pipx install --force 'deployguard-gcp[all]'",
        ),
        ("/home/ana/shop/.venv", "pip install 'deployguard-gcp[gcp]'"),
    ],
)
def test_the_command_is_that_of_the_installer(prefix: str, command: str) -> None:
    assert how_to_get("gcp", prefix) == command


def test_what_is_missing_is_named_last() -> None:
    said = lacks(ModuleNotFoundError("No module named 'git'", name="git"), "reading the history", "gcp")
    assert said.startswith("reading the history needs the extra `gcp` (there is no Python module git): ")


def test_nobody_else_writes_down_how_an_extra_is_installed() -> None:
    package = Path(deployguard.__file__).parent
    telling = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if "deployguard-gcp[" in file.read_text(encoding="utf-8")
    }
    assert telling <= {"model/extras.py"}
