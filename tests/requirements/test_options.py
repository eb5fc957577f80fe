"""Options of requirements files, each form that pip takes, and local projects under a condition."""

from __future__ import annotations

import pytest

from deployguard.requirements.lines import parse_requirements
from deployguard.requirements.locks import is_lock
from tests.requirements.made import install, names, set_of

LIBRARY = "[tool.poetry]\nname = 'Acme_Lib'\n[tool.poetry.dependencies]\nsix = '*'\n"


@pytest.mark.parametrize(
    "line",
    ["-f ./wheels", "-f./wheels", "--pypi-url https://x.test/simple", "--use-feature fast-deps", "--prefer-binary", "--no-index",
     "--require-hashes", "--only-binary=:all:", "--only-b :none:", "six --config-settings=a=b", "six --config-setting a=b",
     "six -C a=b", "six --global-option=--quiet", "six==1 --hash=sha256:00 --hash sha256:11"],
)  # fmt: skip
def test_an_option_that_pip_takes_is_taken(line: str) -> None:
    (read,) = parse_requirements(line.encode()).lines
    assert (read.kind, read.reason) == ("named" if line.startswith("six") else "option", "")


@pytest.mark.parametrize(
    "line",
    ["--index-url", "-i", "--pre=yes", "--no-such-option", "--no-index more", "--no", "six --hash", "--find-links 'open"],
)  # fmt: skip
def test_an_option_that_pip_refuses_is_said_to_be_wrong(line: str) -> None:
    (read,) = parse_requirements(line.encode()).lines
    assert (read.kind, bool(read.reason)) == ("unreadable", True)


@pytest.mark.parametrize(
    ("line", "declared"),
    [
        ("./lib", {"acme-lib", "six"}),
        ("-e ./lib", {"acme-lib", "six"}),
        ("./lib ; python_version > '3.8'", {"acme-lib", "six"}),
        ("./lib ; sys_platform == 'win32'", set()),
        ("acme-lib @ file:./lib ; sys_platform == 'win32'", set()),
    ],
)
def test_a_local_project_counts_where_its_condition_holds(line: str, declared: set[str]) -> None:
    found = set_of({"requirements.txt": f"{line}\n", "lib/pyproject.toml": LIBRARY})

    assert (set(names(found)), found.unknowns) == (declared, ())


def test_what_a_build_computes_is_only_asked_for_where_nothing_else_says_it() -> None:
    dynamic = "[project]\nname = 'app'\ndynamic = ['dependencies']\n"
    said = "[tool.setuptools.dynamic]\ndependencies = {file = 'reqs.txt'}\n"
    files = {"app/setup.py": "setup(install_requires=['flask'])\n", "app/reqs.txt": "six\n"}

    for more, declared in ((said, ["six"]), ("", ["flask"])):
        found = set_of({**files, "app/pyproject.toml": dynamic + more}, install("app", "pyproject"))
        assert (names(found), found.unknowns) == (declared, ())


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("uv.lock", True),
        ("app/poetry.lock", True),
        ("pylock.toml", True),
        ("pylock.prod.toml", True),
        ("pyproject.toml", False),
        ("pylock.txt", False),
        ("Pipfile.lock", False),
    ],
)
def test_a_lock_is_known_by_its_name(path: str, told: bool) -> None:
    assert is_lock(path) is told
