"""How names of distributions and of modules compare."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RUNS = re.compile(r"[-_.]+")
_AFFIX = re.compile(r"^(?:python|py)-|-(?:python|py)$")


def normalised(name: str) -> str:
    """A distribution's name as an index compares it ("Names and normalization", packaging.python.org)."""
    return _RUNS.sub("-", name).lower()


def prefixes(module: str) -> Iterator[str]:
    """Yield a dotted module and its parents, the longest first."""
    while module:
        yield module
        module = module.rpartition(".")[0]


def named_after(distribution: str, module: str) -> bool:
    """Whether a normalised distribution's name is that of the module: `python-foo-bar` for `foo_bar` or `foo.bar`."""
    wanted = normalised(module).strip("-")
    return wanted in {distribution, _AFFIX.sub("", distribution)}


def begins_with(distribution: str, module: str) -> bool:
    """Whether the name starts as the module's does: `acme-data-tools` for `acme` or `acme.data`."""
    return distribution.startswith(normalised(module).strip("-") + "-")
