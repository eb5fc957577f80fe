"""Which files of a tree are deploy scripts, and what they run."""

from __future__ import annotations

import json
import weakref
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from deployguard.rules.scripts.calls import MAKE, MARKDOWN, PYTHON, SHELL, YAML, Call, ScriptFacts, revived
from deployguard.rules.scripts.fences import markdown_calls
from deployguard.rules.scripts.launches import python_calls
from deployguard.rules.scripts.recipes import make_calls
from deployguard.rules.scripts.shell import shell_calls
from deployguard.rules.scripts.steps import yaml_calls
from deployguard.source.cache import Shelf
from deployguard.source.tree import SourceTree

_KINDS = {
    "sh": SHELL, "bash": SHELL, "zsh": SHELL, "ksh": SHELL,
    "yaml": YAML, "yml": YAML, "mk": MAKE, "py": PYTHON, "md": MARKDOWN, "markdown": MARKDOWN,
}  # fmt: skip
_READERS: Mapping[str, Callable[[str], list[Call]]] = {
    SHELL: shell_calls, YAML: yaml_calls, MAKE: make_calls, PYTHON: python_calls, MARKDOWN: markdown_calls
}  # fmt: skip
_MAKEFILES = frozenset({"Makefile", "makefile", "GNUmakefile"})
_SCRIPT_FOLDERS = frozenset(
    {
        "bin",
        "script",
        "scripts",
        "deploy",
        "deployment",
        "ci",
        ".ci",
        "ops",
        "tools",
        "hooks",
        "infra",
        "release",
    }
)
_VENDORED = frozenset(
    {"node_modules", "vendor", "third_party", "site-packages", ".venv", "venv", ".tox", ".nox", "__pycache__"}
)
_TRIALS = frozenset({"test", "tests", "testing", "testdata", "fixtures", "__tests__", "e2e"})
_MARKS = (b"gcloud", b"deployguard", b"google-github-actions/deploy-")
_SCHEMA = 1  # raise it whenever the same bytes give other facts
_LARGEST = 1 << 20  # bytes; nobody writes a longer deploy script by hand


class Script(NamedTuple):
    """A deploy script of the tree, and what it runs."""

    path: str
    facts: ScriptFacts


def script_kind(path: str) -> str | None:
    """Tell by its path alone how a file is to be read; None when it is no deploy script.

    Tests deploy what they throw away, and vendored code is another's to mend: neither is read.
    """
    folder, _, name = path.rpartition("/")
    folders = set(folder.split("/"))
    if folders & (_VENDORED | _TRIALS) or name.startswith(("test_", "conftest.")) or "_test." in name:
        return None
    if name in _MAKEFILES:
        return MAKE
    stem, dot, ending = name.rpartition(".")
    if dot and stem:
        return _KINDS.get(ending)
    return SHELL if not dot and folders & _SCRIPT_FOLDERS else None


def may_deploy(content: bytes) -> bool:
    """Tell cheaply whether a file is worth reading."""
    return (
        len(content) <= _LARGEST and any(mark in content for mark in _MARKS) and b"\0" not in content[:8000]
    )


@lru_cache(maxsize=2048)
def script_facts(content: bytes, kind: str) -> ScriptFacts:
    """Read the calls of one file: a function of its bytes and kind alone; any bytes will do."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
    return ScriptFacts(kind, tuple(_READERS[kind](text)))


def deploy_scripts(tree: SourceTree) -> tuple[Script, ...]:
    """Read every deploy script of a tree, in the order of paths, with one request for contents."""
    global _latest  # noqa: PLW0603 - several rules judge the same tree, one after the other
    if _latest is None or _latest[0]() is not tree:
        _latest = weakref.ref(tree), _read(tree)
    return _latest[1]


_latest: tuple[weakref.ref[SourceTree], tuple[Script, ...]] | None = None


def _read(tree: SourceTree) -> tuple[Script, ...]:
    kinds = {path: script_kind(path) for path, entry in tree.entries.items() if entry.is_file}
    wanted = {path: kind for path, kind in sorted(kinds.items()) if kind}
    facts = _facts_by_content(tree, [(tree.entries[path].blob, kind) for path, kind in wanted.items()])
    found = ((path, facts[tree.entries[path].blob, kind]) for path, kind in wanted.items())
    return tuple(
        Script(path, one.facts)
        for path, one in found
        if one.facts.calls and (one.starts_itself or _is_named(path))
    )


class _Read(NamedTuple):
    """What one content holds, and whether its first line says how to run it."""

    starts_itself: bool
    facts: ScriptFacts


def _facts_by_content(tree: SourceTree, wanted: list[tuple[str, str]]) -> dict[tuple[str, str], _Read]:
    """Read each content once, also across runs: most files are no scripts, and saying so is worth keeping."""
    shelf = Shelf(f"scripts-{_SCHEMA}")
    names = {key: f"{key[0]} {key[1]}" for key in wanted}
    kept = shelf.get(names.values())
    facts = {key: _thawed(text) for key, name in names.items() if (text := kept.get(name))}
    unread = [key for key, name in names.items() if name not in kept]
    contents = tree.contents(blob for blob, _ in unread)
    there = [(blob, kind, content) for blob, kind in unread if (content := contents[blob]) is not None]
    read = {(blob, kind): _of(content, kind) for blob, kind, content in there}
    shelf.put({f"{blob} {kind}": _frozen(one) for (blob, kind), one in read.items()})
    return defaultdict(lambda: _Read(False, ScriptFacts("", ())), facts | read)


def _of(content: bytes, kind: str) -> _Read:
    facts = script_facts(content, kind) if may_deploy(content) else ScriptFacts(kind, ())
    return _Read(content.startswith(b"#!"), facts)


def _frozen(one: _Read) -> str:
    return json.dumps([one.starts_itself, one.facts]) if one.facts.calls else ""


def _thawed(text: str) -> _Read:
    starts_itself, facts = json.loads(text)
    return _Read(starts_itself, revived(facts))


def _is_named(path: str) -> bool:
    name = path.rpartition("/")[2]
    return "." in name or name in _MAKEFILES
