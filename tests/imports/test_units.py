"""Which functions something may call without naming them, and which names a module has."""

from __future__ import annotations

import pytest

from deployguard.imports.facts import ModuleFacts
from deployguard.imports.read import read_module


@pytest.mark.parametrize(
    "decorator",
    ["property", "staticmethod", "functools.lru_cache(maxsize=1)", "cache", "contextlib.contextmanager", "functools.wraps(f)",
     "total.setter", "tenacity.retry(stop=2)", "override"],
)  # fmt: skip
def test_a_decorator_that_only_wraps_registers_nothing(decorator: str) -> None:
    assert not _decorated(decorator)


@pytest.mark.parametrize(
    "decorator",
    [
        "app.route('/')",
        "functions_framework.http",
        "register",
        "celery.task",
        "handlers['a']",
        "router.get('/x')",
    ],
)
def test_any_other_may_hand_the_function_to_somebody(decorator: str) -> None:
    assert _decorated(decorator)


def test_one_of_several_decorators_is_enough() -> None:
    assert _decorated("cache\n@app.route('/')")


@pytest.mark.parametrize(
    "line",
    ["globals()['x'] = 1", "locals().update(x=1)", "vars()['x'] = 1", "exec(text)", "sys.modules['x'] = y",
     "setattr(sys.modules[__name__], 'x', 1)"],
)  # fmt: skip
def test_names_may_appear_in_ways_nobody_can_list(line: str) -> None:
    assert _facts(f"import sys\n{line}\n").open


def test_a_function_that_does_so_for_itself_says_nothing_of_the_module() -> None:
    for line in ("exec(text)", "return locals()", "return vars(self)"):
        assert not _facts(f"def f(self):\n    {line}\n").open


def _decorated(decorator: str) -> bool:
    (unit,) = [one for one in _facts(f"@{decorator}\ndef made(): ...\n").units if one.name == "made"]
    return unit.decorated


def _facts(text: str) -> ModuleFacts:
    facts = read_module(text.encode())
    assert isinstance(facts, ModuleFacts)
    return facts
