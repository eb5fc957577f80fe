"""Addresses of repositories: which are safe to give to git, and how they may be shown."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from deployguard.model.errors import SourceError

_SCHEMES = ("https", "ssh", "git", "file")
_SCP = re.compile(r"(?:[A-Za-z0-9_][\w.-]*@)?[A-Za-z0-9_][\w.-]*:(?!:)\S+")


class RemoteUrl(NamedTuple):
    """`protocol` is git's word for how it is reached; `shown` is without password, token or query."""

    address: str
    protocol: str
    shown: str


def remote_url(address: str) -> RemoteUrl:
    """Read an address: https, ssh, git, file, `user@host:path` as git takes it (git-fetch, "Git URLs"), a local path.

    Raises:
        SourceError: it is none of these. Transports that run programs (`ext::`), and what looks like an option, are
            refused; the address is not repeated, because it may hold a password.
    """
    if (
        not address
        or address.startswith("-")
        or not address.isprintable()
        or "::" in address.partition("/")[0]
    ):
        raise _refused("it is empty, an option, or names a transport of its own")
    scheme, separator, _ = address.partition("://")
    if separator:
        return _of_scheme(address, scheme.lower())
    if ":" in address.partition("/")[0]:
        if not _SCP.fullmatch(address):
            raise _refused("it is not of the form user@host:path")
        return RemoteUrl(address, "ssh", address)
    return RemoteUrl(address, "file", address)


def _of_scheme(address: str, scheme: str) -> RemoteUrl:
    if scheme not in _SCHEMES:
        known = re.fullmatch(r"[a-z][a-z0-9+.-]{0,9}", scheme)
        raise _refused(
            f"{scheme}:// is not one of {', '.join(_SCHEMES)}" if known else "it has no known scheme"
        )
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused("it cannot be read as a URL") from None
    if scheme != "file" and (not host or host.startswith("-") or (parts.username or "").startswith("-")):
        raise _refused("it has no host, or one that looks like an option")
    bracketed = f"[{host}]" if ":" in host else host
    shown = urlunsplit((scheme, f"{bracketed}:{port}" if port else bracketed, parts.path, "", ""))
    return RemoteUrl(address, scheme, shown)


def _refused(why: str) -> SourceError:
    return SourceError(f"--repo-url: {why}; give an https, ssh or git URL, user@host:path, or a local path")
