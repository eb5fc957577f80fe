"""The tables against what the documentation says, and against every interpreter that is here."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from deployguard.model.runtime import Runtime
from deployguard.model.stdlib import is_stdlib

_ASK = """
import json, pkgutil, sys, sysconfig
names = getattr(sys, "stdlib_module_names", None)
if names is None:
    folder = sysconfig.get_paths()["stdlib"]
    found = pkgutil.iter_modules([folder, folder + "/lib-dynload"])
    names = set(sys.builtin_module_names) | {module.name for module in found}
print(json.dumps([list(sys.version_info[:2]), sorted(names)]))
"""
_NOT_FOR_USERS = ("_test", "_ctypes_test", "_sysconfigdata", "_xx", "xx", "test", "_peg_parser")


@pytest.mark.parametrize(
    ("module", "first", "last"),
    [
        ("json", 8, 14),
        ("zoneinfo", 9, 14),
        ("graphlib", 9, 14),
        ("tomllib", 11, 14),
        ("annotationlib", 14, 14),
        ("compression", 14, 14),
        ("distutils", 8, 11),
        ("imp", 8, 11),
        ("asynchat", 8, 11),
        ("asyncore", 8, 11),
        ("smtpd", 8, 11),
        ("cgi", 8, 12),
        ("telnetlib", 8, 12),
        ("pipes", 8, 12),
        ("crypt", 8, 12),
        ("imghdr", 8, 12),
        ("lib2to3", 8, 12),
        ("binhex", 8, 10),
        ("formatter", 8, 9),
        ("dummy_threading", 8, 8),
        ("msvcrt", 8, 14),
        ("winreg", 8, 14),
        ("__future__", 8, 14),
        ("__main__", 8, 14),
    ],
)
def test_a_module_is_known_in_the_versions_that_have_it(module: str, first: int, last: int) -> None:
    having = [minor for minor in range(8, 15) if is_stdlib(module, Runtime(3, minor))]

    assert having == list(range(first, last + 1))


@pytest.mark.parametrize(
    "module", ["yaml", "google", "setuptools", "pkg_resources", "json.decoder", "", "Json"]
)
def test_what_is_installed_is_not_of_the_library(module: str) -> None:
    assert not any(is_stdlib(module, Runtime(3, minor)) for minor in range(8, 15))


def _interpreters() -> list[str]:
    on_path = [shutil.which(f"python3.{minor}") for minor in range(8, 15)]
    pyenv = sorted(str(found) for found in (Path.home() / ".pyenv/versions").glob("3.*/bin/python"))
    return [found for found in on_path if found] + pyenv


@pytest.mark.slow
def test_the_tables_agree_with_every_interpreter_that_is_here() -> None:
    seen: dict[tuple[int, int], set[str]] = {}
    for program in _interpreters():
        done = subprocess.run([program, "-I", "-c", _ASK], capture_output=True, check=False)
        if done.returncode == 0:
            (major, minor), names = json.loads(done.stdout)
            if minor >= 8:
                seen[major, minor] = set(names)

    for version, names in seen.items():
        runtime = Runtime(*version)
        lacking = {
            name for name in names if not name.startswith(_NOT_FOR_USERS) and not is_stdlib(name, runtime)
        }
        assert not lacking, version
    for version, names in seen.items():
        if version >= (3, 10):  # from here on the interpreter lists other platforms' modules too
            every = {name for others in seen.values() for name in others}
            extra = {name for name in every - names if is_stdlib(name, Runtime(*version))}
            assert not extra, version
