"""Which files of a tree are deploy scripts, and what they run."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from deployguard.rules.scripts.calls import MAKE, MARKDOWN, PYTHON, SHELL, YAML, Call, ScriptFacts
from deployguard.rules.scripts.fences import markdown_calls
from deployguard.rules.scripts.launches import python_calls
from deployguard.rules.scripts.recipes import make_calls
from deployguard.rules.scripts.shell import shell_calls
from deployguard.rules.scripts.steps import yaml_calls
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
    contents = tree.contents([tree.entries[path].blob for path in wanted])
    found = []
    for path, kind in wanted.items():
        content = contents[tree.entries[path].blob]
        if content is not None and may_deploy(content) and _is_script(path, content):
            facts = script_facts(content, kind)
            if facts.calls:
                found.append(Script(path, facts))
    return tuple(found)


def _is_script(path: str, content: bytes) -> bool:
    return (
        "." in path.rpartition("/")[2] or path.rpartition("/")[2] in _MAKEFILES or content.startswith(b"#!")
    )
