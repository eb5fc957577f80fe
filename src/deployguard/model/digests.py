"""Values of variables, compared without being kept: a keyed digest tells whether two are the same, and no more.

The key is the `uid` that Google gave the Cloud Run service (a random UUID). Who can read it can read the values too;
who reads only where the digests are kept (the bucket) cannot try values out, however few there are to try.
"""

from __future__ import annotations

import hashlib
import hmac

_DIGITS = 24


def value_digest(key: str, name: str, value: str) -> str:
    """Return what stands for a variable's value under this key; "" where there is no key."""
    if not key:
        return ""
    return hmac.new(key.encode(), f"{name}\0{value}".encode(), hashlib.sha256).hexdigest()[:_DIGITS]


def changed_values(
    before: tuple[tuple[str, str], ...], after: tuple[tuple[str, str], ...]
) -> tuple[str, ...]:
    """Return the names, sorted, whose digests both sides know and that differ."""
    held = dict(after)
    return tuple(sorted(name for name, digest in before if digest and held.get(name, digest) != digest))


def key_mark(key: str) -> str:
    """Return what tells two keys apart and gives neither away; "" for none."""
    return value_digest(key, "", "")
