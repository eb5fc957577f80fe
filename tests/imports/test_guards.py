"""What survives an import that fails, and a file that is not there."""

from __future__ import annotations

import pytest

from deployguard.imports.facts import Guard, ModuleFacts
from deployguard.imports.read import read_module

WIDE, NARROW = [Guard(1, "body")], [Guard(1, "body", False)]


@pytest.mark.parametrize(
    ("caught", "guards"),
    [
        ("ImportError", WIDE),
        ("Exception", WIDE),
        ("BaseException", WIDE),
        ("builtins.ImportError", WIDE),
        ("(KeyError, ImportError)", WIDE),
        ("(ModuleNotFoundError, ImportError)", WIDE),
        ("", WIDE),
        ("ModuleNotFoundError", NARROW),
        ("(ModuleNotFoundError, AttributeError)", NARROW),
        ("KeyError", []),
        ("(KeyError, OSError)", []),
        ("errors[0]", []),
    ],
)
def test_a_handler_guards_what_it_catches(caught: str, guards: list[Guard]) -> None:
    assert _guards(f"try:\n    import a\nexcept {caught}:\n    a = None\n") == guards


@pytest.mark.parametrize(
    "last", ["raise", "raise Missing from None", "sys.exit(1)", "exit()", "quit()", "os._exit(2)"]
)
def test_a_handler_that_gives_up_guards_nothing(last: str) -> None:
    assert _guards(f"try:\n    import a\nexcept ImportError:\n    print('!')\n    {last}\n") == []


@pytest.mark.parametrize("last", ["print('!')", "a = sys.exit", "atexit.exit(1)", "return_code"])
def test_a_handler_that_goes_on_guards(last: str) -> None:
    assert _guards(f"try:\n    import a\nexcept ImportError:\n    {last}\n") == WIDE


def test_the_first_handler_that_catches_it_decides() -> None:
    text = "try:\n    import a\nexcept {}:\n    raise\nexcept {}:\n    a = None\n"
    assert _guards(text.format("KeyError", "ImportError")) == WIDE
    assert _guards(text.format("ImportError", "Exception")) == []


@pytest.mark.parametrize(
    ("line", "guards"),
    [
        ("suppress(ImportError)", WIDE),
        ("contextlib.suppress(KeyError, Exception)", WIDE),
        ("suppress(ModuleNotFoundError)", NARROW),
        ("lock, suppress(ImportError)", WIDE),
        ("suppress(KeyError)", []),
        ("suppress", []),
        ("ignoring(ImportError)", []),
        ("open('x')", []),
    ],
)
def test_a_with_statement_guards_what_it_suppresses(line: str, guards: list[Guard]) -> None:
    assert _guards(f"with {line}:\n    import a\n") == guards


@pytest.mark.parametrize(
    ("caught", "survives"),
    [
        ("FileNotFoundError", True),
        ("OSError", True),
        ("IOError", True),
        ("EnvironmentError", True),
        ("Exception", True),
        ("(ValueError, OSError)", True),
        ("", True),
        ("ValueError", False),
        ("ImportError", False),
    ],
)
def test_a_file_that_is_not_there_is_survived(caught: str, survives: bool) -> None:
    text = f"try:\n    open(__file__ + '/../a.yaml')\nexcept {caught}:\n    pass\n"
    assert [use.guarded for use in _facts(text).data] == [survives]
    assert [use.guarded for use in _facts(text.replace("pass", "raise")).data] == [False]


@pytest.mark.parametrize(
    ("suppressed", "survives"), [("FileNotFoundError", True), ("Exception", True), ("ImportError", False)]
)
def test_a_suppressed_one_is_too(suppressed: str, survives: bool) -> None:
    text = f"with suppress({suppressed}):\n    open(__file__ + '/../a.yaml')\n"
    assert [use.guarded for use in _facts(text).data] == [survives]


def _guards(text: str) -> list[Guard]:
    (site,) = [site for site in _facts(text).sites if site.module == "a"]
    return list(site.guards)


def _facts(text: str) -> ModuleFacts:
    facts = read_module(text.encode())
    assert isinstance(facts, ModuleFacts)
    return facts
