"""The names against what the documentation says, and against every interpreter that is here."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from deployguard.model.runtime import Runtime
from deployguard.model.stdlib_names import _ADDED, _NEVER, _REMOVED, lacks_name

_ASK = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")

def has(module, name):
    try:
        if hasattr(importlib.import_module(module), name):
            return True
        importlib.import_module(module + "." + name)
        return True
    except ImportError:
        return False

pairs = json.load(sys.stdin)
print(json.dumps([list(sys.version_info[:2]), [pair for pair in pairs if has(*pair)]]))
"""


@pytest.mark.parametrize(
    ("module", "name", "first", "last"),
    [
        ("typing", "override", 12, 14),
        ("typing", "Self", 11, 14),
        ("datetime", "UTC", 11, 14),
        ("itertools", "batched", 12, 14),
        ("uuid", "uuid7", 14, 14),
        ("collections", "Mapping", 8, 9),
        ("collections", "OrderedDict", 8, 14),
        ("collections.abc", "Mapping", 8, 14),
        ("inspect", "getargspec", 8, 10),
        ("fractions", "gcd", 8, 8),
    ],
)
def test_a_name_is_known_in_the_versions_that_have_it(module: str, name: str, first: int, last: int) -> None:
    having = [minor for minor in range(8, 15) if not lacks_name(module, name, Runtime(3, minor))]

    assert having == list(range(first, last + 1))


def test_what_python_2_had_is_nowhere() -> None:
    assert all(lacks_name("urllib", "urlencode", Runtime(3, minor)) for minor in range(8, 15))


def _interpreters() -> list[str]:
    on_path = [shutil.which(f"python3.{minor}") for minor in range(8, 15)]
    pyenv = sorted(str(found) for found in (Path.home() / ".pyenv/versions").glob("3.*/bin/python"))
    return [found for found in on_path if found] + pyenv


@pytest.mark.slow
def test_the_tables_agree_with_every_interpreter_that_is_here() -> None:
    tables = [*_ADDED.values(), *_REMOVED.values(), _NEVER]
    pairs = [(module, name) for table in tables for module, names in table.items() for name in names.split()]
    for program in _interpreters():
        done = subprocess.run(
            [program, "-I", "-c", _ASK], input=json.dumps(pairs), capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            (major, minor), found = json.loads(done.stdout)
            if minor >= 8:
                there = {(module, name) for module, name in found}
                runtime = Runtime(major, minor)
                assert there == {pair for pair in pairs if not lacks_name(*pair, runtime)}, minor
