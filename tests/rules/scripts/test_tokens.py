from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.rules.scripts.tokens import tokens


def words(text: str) -> list[tuple[str, int]]:
    return [(token.text, token.line) for token in tokens(text) if token.is_word]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 'b c' \"d e\"f\n", [("a", 1), ("b c", 1), ("d ef", 1)]),
        ("a \\\n  b\\\nc", [("a", 1), ("bc", 2)]),
        ('a "x\ny" b', [("a", 1), ("x\ny", 1), ("b", 2)]),
        ("a # it's nothing\nb#c", [("a", 1), ("b#c", 2)]),
        ("a 2>/dev/null >x <<<y b", [("a", 1), ("b", 1)]),
        ("a <<E b\nit's\nE\nc", [("a", 1), ("b", 1), ("c", 4)]),
        ("a $(b 'c)' \"$(d)\") e", [("a", 1), ("$(b 'c)' \"$(d)\")", 1), ("e", 1)]),
        ("${{ github.sha }} x", [("${{ github.sha }}", 1), ("x", 1)]),
        ('"a \\" b" c', [('a " b', 1), ("c", 1)]),
        ("<NAME>\nb", [("b", 2)]),
        ("a 'never closed", [("a", 1), ("never closed", 1)]),
        ("--x=^;^a=1;b", [("--x=^", 1), ("^a=1", 1), ("b", 1)]),
    ],
)
def test_words_and_their_lines(text: str, expected: list[tuple[str, int]]) -> None:
    assert words(text) == expected


def test_array_keeps_its_source() -> None:
    (array, _) = tokens("A+=(\n  --x # (\n)\n")
    assert array.elements == ("\n  --x # (\n", 1)


def test_substitutions_are_kept_with_their_line() -> None:
    (token,) = tokens('"a\n$(b `c`)"')
    assert token.inner == (("b `c`", 2),)


@given(st.text(alphabet="ab \n\t'\"\\`$(){}<>&|;#=[]-0", max_size=80))
def test_any_text_ends_and_keeps_lines_in_range(text: str) -> None:
    assert all(1 <= token.line <= text.count("\n") + 1 for token in tokens(text))
