from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.config.lines import key_lines, line_of
from deployguard.config.shape import KeyPath

TEXT = '''\
title = "a"  # title
[a.b]
x.y.z = 1
"quoted key" = [
  1,  # one

  { in = 2, deep.er = [3,
    4] },
]
[c]
long = """
[not.a.header]
x = 1
"""
after = { k = 1, l = { m = 2 } }
last = 1979-05-27T07:32:00Z
[[rows]]
n = 1
[[rows]]
n = 2
[rows.sub]
k = 'it''s'
[[rows.more]]
q = 1
["\\u00e9".'d.e']
v = 1.5
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("a",), 2),
        (("a", "b"), 2),
        (("a", "b", "x"), 3),
        (("a", "b", "x", "y", "z"), 3),
        (("a", "b", "quoted key"), 4),
        (("a", "b", "quoted key", 0), 5),
        (("a", "b", "quoted key", 1), 7),
        (("a", "b", "quoted key", 1, "in"), 7),
        (("a", "b", "quoted key", 1, "deep", "er", 0), 7),
        (("a", "b", "quoted key", 1, "deep", "er", 1), 8),
        (("c",), 10),
        (("c", "long"), 11),
        (("c", "after"), 15),
        (("c", "after", "l", "m"), 15),
        (("c", "last"), 16),
        (("rows", 0), 17),
        (("rows", 0, "n"), 18),
        (("rows", 1, "n"), 20),
        (("rows", 1, "sub", "k"), 22),
        (("rows", 1, "more", 0, "q"), 24),
        (("é", "d.e", "v"), 26),
    ],
)
def test_every_key_and_element_has_its_line(path: KeyPath, line: int) -> None:
    assert key_lines(TEXT)[path] == line


def test_text_in_a_value_is_not_taken_for_a_table() -> None:
    assert ("not",) not in key_lines(TEXT)
    assert ("c", "x") not in key_lines(TEXT)


def test_a_key_that_is_not_written_stands_where_its_table_stands() -> None:
    assert line_of(key_lines(TEXT), ("a", "b", "absent", "deeper")) == 2
    assert line_of({}, ("a",)) == 1


def test_an_explicit_header_wins_over_an_implied_one() -> None:
    assert key_lines("[a.b]\n[a]\n")[("a",)] == 2


def test_carriage_returns_count_as_part_of_the_line_end() -> None:
    assert key_lines("a = 1\r\n[b]\r\nc = [\r\n1,\r\n2]\r\n")[("b", "c", 1)] == 5


@given(st.text(alphabet=st.sampled_from("ab.=[]{},\"'#\\\n \t1é"), max_size=80))
def test_no_text_is_too_broken(text: str) -> None:
    found = key_lines(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


@given(st.text(alphabet=st.sampled_from("ab.=[]{},\"'#\n 1"), max_size=40))
def test_every_path_of_a_valid_text_is_found(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except ValueError:
        return
    assert set(_paths(document, ())) <= set(key_lines(text))


_KEYS = st.text(alphabet=st.sampled_from("ab.\"'#= é"), min_size=1, max_size=4)
_VALUES = st.recursive(
    st.integers() | st.text(alphabet="a\"'#[]{}=,.\n", max_size=6),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(_KEYS, below, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4), st.sampled_from(["", "\n", " # note, [x]\n"]))
def test_any_document_is_followed(document: dict[str, object], gap: str) -> None:
    text = "".join(f"{_key(name)} = {_value(value, gap)}\n" for name, value in document.items())
    assert tomllib.loads(text) == document
    assert set(key_lines(text)) == set(_paths(document, ()))


def _paths(value: object, at: KeyPath) -> Iterator[KeyPath]:
    if at:
        yield at
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _paths(below, (*at, name))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _paths(below, (*at, index))


def _key(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(value: object, gap: str) -> str:
    match value:
        case dict():
            return (
                "{" + ", ".join(f"{_key(name)} = {_value(below, '')}" for name, below in value.items()) + "}"
            )
        case list():
            return "[" + gap + "".join(f"{_value(below, gap)},{gap}" for below in value) + "]"
        case str():
            return _key(value).replace("\n", "\\n")
        case _:
            return str(value)
