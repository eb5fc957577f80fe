"""pyproject.toml, setup.cfg and setup.py of a folder of the repository."""

from __future__ import annotations

import pytest

from deployguard.model.place import Place
from tests.requirements.made import install, names, set_of

PROJECT = """
[project]
name = "My.App"
dependencies = [
    "Flask>=2",
    "pywin32; sys_platform == 'win32'",
]
[project.optional-dependencies]
Data_Kit = ["pandas"]
docs = ["sphinx"]
[dependency-groups]
dev = ["pytest", {include-group = "Lint"}]
lint = ["ruff", {include-group = "dev"}]
[build-system]
requires = ["hatchling"]
"""


@pytest.mark.parametrize(
    ("extras", "expected"),
    [
        ((), {"flask"}),
        (("data-kit",), {"flask", "pandas"}),
        (("dev",), {"flask", "pytest", "ruff"}),
        (("nothing",), {"flask"}),
    ],
)
def test_a_project_declares_its_dependencies_extras_and_groups(
    extras: tuple[str, ...], expected: set[str]
) -> None:
    found = set_of({"app/pyproject.toml": PROJECT}, install("app", "pyproject", *extras))

    assert set(names(found)) == expected
    assert [each.name for each in found.elsewhere] == ["pywin32"]
    assert found.requirements[0].place in {Place("app/pyproject.toml", 5), Place("app/pyproject.toml", 12)}
    assert found.unknowns == ()


@pytest.mark.parametrize(
    ("document", "folders", "roots"),
    [
        ("", ["app/x.py"], ("app",)),
        ("", ["app/src/x/__init__.py"], ("app/src",)),
        ("[tool.setuptools.packages.find]\nwhere = ['lib']", ["app/lib/x.py"], ("app/lib",)),
        ("[tool.setuptools]\npackage-dir = {'' = 'python'}", ["app/python/x.py"], ("app/python",)),
        ("[tool.hatch.build.targets.wheel]\npackages = ['code/x']", ["app/code/x/a.py"], ("app/code",)),
        ("[tool.poetry]\npackages = [{include = 'x', from = 'in'}]", ["app/in/x/a.py"], ("app/in",)),
        ("[tool.uv.build-backend]\nmodule-root = 'python'", ["app/python/x.py"], ("app/python",)),
        ("[tool.pdm.build]\npackage-dir = 'python'", ["app/python/x.py"], ("app/python",)),
        ("[tool.setuptools.packages.find]\nwhere = ['gone']", ["app/src/x.py"], ("app/src",)),
        ("[tool.setuptools.packages.find]\nwhere = ['.']", ["app/src/x.py"], ("app",)),
    ],
)
def test_the_modules_of_a_project_lie_where_its_back_end_looks(
    document: str, folders: list[str], roots: tuple[str, ...]
) -> None:
    files = {"app/pyproject.toml": f"[project]\nname='x'\n{document}", **dict.fromkeys(folders, "")}

    assert set_of(files, install("app", "local")).local_roots == roots


def test_dynamic_dependencies_are_read_from_the_named_file() -> None:
    files = {
        "pyproject.toml": """
[project]
name = "x"
dynamic = ["dependencies", "optional-dependencies"]
[tool.setuptools.dynamic]
dependencies = {file = ["reqs.txt"]}
optional-dependencies.gpu = {file = ["gpu.txt"]}
""",
        "reqs.txt": "six\n# no\nattrs>=20\n",
        "gpu.txt": "torch\n",
    }

    assert set(names(set_of(files, install("", "pyproject")))) == {"six", "attrs"}
    assert "torch" in names(set_of(files, install("", "pyproject", "gpu")))


def test_dynamic_dependencies_that_only_a_build_knows_are_a_doubt() -> None:
    found = set_of(
        {"pyproject.toml": "[project]\nname='x'\ndynamic=['dependencies']"}, install("", "pyproject")
    )

    assert [each.place for each in found.unknowns] == [Place("pyproject.toml", 3)]


def test_poetry_dependencies_are_names_with_what_is_written() -> None:
    files = {
        "pyproject.toml": """
[tool.poetry]
name = "p"
[tool.poetry.dependencies]
python = "^3.11"
Flask = "^2.3"
httpx = {version = "*", extras = ["http2"]}
numpy = [{version = "<2", markers = "python_version < '3.9'"}, {version = ">=2", markers = "python_version >= '3.9'"}]
pandas = {version = "2", optional = true}
mine = {path = "libs/mine", develop = true}
gone = {path = "libs/gone"}
[tool.poetry.extras]
data = ["pandas"]
[tool.poetry.group.dev.dependencies]
pytest = "*"
""",
        "libs/mine/pyproject.toml": "[project]\nname='mine'\ndependencies=['six']",
    }

    plain = set_of(files, install("", "pyproject"))
    more = set_of(files, install("", "pyproject", "data", "dev"))

    assert set(names(plain)) == {"flask", "httpx", "numpy", "mine", "six"}
    assert {(each.name, each.specifier) for each in plain.requirements} >= {
        ("flask", "^2.3"),
        ("numpy", ">=2"),
    }
    assert set(names(more)) - set(names(plain)) == {"pandas", "pytest"}
    assert len(plain.unknowns) == 1  # libs/gone


@pytest.mark.parametrize(
    ("files", "expected", "doubts"),
    [
        (
            {"setup.py": "from setuptools import setup\nsetup(name='x', install_requires=['six>=1'])"},
            {"x", "six"},
            0,
        ),
        ({"setup.py": "import setuptools as s\nR = ['six']\ns.setup(install_requires=R)"}, {"six"}, 0),
        ({"setup.py": "setup(**{'install_requires': 'six\\nattrs # x'})"}, {"six", "attrs"}, 0),
        ({"setup.py": "setup(install_requires=open('r.txt').read())"}, set(), 1),
        ({"setup.py": "setup(version=f(), install_requires=['six'], cmdclass={'a': B})"}, {"six"}, 0),
        ({"setup.py": "R = ['six']\nR = R + x\nsetup(install_requires=R)"}, set(), 1),
        (
            {
                "setup.py": "A = ['six']\nB = {'x': A}\nsetup(install_requires=[*A, 'attrs'] + A, extras_require=B)"
            },
            {"six", "attrs"},
            0,
        ),
        (
            {
                "setup.py": "def read(f):\n    return open(f).read().splitlines()\nsetup(install_requires=read('r.txt'))",
                "r.txt": "six\nattrs==1\n",
            },
            {"six", "attrs"},
            0,
        ),
        (
            {
                "setup.py": "def wanted():\n    with open('r.txt') as f:\n        return list(f)\nW = wanted()\nsetup(name='x', install_requires=W)",
                "r.txt": "six\n",
            },
            {"x", "six"},
            0,
        ),
        ({"setup.py": "setup(install_requires=read('r.txt'), extras_require=y)", "r.txt": "six"}, set(), 1),
        ({"setup.py": "A = A\nsetup(install_requires=A)"}, set(), 1),
        ({"setup.py": "setup(**kwargs)"}, set(), 1),
        ({"setup.py": "def f("}, set(), 1),
        ({"setup.py": "print()"}, set(), 1),
        (
            {"setup.cfg": "[metadata]\nname = x\n[options]\ninstall_requires =\n  six>=1\n  attrs\n"},
            {"x", "six", "attrs"},
            0,
        ),
        ({"setup.cfg": "[options]\ninstall_requires = file: r.txt", "r.txt": "six"}, {"six"}, 0),
        ({"setup.cfg": "[options\nx"}, set(), 1),
        ({"setup.cfg": "[options.extras_require]\ndev =\n  pytest\n"}, set(), 0),
        ({"pyproject.toml": "[tool.black]", "setup.py": "setup(install_requires=['six'])"}, {"six"}, 0),
        ({"pyproject.toml": "[project\n"}, set(), 1),
        ({"pyproject.toml": "[project]\nname='x'\ndependencies=['six=1', 3]"}, {"x"}, 1),
        ({"README": ""}, set(), 1),
    ],
)
def test_setup_files_are_read_and_never_run(files: dict[str, str], expected: set[str], doubts: int) -> None:
    found = set_of({f"app/{name}": text for name, text in files.items()}, install("app", "local"))

    assert (set(names(found)), len(found.unknowns)) == (expected, doubts)


def test_a_pyproject_as_a_requirements_file_does_not_install_the_project() -> None:
    found = set_of({"pyproject.toml": PROJECT}, install("pyproject.toml", "requirements"))

    assert (names(found), found.local_roots) == (["flask"], ())


def test_installing_the_project_too_adds_its_modules_and_nothing_twice() -> None:
    found = set_of(
        {"pyproject.toml": PROJECT, "app/x.py": ""}, install("", "pyproject"), install("", "local")
    )

    assert (names(found), found.local_roots) == (["flask", "my-app"], ("",))
