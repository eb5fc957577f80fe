"""What cannot be told about a requirement is said, with its place; and it never hides what can be told."""

from __future__ import annotations

import pytest

from deployguard.model.place import Place
from deployguard.requirements.declared import DeclaredSet
from deployguard.requirements.fix import line_to_add
from tests.requirements.made import install, names, set_of

ODD_MARKER = "os_name ~= 'posix'"


def doubts(found: DeclaredSet) -> list[Place]:
    return [each.place for each in found.unknowns]


def test_a_marker_that_nobody_can_evaluate_leaves_its_requirement_declared() -> None:
    found = set_of({"requirements.txt": f"six; {ODD_MARKER}\nflask\n"})

    assert names(found) == ["six", "flask"]
    assert doubts(found) == [Place("requirements.txt", 1)]
    assert "os_name" in found.unknowns[0].reason


def test_a_folder_where_a_file_is_needed_is_a_problem_and_a_doubt() -> None:
    found = set_of({"requirements.txt": "-r reqs\nflask\n", "reqs/base.txt": "six\n"})

    assert names(found) == ["flask"]
    assert [(each.subject, each.place.line) for each in found.problems] == [("reqs", 1)]
    assert doubts(found) == [Place("requirements.txt", 1)]


@pytest.mark.parametrize(
    ("line", "declared", "problems", "unsure"),
    [
        ("./wheels/acme_kit-1.0-py3-none-any.whl", ["acme-kit"], 0, 0),
        ("./wheels/gone-1.0-py3-none-any.whl", ["gone"], 1, 1),
        ("./wheels/archive.zip", [], 0, 1),
        ("acme @ file:./wheels/archive.zip", ["acme"], 0, 0),
        ("./wheels", [], 1, 1),
    ],
)
def test_an_archive_of_the_repository_is_there_or_not_and_named_or_not(
    line: str, declared: list[str], problems: int, unsure: int
) -> None:
    files = {
        "wheels/acme_kit-1.0-py3-none-any.whl": "",
        "wheels/archive.zip": "",
        "requirements.txt": f"{line}\n",
    }
    found = set_of(files)

    assert (names(found), len(found.problems), len(found.unknowns)) == (declared, problems, unsure)


@pytest.mark.parametrize(
    ("line", "unsure"),
    [
        ("https://x.test/acme-1.0-py3-none-any.whl; python_version > '3'", False),
        ("https://x.test/acme-1.0-py3-none-any.whl ; nonsense", True),
        ("git+https://x.test/acme#egg=acme", False),
        ("git+https://x.test/acme#egg=~~", True),
        ("git+https://x.test/acme", True),
        ("./local ; nonsense", True),
    ],
)
def test_an_address_that_cannot_be_read_is_a_doubt(line: str, unsure: bool) -> None:
    found = set_of(
        {"requirements.txt": f"flask\n{line}\n", "local/pyproject.toml": "[project]\nname='local'\n"}
    )

    assert ("acme" in names(found), bool(found.unknowns)) == (not unsure, unsure)
    assert "flask" in names(found)


@pytest.mark.parametrize(
    ("dynamic", "declared", "unsure"),
    [
        ("six\nflask>=2\n", ["six", "flask"], []),
        ("six\n-e ./lib\n", ["six"], [Place("app/reqs.txt", 2)]),
        ("six\n--index-url https://x.test/simple\n", ["six"], []),
        ("six\n= 3\n", ["six"], [Place("app/reqs.txt", 2)]),
        (None, [], [Place("app/pyproject.toml", 3)]),
    ],
)
def test_a_dynamic_file_holds_plain_requirements_or_a_doubt(
    dynamic: str | None, declared: list[str], unsure: list[Place]
) -> None:
    project = "[project]\nname='app'\ndynamic=['dependencies']\n[tool.setuptools.dynamic]\ndependencies={file=['reqs.txt']}\n"
    files = {"app/pyproject.toml": project} | ({} if dynamic is None else {"app/reqs.txt": dynamic})
    found = set_of(files, install("app", "pyproject"))

    assert (names(found), doubts(found)) == (declared, unsure)


def test_extras_of_a_setup_cfg_are_installed_when_asked_for() -> None:
    files = {
        "app/setup.cfg": "[metadata]\nname = app\n[options]\ninstall_requires = six\n"
        "[options.extras_require]\nData_Kit =\n  pandas\n  numpy>=1\ndocs = sphinx\n",
        "app/setup.py": "from setuptools import setup\nsetup()\n",
    }
    assert set(names(set_of(files, install("app", "pyproject", "data-kit")))) == {"six", "pandas", "numpy"}
    assert set(names(set_of(files, install("app", "pyproject")))) == {"six"}


@pytest.mark.parametrize(
    ("body", "declared", "unsure"),
    [
        ("NEEDS = ['six']\nsetup(name='app', install_requires=NEEDS)", ["six"], False),
        ("setuptools.setup(install_requires=['six', 'flask>=2'])", ["six", "flask"], False),
        ("setup(**{'install_requires': ['six']})", ["six"], False),
        ("NEEDS = ['six']\nNEEDS = NEEDS + more()\nsetup(install_requires=NEEDS)", [], True),
        ("NEEDS = ['six']\nNEEDS = ['flask']\nsetup(install_requires=NEEDS)", [], True),
        ("setup(name=read('name'), install_requires=['six'])", ["six"], False),
        ("setup(install_requires=open('reqs.txt').read().split())", [], True),
        ("setup(**options())", [], True),
        ("print('no setup here')", [], True),
        ("tool.run(install_requires=['six'])", [], True),
        ("setup(install_requires=['six'", [], True),
    ],
)
def test_a_setup_py_is_read_as_far_as_it_is_written_out(body: str, declared: list[str], unsure: bool) -> None:
    found = set_of({"app/setup.py": body + "\n"}, install("app", "pyproject"))

    assert (names(found), bool(found.unknowns)) == (declared, unsure)


def test_a_locked_package_whose_marker_nobody_can_evaluate_counts_and_is_a_doubt() -> None:
    pylock = f"""
lock-version = "1.0"
[[packages]]
name = "six"
version = "1.16"
marker = "{ODD_MARKER}"
[[packages]]
name = "winonly"
version = "1"
marker = "sys_platform == 'win32'"
"""
    found = set_of({"pylock.toml": pylock}, install("pylock.toml"))

    assert names(found) == ["six"]
    assert len(found.unknowns) == 1


def test_an_edge_of_a_lock_counts_unless_its_marker_is_known_not_to_hold() -> None:
    lock = f"""
version = 1
[[package]]
name = "app"
version = "0"
source = {{ virtual = "." }}
dependencies = [
  {{ name = "odd", marker = "{ODD_MARKER}" }},
  {{ name = "either", marker = "extra == 'extra-3-app-cpu'" }},
  {{ name = "never", marker = "sys_platform == 'win32'" }},
]
[[package]]
name = "odd"
version = "1"
[[package]]
name = "either"
version = "1"
[[package]]
name = "never"
version = "1"
"""
    files = {
        "pyproject.toml": "[project]\nname='app'\ndependencies=['odd', 'either', 'never']\n",
        "uv.lock": lock,
    }
    found = set_of(files, install("uv.lock", "uv-lock"))

    assert {each.name for each in found.locked} == {"odd", "either"}


@pytest.mark.parametrize(
    ("files", "kind", "line"),
    [
        (
            {"app/pyproject.toml": "[project]\nname='app'\ndependencies=['PyYAML>=6']\n"},
            "pyproject",
            "PyYAML>=6",
        ),
        (
            {"app/pyproject.toml": "[tool.poetry]\nname='app'\n[tool.poetry.dependencies]\nPyYAML='^6'\n"},
            "pyproject",
            "pyyaml",
        ),
        (
            {"app/pylock.toml": "lock-version='1.0'\n[[packages]]\nname='pyyaml'\nversion='6'\n"},
            "requirements",
            "pyyaml",
        ),
    ],
)
def test_a_sibling_is_followed_where_it_writes_what_a_requirements_file_may_hold(
    files: dict[str, str], kind: str, line: str
) -> None:
    origin = "app/pylock.toml" if kind == "requirements" else "app"
    assert line_to_add("pyyaml", [set_of(files, install(origin, kind))]) == line
