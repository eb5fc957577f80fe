"""Pages of a listing."""

from __future__ import annotations

import base64
from typing import Any, TypeVar

from deployguard.emulator.refusal import invalid

T = TypeVar("T")


def page(rows: list[tuple[str, T]], request: Any, usual: int, most: int = 1000) -> tuple[list[T], str]:
    """Return the values of one page and the token of the next ("" at the end); `rows` are sorted by name.

    Raises Refusal for a negative size or a token that was not given out.
    """
    if request.page_size < 0:
        raise invalid("page_size must not be negative")
    size = min(request.page_size or usual, most)
    after = _name_in(request.page_token)
    past = [(name, value) for name, value in rows if name > after] if after else rows
    token = base64.urlsafe_b64encode(past[size - 1][0].encode()).decode() if len(past) > size else ""
    return [value for _, value in past[:size]], token


def _name_in(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except ValueError as problem:  # it is no ASCII, no base64 or no UTF-8
        raise invalid(f"Invalid page token: {token!r}") from problem
