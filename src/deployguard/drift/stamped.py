"""What a stamp means: commits as other tools write them."""

from __future__ import annotations

import re
from typing import NamedTuple

from deployguard.model.live import Stamp

_DIRTY = re.compile(r"[-+._](?:dirty|modified)$", re.IGNORECASE)
_DESCRIBED = re.compile(r".+-g([0-9a-f]{4,64})$")  # git-describe, "v1.2-3-gabc1234"


class Named(NamedTuple):
    """The commit that a stamp names, as far as the text goes, and whether it says that files were not committed."""

    commit: str
    dirty: bool


def written_in(stamp: Stamp) -> Named:
    """Read `abc1234`, `abc1234-dirty` and what `git describe` writes; anything else is returned as it is."""
    text = stamp.commit.strip()
    clean = _DIRTY.sub("", text)
    described = _DESCRIBED.fullmatch(clean.lower())
    return Named(described[1] if described else clean, stamp.dirty or clean != text)


def disagree(one: str, other: str) -> bool:
    """Tell whether two commits, either of which may be abbreviated, cannot be the same."""
    first, second = one.lower(), other.lower()
    return bool(first and second) and not (first.startswith(second) or second.startswith(first))
