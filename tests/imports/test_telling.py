"""Bodies of functions that cannot tell anything are not walked, and nothing is lost by that."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployguard.imports.facts import Fault, ModuleFacts
from deployguard.imports.read import read_module
from deployguard.imports.statements import Statements
from deployguard.imports.telling import lines_that_tell

BODIES = st.lists(
    st.sampled_from([
        "x = 1", "import a", "from b import c as d", "global g", "return 1",
        "try:\n        import q\n    except ImportError:\n        pass", "try:\n        y = 1\n    except Exception:\n        pass",
        "def inner():\n        import z", "class Inner:\n        import w", "sys.path += ['/x']", "with suppress(ImportError):\n        import s",
        "if TYPE_CHECKING:\n        import t\n    else:\n        import u", "match x:\n        case 1:\n            import m", "s = '''\n\n'''",
    ]),
    min_size=1,
    max_size=4,
)  # fmt: skip
FILES = st.lists(
    st.tuples(st.sampled_from(["def f():\n", "async def g():\n", "@deco\ndef h(a=1):\n"]), BODIES), max_size=4
)


def _numbered_anew(facts: ModuleFacts | Fault) -> ModuleFacts:
    """Guards are told apart by numbers, which need not be the same ones."""
    assert isinstance(facts, ModuleFacts)
    order: dict[int, int] = {}
    sites = [
        site._replace(
            guards=tuple(
                guard._replace(number=order.setdefault(guard.number, len(order))) for guard in site.guards
            )
        )
        for site in facts.sites
    ]
    return facts._replace(sites=tuple(sites))


@given(FILES, st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=300, deadline=None)
def test_what_is_left_out_says_nothing(functions: list[tuple[str, list[str]]], ends: str) -> None:
    text = "import sys\n" + "".join(
        head + "".join(f"    {line}\n" for line in body) for head, body in functions
    )
    content = text.replace("\n", ends).encode()
    read = read_module(content)
    whole = Statements(deep=b"sys.path" in content).read(ast.parse(content))
    assert _numbered_anew(read) == _numbered_anew(whole)


def test_a_codec_of_its_own_hides_no_import() -> None:
    facts = read_module(b"# coding: utf-7\ndef f():\n    +AGkAbQBwAG8AcgB0 a\n")
    assert isinstance(facts, ModuleFacts)
    assert [site.module for site in facts.sites] == ["a"]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"x\rimport a\r\nglobal b\n", [2, 3]),
        (b"important\n", []),
        (b"a; import b\n\x0c\nimport c\n", [1, 3]),
    ],
)
def test_lines_are_counted_as_python_counts_them(content: bytes, lines: list[int]) -> None:
    assert lines_that_tell(content) == lines
