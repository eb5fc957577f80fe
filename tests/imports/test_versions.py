"""What an `if` says of the runtime: each condition is put to Python itself, with a made-up machine."""

from __future__ import annotations

import ast
from types import SimpleNamespace

import pytest

from deployguard.imports.conditions import holds, terms_of
from deployguard.model.runtime import Runtime

ON_LINUX = [
    "sys.platform == 'linux'",
    "sys.platform != 'win32'",
    "sys.platform.startswith('linux')",
    "sys.platform.startswith('win')",
    "not sys.platform.startswith('win')",
    "'linux' == sys.platform",
    "os.name == 'nt'",
    "os.name != 'nt'",
    "platform.system() == 'Windows'",
    "platform.system() != 'Windows'",
    "platform.system().startswith('Lin')",
    "sys.platform == 'darwin' or os.name == 'posix'",
    "sys.platform == 'darwin' or os.name == 'nt'",
    "os.name == 'posix' and sys.platform == 'win32'",
    "not (os.name == 'posix' and sys.platform == 'linux')",
    "True",
    "not 1",
    "0",
    "six.PY2",
    "six.PY3",
    "not six.PY2",
    "not six.PY3",
]
BY_VERSION = [
    f"{left} {operator} {right}"
    for operator in ("<", "<=", ">", ">=", "==", "!=")
    for left, right in (
        ("sys.version_info", "(3,)"),
        ("sys.version_info", "(3, 0)"),
        ("sys.version_info", "(3, 11)"),
        ("sys.version_info", "(3, 12)"),
        ("sys.version_info", "(4,)"),
        ("sys.version_info[:2]", "(3,)"),
        ("sys.version_info[:2]", "(3, 11)"),
        ("sys.version_info[:2]", "(3, 12)"),
        ("sys.version_info[:3]", "(3, 11)"),
        ("sys.version_info[0]", "3"),
        ("sys.version_info.major", "2"),
        ("(3, 11)", "sys.version_info"),
        ("(3, 12)", "sys.version_info[:2]"),
        ("3", "sys.version_info[0]"),
    )
]
UNTOLD = [
    "DEBUG",
    "sys.argv",
    "sys.version_info >= WANTED",
    "sys.version_info >= (3, MINOR)",
    "sys.version_info[1] >= 11",
    "sys.version_info.major == MAJOR",
    "sys.platform == NAME",
    "sys.platform < 'm'",
    "os.environ['STAGE'] == 'prod'",
    "os.sep.startswith('/')",
    "mine.platform.startswith('win')",
    "DEBUG or os.environ['STAGE']",
    "os.name == 'posix' and DEBUG",
]


@pytest.mark.parametrize("minor", [10, 11, 12])
@pytest.mark.parametrize("text", [*ON_LINUX, *BY_VERSION])
def test_a_condition_is_told_as_the_runtime_tells_it(text: str, minor: int) -> None:
    assert _told(text, minor) is _asked(text, minor)
    assert _told(f"not ({text})", minor) is not _asked(text, minor)


@pytest.mark.parametrize("text", UNTOLD)
def test_what_only_the_machine_knows_is_untold(text: str) -> None:
    assert _told(text, 11) is None
    assert _told(f"not ({text})", 11) is None


def test_a_false_half_decides_whatever_the_other_says() -> None:
    assert _told("os.name == 'nt' and DEBUG", 11) is False
    assert _told("sys.version_info < (3, 8) and DEBUG", 11) is False
    assert _told("os.name == 'posix' or DEBUG", 11) is True


def test_what_only_a_type_checker_sees_never_runs() -> None:
    for text in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "TYPE_CHECKING and sys.platform == 'linux'"):
        assert _told(text, 11) is False
    assert _told("not TYPE_CHECKING", 11) is True


def test_main_runs_only_where_the_file_is_the_program() -> None:
    for text in ("__name__ == '__main__'", "'__main__' == __name__", "not __name__ != '__main__'"):
        assert _told(text, 11, runs_main=True) is True
        assert _told(text, 11, runs_main=False) is False
    assert _told("__name__ != '__main__'", 11, runs_main=False) is True
    assert _told("__name__ == 'worker'", 11) is None


def _told(text: str, minor: int, runs_main: bool = False) -> bool | None:
    terms = terms_of(ast.parse(text, mode="eval").body)
    return False if terms is None else holds(terms, Runtime(3, minor), runs_main)


class _Version(tuple[object, ...]):
    major = 3


def _asked(text: str, minor: int) -> bool:
    machine = {
        "sys": SimpleNamespace(platform="linux", version_info=_Version((3, minor, 4, "final", 0))),
        "os": SimpleNamespace(name="posix"),
        "platform": SimpleNamespace(system=lambda: "Linux"),
        "six": SimpleNamespace(PY2=False, PY3=True),
    }
    return bool(eval(text, machine))  # noqa: S307 (the texts above)
