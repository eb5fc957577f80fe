"""Names for services that were found rather than configured: valid, unique, and close to their folder's."""

from __future__ import annotations

import re
import unicodedata

from deployguard.config.forms import FUNCTION_NAME
from deployguard.config.merge import DEFAULTS

_LONGEST = 49  # what a Cloud Run service may have; functions may have more
_SAY_NOTHING = frozenset({"app", "code", "docker", "function", "main", "python", "server", "service", "src"})


def service_name(folder: str, taken: frozenset[str]) -> str:
    """Return a name after a folder of the repository (`""` is its root) that is not yet `taken`.

    Folders whose names say nothing (`src`, `app`) are passed over; one whose name is taken is told apart by the
    folders around it.
    """
    parts = [part for part in map(_cleaned, folder.split("/")) if part]
    telling = [part for part in parts if part not in _SAY_NOTHING]
    candidates = [_candidate(some[at:]) for some in (telling, parts) for at in reversed(range(len(some)))]
    free = (name for name in candidates if name not in _SAY_NOTHING | taken | {DEFAULTS})
    return next(free, None) or _numbered(candidates[0] if candidates else "service", taken)


def is_free(name: str, taken: frozenset[str]) -> bool:
    """Tell whether a service may have a name that a deploy gives it."""
    return re.fullmatch(FUNCTION_NAME, name) is not None and name not in taken | {DEFAULTS}


def _candidate(parts: list[str]) -> str:
    name = "-".join(parts)
    return (name if name[0].isalpha() else f"s-{name}")[:_LONGEST].strip("-")


def _numbered(name: str, taken: frozenset[str]) -> str:
    number, candidate = 1, name
    while candidate in taken | {DEFAULTS}:
        number += 1
        candidate = f"{name[: _LONGEST - 1 - len(str(number))]}-{number}"
    return candidate


def _cleaned(part: str) -> str:
    plain = unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
