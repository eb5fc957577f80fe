"""Which dotted modules the files of a wheel are.

Sources: PEP 427 (wheel layout, `*.data` folders), PEP 420 (a folder without `__init__.py` is a namespace portion), PEP 561
(`*-stubs` folders), the import system's suffixes for extension modules.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Top-level folders that lie in many wheels by accident, or hold data: nobody imports them from a distribution.
JUNK = frozenset(
    [
        "test",
        "tests",
        "testing",
        "doc",
        "docs",
        "example",
        "examples",
        "benchmark",
        "benchmarks",
        "script",
        "scripts",
        "bin",
        "build",
        "conftest",
        "dist",
        "include",
        "lib",
        "samples",
        "setup",
        "share",
    ]
)
_MODULE = re.compile(r"(?P<stem>[^./]+)(?:\.py|\.(?:cpython|cp|pypy|abi3)[^/]*\.so|\.[^/]*\.pyd|\.pyd)")
_PLAIN_LIBRARY = re.compile(r"(?P<stem>(?!lib)[^./]+)\.so")
_INSTALLED_DATA = re.compile(r"[^/]+\.data/(?:purelib|platlib)/")


class Named(NamedTuple):
    """A file that can be imported: its folders, and its own name without suffix (`__init__` for a package)."""

    folders: tuple[str, ...]
    stem: str

    @property
    def is_package(self) -> bool:
        return self.stem == "__init__"

    @property
    def dotted(self) -> str:
        return ".".join(self.folders if self.is_package else (*self.folders, self.stem))


def installed_path(member: str) -> str:
    """Where a member of a wheel lands below site-packages."""
    return _INSTALLED_DATA.sub("", member, count=1)


def named_by(path: str) -> Named | None:
    """Read an installed path; None for what cannot be imported: data, stubs, shared libraries, odd names."""
    *folders, last = path.split("/")
    match = _MODULE.fullmatch(last) or _PLAIN_LIBRARY.fullmatch(last)
    if match is None or not all(part.isidentifier() for part in (*folders, match["stem"])):
        return None
    return Named(tuple(folders), match["stem"])


def is_junk(top_level: str, distribution: str) -> bool:
    """Whether a top-level name lies there by accident; `distribution` is normalised, and may be named so itself."""
    return top_level in JUNK and top_level != distribution.replace("-", "_")
