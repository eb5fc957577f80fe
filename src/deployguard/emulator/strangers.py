"""Who may ask: programs of this machine, and no web page that a browser of this machine happens to show.

The emulator runs what it is given, so that a page which could post to it (a browser sends such a request to loopback
too) or make its own name mean loopback (DNS rebinding) would run code here.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from deployguard.emulator.http import Request
from deployguard.emulator.refusal import Refusal

# Reserved names that no public DNS gives away, and those that clients write while a proxy leads them here.
_OWN = ("localhost", "test", "internal", "googleapis.com")


def refuse_strangers(request: Request) -> None:
    """Let a request pass, or raise Refusal."""
    if not _is_own(_name(f"//{request.host}")):
        message = f"{request.host!r} is no name of the emulator's; ask for 127.0.0.1"
        raise Refusal("PERMISSION_DENIED", message)
    if request.path.startswith("/run/"):
        return  # what a service says to other sites is its own to decide
    origin = str(request.headers.get("Origin") or "")
    site = str(request.headers.get("Sec-Fetch-Site") or "")
    if site == "cross-site" or (origin and not _is_own(_name(origin) or None)):
        raise Refusal("PERMISSION_DENIED", "the emulator answers no web page of another site")


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return None


def _is_own(name: str | None) -> bool:
    """A name without a dot and an address cannot be rebound; `null`, a page without an origin, is a stranger."""
    if name is None:
        return False
    try:
        return ipaddress.ip_address(name) is not None
    except ValueError:
        return "." not in name or name.endswith(tuple(f".{own}" for own in _OWN))
