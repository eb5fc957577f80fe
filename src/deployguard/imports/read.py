"""One Python file to its facts: a single walk over its syntax tree, nothing imported, nothing run."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from deployguard.imports.by_text import with_texts
from deployguard.imports.cli_calls import runs_cli
from deployguard.imports.django import WORDS as _DJANGO_WORDS
from deployguard.imports.django import with_django
from deployguard.imports.facts import Fault, ModuleFacts, References
from deployguard.imports.statements import Statements
from deployguard.imports.telling import lines_that_tell

_BY_TEXT_WORDS = (b"__getattr__", b"import_module", b"__import__")
_BY_TEXT = re.compile(rb"^(?:async )?def __getattr__|import_module|__import__", re.MULTILINE)
_PROGRAM_WORDS = (b"gcloud", b"gsutil", b"bq")
_PROGRAMS = re.compile(rb"\b(?:gcloud|gsutil|bq)\b")

# Without any of these words, no call in the file imports, edits sys.path, opens a computed path, or binds names.
_TELLING = re.compile(
    rb"__file__|__import__|import_module|importlib|pkgutil|resources|sys\.path|addsitedir|uvicorn|:=|sys\.modules"
    rb"|\b(?:exec|globals|vars|locals)\s*\(|['\"]/(?:app|workspace|srv|code|usr|opt|home)/"
)
_TELLING_WORDS = (
    b"__file__", b"__import__", b"import_module", b"importlib", b"pkgutil", b"resources", b"sys.path", b"addsitedir", b"uvicorn", b":=",
    b"sys.modules", b"exec", b"globals", b"vars", b"locals", b"/app/", b"/workspace/", b"/srv/", b"/code/", b"/usr/",
    b"/opt/", b"/home/",
)  # fmt: skip
_DEPTH = 12_000  # calls; the deepest tree that the compiler takes needs about 9,000


def read_module(content: bytes) -> ModuleFacts | Fault:
    """Read a file's facts.

    Returns a `Fault` for what this interpreter's compiler rejects, symbol-table errors included (`ast.parse` alone
    accepts some files that `compileall`, which the buildpack runs, does not).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
            compile(tree, "<file>", "exec", dont_inherit=True)
            with _deep_enough():
                return _facts(content, tree)
    except SyntaxError as error:
        return Fault(error.msg or "invalid syntax", error.lineno or 0)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return Fault(str(error) or type(error).__name__, 0)


def _facts(content: bytes, tree: ast.Module) -> ModuleFacts:
    programs = runs_cli(tree) if _names_programs(content) else ()
    facts = Statements(_is_deep(content), lines_that_tell(content)).read(tree)._replace(programs=programs)
    if any(word in content for word in _DJANGO_WORDS):
        facts = with_django(tree, facts)
    return with_texts(tree, facts) if _imports_by_text(content) else facts


@contextmanager
def _deep_enough() -> Iterator[None]:
    """Let the walk go as deep as the compiler does, whose limit counts otherwise than that of Python's own calls."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def read_references(content: bytes) -> References:
    """Read which names each unit of a file mentions; the order is that of `ModuleFacts.units`.

    Kept apart from the facts because only a lazy import that fails makes anybody ask, and every expression has to be
    visited to answer.
    """
    reader = Statements(deep=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
            with _deep_enough():
                reader.read(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return ()
    return tuple(tuple(sorted(references)) for references in reader.references)


def _is_deep(content: bytes) -> bool:
    """Tell whether any expression can matter; plain searches first, of which most files pass none."""
    return any(word in content for word in _TELLING_WORDS) and bool(_TELLING.search(content))


def _imports_by_text(content: bytes) -> bool:
    return any(word in content for word in _BY_TEXT_WORDS) and bool(_BY_TEXT.search(content))


def _names_programs(content: bytes) -> bool:
    return any(word in content for word in _PROGRAM_WORDS) and bool(_PROGRAMS.search(content))
