"""How names of distributions and of modules compare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deployguard.model.distribution import normalised

_AFFIX = re.compile(r"^(?:python|py)-|-(?:python|py)$")


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
