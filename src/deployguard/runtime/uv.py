"""uv as a build starts it: with this machine's index settings, choosing among indexes as pip does."""

from __future__ import annotations

import os

from deployguard.requirements.resolving import uv_program
from deployguard.requirements.resolving.indexes import indexes_here
from deployguard.runtime.command import BuildFailed


def uv() -> str:
    """Return the path of uv; raises BuildFailed when there is none."""
    found = uv_program.find_uv()
    if found is None:
        raise BuildFailed("uv is not installed here; `pip install uv` puts it in place")
    return found


def uv_environment() -> dict[str, str]:
    """Return the environment for uv; no configuration of the folder that it runs in counts."""
    indexes = indexes_here()
    # pip takes the best version of all indexes; uv by itself looks no further than the first that has any
    like_pip = {"UV_INDEX_STRATEGY": "unsafe-best-match"} if indexes.extra else {}
    return {
        **like_pip,
        **uv_program.uv_environment(os.environ, indexes),
        "UV_NO_PROGRESS": "1",
        "UV_NO_CONFIG": "1",
    }
