"""Conditions that can be computed, held against Python's own answer."""

from __future__ import annotations

import ast
import operator
from itertools import product

import pytest

from deployguard.imports.conditions import holds, terms_of
from deployguard.model.runtime import Runtime

WRITTEN = [(3,), (2,), (3, 0), (2, 7), (3, 9), (3, 11), (3, 12), (3, 10, 4), (3, 11, 4)]
OPERATORS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
PATCHES = [0, 4, 20]


def answer(test: str, minor: int) -> bool | None:
    terms = terms_of(ast.parse(test, mode="eval").body)
    return False if terms is None else holds(terms, Runtime(3, minor), False)


@pytest.mark.parametrize("minor", [9, 11, 12])
@pytest.mark.parametrize(("part", "size"), [("", 5), ("[:2]", 2), ("[:3]", 3)])
def test_a_version_is_compared_as_python_compares_tuples(part: str, size: int, minor: int) -> None:
    for (sign, compare), written in product(OPERATORS.items(), WRITTEN):
        real = {compare((3, minor, patch, "final", 0)[:size], written) for patch in PATCHES}
        assert answer(f"sys.version_info{part} {sign} {written}", minor) in {*real, None}
        if size == 5 and len(written) < 3:
            assert answer(f"version_info {sign} {written}", minor) in real


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('sys.platform in ("win32", "cygwin")', False),
        ('sys.platform not in ("win32", "cygwin")', True),
        ('sys.platform in {"linux", "darwin"}', True),
        ("sys.platform in KNOWN", None),
        ("platform in ('win32',)", None),
        ("sys.version_info > (3, MINOR)", None),
    ],
)
def test_a_platform_is_looked_up_among_several(test: str, expected: bool | None) -> None:
    assert answer(test, 11) is expected
