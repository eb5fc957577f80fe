"""Patience with Google Cloud: what is short-lived is tried again, within a budget of seconds."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, TypeVar

from deployguard.model.errors import CloudError

# Options of a call that the client library itself is not to repeat, and that ends after a minute.
ONCE: Mapping[str, Any] = {"retry": None, "timeout": 60.0}

_PASSING = frozenset(
    {"quota", "unavailable"}
)  # 429 and 5xx: cloud.google.com/apis/design/errors#error_retries
_PASSING_CODES = frozenset({408, 429, 500, 502, 503, 504})
UNREACHABLE_S = (
    15.0  # for so long one who cannot be reached at all is tried: a name, a route or a proxy is wrong
)
_UNREACHABLE = re.compile(
    r"cannot be reached|failed to connect|connection refused|dns resolution|name resolution|failed to resolve|errors resolving",
    re.IGNORECASE,
)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 8.0

_T = TypeVar("_T")


def patiently(call: Callable[[], _T], budget: float, *, conflicts: int = 0) -> _T:
    """Return what `call` returns, calling again after a refusal for quota or a service that is away.

    The pauses grow twofold, half of each drawn by lot, and all of it ends within `budget` seconds, or `UNREACHABLE_S`
    where nobody can be reached. `conflicts` is how many stale etags are forgiven too. `call` must bear being made again: one that creates has to look first.

    Raises:
        CloudError: the last refusal, with the number of tries when there were several.
    """
    began = time.monotonic()
    for tries in count(1):
        pause = _pause(tries)
        try:
            return call()
        except CloudError as error:
            forgiven = error.kind in _PASSING or (error.kind == "conflict" and tries <= conflicts)
            allowed = min(budget, UNREACHABLE_S) if _UNREACHABLE.search(str(error)) else budget
            if not forgiven or time.monotonic() + pause > began + allowed:
                raise _told(error, tries) from error
        time.sleep(pause)
    raise AssertionError("the tries are never counted out")


def passing_by() -> Callable[[Exception], bool]:
    """Return what tells, from now on, whether an error of the storage client passes by: one that answers is asked again
    as long as there is patience, one that cannot be reached for a few seconds only.
    """
    from http.client import HTTPException

    from google.auth.exceptions import TransportError
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    reached_nobody = (RequestException, TransportError, ConnectionError, HTTPException, HTTPError)
    ends = time.monotonic() + UNREACHABLE_S

    def passes(error: Exception) -> bool:
        if isinstance(error, reached_nobody):
            return time.monotonic() < ends
        answer = getattr(error, "response", None)  # an upload's error has no code of its own
        codes = {getattr(error, "code", 0), getattr(answer, "status_code", 0)}
        return not codes.isdisjoint(_PASSING_CODES)

    return passes


def _pause(tries: int) -> float:
    longest = min(_FIRST_PAUSE_S * float(2 ** min(tries - 1, 10)), _LONGEST_PAUSE_S)
    return longest / 2 + random.uniform(0, longest / 2)  # noqa: S311 - spreads callers, keeps no secret


def _told(error: CloudError, tries: int) -> CloudError:
    return error if tries == 1 else CloudError(error.kind, f"{error} (after {tries} tries)", error.permission)
