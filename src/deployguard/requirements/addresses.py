"""Addresses as they may be shown."""

from __future__ import annotations

import re

_USER = re.compile(r"(?<=://)[^/\s]*@")
_QUERY = re.compile(r"(://[^\s?#]*)\?[^\s#]*")


def without_secrets(text: str) -> str:
    """Take user names, passwords and queries (signatures, tokens) out of every address in a text."""
    return _QUERY.sub(r"\1", _USER.sub("", text))
