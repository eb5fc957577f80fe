"""How to get what an optional part of the program needs, in the words of the program that installed it."""

from __future__ import annotations

import sys
from pathlib import PurePath

_DISTRIBUTION = "deployguard-gcp"


def how_to_get(extra: str, prefix: str = sys.prefix) -> str:
    """Return the command that brings an extra to an environment; `prefix` is where that lies.

    uv and pipx make a tool's environment anew, so there the command names all extras: one alone would take the others away.
    """
    folder = PurePath(prefix).as_posix()
    if "/uv/tools/" in folder:
        return f"uv tool install '{_DISTRIBUTION}[all]'"
    if "/pipx/venvs/" in folder:
        return f"pipx install --force '{_DISTRIBUTION}[all]'"
    return f"pip install '{_DISTRIBUTION}[{extra}]'"


def lacks(error: ImportError, what: str, extra: str) -> str:
    """Return what to tell somebody who asked for a part of the program whose extra is not installed."""
    missing = f" (there is no Python module {error.name})" if error.name else ""
    return f"{what} needs the extra `{extra}`{missing}: {how_to_get(extra)}"
