"""Lock files: exactly what is installed on the runtime."""

from __future__ import annotations

from tests.requirements.made import install, names, set_of

PYPROJECT = """
[project]
name = "app"
dependencies = ["google-cloud-storage", "tool[fast]"]
[dependency-groups]
dev = ["pytest"]
"""
UV = """
version = 1
[[package]]
name = "app"
version = "0"
source = { virtual = "." }
dependencies = [{ name = "google-cloud-storage" }, { name = "tool", extra = ["fast"] }, { name = "lib" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }]
[[package]]
name = "google-cloud-storage"
version = "2.0"
source = { registry = "https://x.test/simple" }
dependencies = [
  { name = "requests" },
  { name = "winonly", marker = "sys_platform == 'win32'" },
  { name = "numpy", version = "1.26", marker = "python_full_version < '3.12'" },
  { name = "numpy", version = "2.1", marker = "python_full_version >= '3.12'" },
]
[[package]]
name = "requests"
version = "2.31"
[[package]]
name = "winonly"
version = "1"
[[package]]
name = "numpy"
version = "1.26"
[[package]]
name = "numpy"
version = "2.1"
[[package]]
name = "tool"
version = "1"
[package.optional-dependencies]
fast = [{ name = "speedup" }]
slow = [{ name = "winonly" }]
[[package]]
name = "speedup"
version = "3"
dependencies = [{ name = "tool" }]
[[package]]
name = "pytest"
version = "8"
[[package]]
name = "lib"
version = "0"
source = { editable = "libs/lib" }
dependencies = [{ name = "attrs" }]
[[package]]
name = "attrs"
version = "23"
[[package]]
name = "other"
version = "0"
source = { editable = "libs/other" }
dependencies = [{ name = "winonly" }]
"""
FILES = {
    "pyproject.toml": PYPROJECT,
    "uv.lock": UV,
    "libs/lib/pyproject.toml": "[project]\nname='lib'\ndependencies=['attrs']\n[build-system]\nrequires=[]",
    "libs/lib/src/lib/__init__.py": "",
}


def test_uv_lock_gives_what_the_project_reaches_on_the_runtime() -> None:
    found = set_of(FILES, install("uv.lock", "uv-lock"))

    assert {each.name: each.version for each in found.locked} == {
        "google-cloud-storage": "2.0",
        "requests": "2.31",
        "numpy": "1.26",
        "tool": "1",
        "speedup": "3",
        "lib": "0",
        "attrs": "23",
    }
    assert {each.name: each.chain for each in found.locked}["requests"] == (
        "google-cloud-storage",
        "requests",
    )
    assert found.complete
    assert set(names(found)) == {"google-cloud-storage", "tool", "lib", "attrs"}
    assert found.local_roots == ("libs/lib/src",)


def test_a_locked_project_that_is_installed_itself_is_still_complete() -> None:
    assert set_of(FILES, install("uv.lock", "uv-lock"), install("", "local")).complete
    assert not set_of(FILES, install("uv.lock", "uv-lock"), install("libs/lib", "local")).complete


def test_uv_lock_follows_groups_and_the_runtime() -> None:
    found = set_of(FILES, install("", "uv-lock", "dev"), runtime="python312")

    versions = {each.name: each.version for each in found.locked}
    assert (versions["pytest"], versions["numpy"]) == ("8", "2.1")


def test_a_member_of_a_workspace_has_its_own_part_of_the_lock() -> None:
    found = set_of(FILES, install("libs/lib", "uv-lock"))

    assert {each.name for each in found.locked} == {"attrs"}


def test_a_lock_without_its_project_still_names_what_is_direct() -> None:
    found = set_of({"uv.lock": UV}, install("uv.lock", "uv-lock"))

    assert set(names(found)) == {"google-cloud-storage", "tool", "lib"}


def test_poetry_lock_is_followed_from_the_project() -> None:
    files = {
        "pyproject.toml": "[tool.poetry]\nname='p'\n[tool.poetry.dependencies]\npython='^3.11'\nA={version='*',extras=['x']}",
        "poetry.lock": """
[[package]]
name = "a"
version = "1"
[package.dependencies]
b = ">=1"
c = {version = "*", optional = true}
d = {version = "*", markers = "sys_platform == 'win32'"}
[package.extras]
x = ["c (>=1)"]
[[package]]
name = "b"
version = "2"
[[package]]
name = "c"
version = "3"
[[package]]
name = "d"
version = "4"
[[package]]
name = "e"
version = "5"
""",
    }

    found = set_of(files, install("poetry.lock", "uv-lock"))

    assert {each.name: each.chain for each in found.locked} == {"a": ("a",), "b": ("a", "b"), "c": ("a", "c")}


def test_pylock_installs_what_its_markers_let() -> None:
    files = {
        "pylock.toml": """
lock-version = "1.0"
default-groups = ["base"]
[[packages]]
name = "Six"
version = "1.16"
[[packages]]
name = "winonly"
marker = "sys_platform == 'win32'"
[[packages]]
name = "pytest"
marker = "'dev' in dependency_groups"
[[packages]]
name = "attrs"
marker = "'base' in dependency_groups or 'x' in extras"
"""
    }

    assert names(set_of(files, install("pylock.toml"))) == ["six", "attrs"]
    assert names(set_of(files, install("pylock.toml", "requirements", "dev"))) == ["six", "pytest", "attrs"]
    assert set_of(files, install("pylock.toml")).complete


def test_no_lock_and_a_broken_one_are_doubts() -> None:
    missing = set_of({"pyproject.toml": PYPROJECT}, install("", "uv-lock"))
    broken = set_of({"uv.lock": "[[package", "pyproject.toml": PYPROJECT}, install("", "uv-lock"))

    assert (names(missing), missing.complete, len(missing.unknowns)) == (
        ["google-cloud-storage", "tool"],
        False,
        1,
    )
    assert (names(broken), broken.complete, len(broken.unknowns)) == (
        ["google-cloud-storage", "tool"],
        False,
        1,
    )
