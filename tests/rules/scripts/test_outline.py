from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.rules.scripts.outline import Mapping, Node, Scalar, Sequence, outline


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(below) for key, below in node.pairs}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb:\n  c: d # e\n", {"a": "1", "b": {"c": "d"}}),
        ("a:\n- b\n-   c: 1\n    d: 2\n-\n  - e\n", {"a": ["b", {"c": "1", "d": "2"}, ["e"]]}),
        ("a: [b, 'c, d', \"e\",\n  [f]] # g\nh: {i: j}\n", {"a": ["b", "c, d", "e", ["f"]], "h": {"i": "j"}}),
        ("a: |\n  b\n    c\n\n  d\ne: f\n", {"a": "b\n  c\n\nd\n".rstrip("\n"), "e": "f"}),
        ("a: >-\n  b\n  c\n", {"a": "b \\\nc"}),
        ("a: 'it''s'\nb: \"c\\\"d\"\n", {"a": "it's", "b": 'c"d'}),
        ("a: b\n  c\nd: e\n", {"a": "b \\\nc", "d": "e"}),
        ("\"a\": b\n'c': d\n", {"a": "b", "c": "d"}),
        ("a: &x\n  b: c\nd: *x\n", {"a": {"b": "c"}, "d": "*x"}),
        ("- --flag=a:b\n- http://x\n- -c\n", ["--flag=a:b", "http://x", "-c"]),
        ("a: b: c\n%: x\n\tq\nd: e\n", {"a": "b: c", "d": "e"}),
    ],
)
def test_reads(text: str, expected: object) -> None:
    assert [plain(node) for node in outline(text)] == [expected]


def test_lines() -> None:
    (node,) = outline(
        dedent("""\
        # a comment
        steps:
          - run: |

              first
          - args: [a,
                   "b"]
        """)
    )
    assert isinstance(node, Mapping)
    steps = node.get("steps")
    assert isinstance(steps, Sequence)
    first, second = steps.items
    assert isinstance(first, Mapping)
    assert isinstance(second, Mapping)
    assert first.get("run") == Scalar("\nfirst", 4)
    args = second.get("args")
    assert isinstance(args, Sequence)
    assert args.items == (Scalar("a", 6), Scalar("b", 7))


@given(st.text(alphabet="ab:- \n\t'\"\\[]{},#|>&*!%", max_size=80))
def test_any_text_ends(text: str) -> None:
    for node in outline(text):
        plain(node)
