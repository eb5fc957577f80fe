"""Reading one file: any bytes give facts or a fault, and what is kept reads back the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployguard.imports.facts import Fault, ModuleFacts
from deployguard.imports.read import read_module, read_references
from deployguard.imports.thaw import frozen, thawed

PIECES = st.lists(
    st.sampled_from([
        "import a.b as c\n", "from .x import *\n", "from a import (b, c as d)\n", "try:\n  import q\nexcept ImportError:\n  q=1\n",
        "if TYPE_CHECKING:\n  import t\nelse:\n  import u\n", "def f(a=g()):\n  import z\n", "@app.route('/')\ndef h(): return f()\n",
        "class K(Base):\n  def m(self): import y\n", "if __name__ == '__main__':\n  import w\n", "import sys\nsys.path.append(__file__)\n",
        "P = __import__('os.path')\n", "open(__file__ + '/x.y')\n", "with suppress(ImportError):\n  import s\n", "x: int = (y := 2)\n",
        "import importlib\nimportlib.import_module('m.n')\n", "match x:\n  case 1:\n    import mm\n", "for i in []:\n  import k\n", "\0", "(",
        "if sys.version_info >= (3, 9):\n  import v\n", "globals()['x'] = 1\n", "subprocess.run(['gcloud', 'x'])\n", "é = 'ü'\n",
    ]),
    max_size=8,
)  # fmt: skip


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_facts_or_a_fault(content: bytes) -> None:
    assert isinstance(read_module(content), ModuleFacts | Fault)


@given(PIECES)
@settings(max_examples=200, deadline=None)
def test_facts_read_back_as_they_were_written(pieces: list[str]) -> None:
    content = "".join(pieces).encode()
    facts = read_module(content)
    assert thawed(frozen(facts)) == facts
    if isinstance(facts, ModuleFacts):
        assert len(read_references(content)) == len(facts.units)


@pytest.mark.slow
def test_a_file_of_five_megabytes_and_a_deep_one_are_read() -> None:
    assert isinstance(read_module(b"x = 1\n" * 850_000), ModuleFacts)
    assert isinstance(read_module(b"x = " + b"(" * 5_000 + b")" * 5_000), Fault)
    assert isinstance(read_module(b"x = " + b"-" * 50_000 + b"1"), Fault)


def test_what_the_compiler_takes_is_not_too_deep_to_be_read() -> None:
    chain = "import importlib\nquery = begin" + ".filter(1)" * 400
    choice = "if kind == 0:\n  pass\n" + "".join(f"elif kind == {n}:\n  import m{n}\n" for n in range(1, 600))
    for text in (chain, choice, "import importlib\nSQL = " + " + ".join(["'a'"] * 900)):
        assert isinstance(read_module(text.encode()), ModuleFacts)
        assert read_references(text.encode())


def test_each_context_is_told_apart() -> None:
    facts = read_module(b"""
import a
try:
    import b
except ImportError:
    import c
else:
    import d
def f():
    import e
if __name__ == "__main__":
    import g
""")
    assert isinstance(facts, ModuleFacts)
    told = {
        site.module: (facts.units[site.unit].name, *(guard.part for guard in site.guards))
        for site in facts.sites
    }
    assert told == {
        "a": ("",),
        "b": ("", "body"),
        "c": ("", "handler"),
        "d": ("", "orelse"),
        "e": ("f",),
        "g": ("__main__",),
    }
