"""The grammar of a runtime, whatever Python runs the check; each case is judged by the real interpreters too."""

from __future__ import annotations

import pytest

from deployguard.imports.facts import Fault, ModuleFacts
from deployguard.imports.grammar import HOST, fault_on
from deployguard.imports.read import read_module
from deployguard.model.runtime import Runtime

OLD = Runtime(3, 11)

ONLY_SINCE_312 = [
    'f"{name.replace("a", "b")}"',
    "f\"{name.replace('\\n', ' ')}\"",
    'f"{(  # why\n1)}"',
    "type Pair = tuple[int, int]",
    "def first[T](items: list[T]) -> T: ...",
]
ALWAYS = [
    "f\"{name.replace('a', 'b')}\"",
    'f"{name!r:>{width}} {{}} {x[0]}"',
    'f"""{name.replace("a", \'b\')}"""',
    'rf"\\d{name}\\n"',
    'f"a" "b" f"{c}"',
    "match x:\n    case 1:\n        pass",
    'f"{x:%Y-%m-%d}"',
    "f'{f\"{x}\"}'",
]


@pytest.mark.parametrize("text", ONLY_SINCE_312)
def test_what_came_with_3_12_is_a_fault_on_3_11(text: str) -> None:
    assert _fault(text) is not None


@pytest.mark.parametrize("text", ALWAYS)
def test_what_both_accept_is_none(text: str) -> None:
    assert _fault(text) is None


@pytest.mark.parametrize(
    "text",
    ["dict(a=1, a=2)", "return 1", "def f(a, a): ...", "nonlocal x", 'print "x"', "x = (", "\0", "break"],
)
def test_what_only_the_compiler_finds_is_a_fault(text: str) -> None:
    assert isinstance(read_module(text.encode()), Fault)


def _fault(text: str) -> Fault | None:
    facts = read_module(text.encode())
    if isinstance(facts, ModuleFacts):
        return fault_on(OLD, text.encode())
    assert HOST <= OLD, facts
    return facts
