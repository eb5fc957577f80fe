"""Where this machine finds distributions: uv's settings, and pip's, which uv does not read.

Sources: "Configuration" (pip's documentation) for the files and variables, and "Environment variables" (uv's) for the
names they get. What uv is told directly wins over what pip is told; addresses may hold passwords, so they travel in the
environment, never on a command line, and are never printed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deployguard.requirements.declared import IndexOption

_KEYS = ("index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "cert")
_SECTIONS = ("global", "install")
_FALSE = {"", "0", "no", "n", "false", "f", "off"}
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")


class UnknownVariableError(ValueError):
    """An address holds a variable that is not set here; the message names it."""


@dataclass(frozen=True, slots=True)
class Indexes:
    """Addresses as given (passwords included: never print one); `default` is empty for uv's own."""

    default: str = ""
    extra: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    trusted: tuple[str, ...] = ()
    certificates: str = ""

    @property
    def secrets(self) -> dict[str, tuple[str, str]]:
        """User and password by host and port."""
        parts = [urlsplit(address) for address in (self.default, *self.extra, *self.find_links) if address]
        return {
            part.netloc.rpartition("@")[2]: (unquote(part.username or ""), unquote(part.password or ""))
            for part in parts
            if part.username
        }

    def variables(self) -> dict[str, str]:
        """Return uv's environment variables."""
        said = {
            "UV_DEFAULT_INDEX": self.default,
            "UV_INDEX": " ".join(self.extra),
            "UV_FIND_LINKS": ",".join(self.find_links),
            "UV_INSECURE_HOST": " ".join(self.trusted),
            "SSL_CERT_FILE": self.certificates,
        }
        return {name: value for name, value in said.items() if value}


def indexes_here(environment: Mapping[str, str] = os.environ) -> Indexes:
    """Read uv's variables, pip's variables and pip's configuration files, the first that says something winning."""
    pip = {**_from_files(environment), **_from_variables(environment)}
    uv = environment.get
    return Indexes(
        uv("UV_DEFAULT_INDEX") or uv("UV_INDEX_URL") or pip.get("index-url", ""),
        _split(uv("UV_INDEX") or uv("UV_EXTRA_INDEX_URL") or pip.get("extra-index-url", "")),
        _split((uv("UV_FIND_LINKS") or "").replace(",", " ") or pip.get("find-links", "")),
        (uv("UV_NO_INDEX") or pip.get("no-index", "")).lower() not in _FALSE,
        _split(uv("UV_INSECURE_HOST") or pip.get("trusted-host", "")),
        uv("SSL_CERT_FILE") or pip.get("cert", ""),
    )


def with_options(
    here: Indexes, options: Iterable[IndexOption], environment: Mapping[str, str] = os.environ
) -> Indexes:
    """Add what a requirements file says: its `--index-url` replaces this machine's, as in pip.

    Raises:
        UnknownVariableError: an address holds a variable that is not set.
    """
    said: dict[str, list[str]] = {}
    for option in options:
        said.setdefault(option.name, []).append(_expanded(option.value, environment))
    return Indexes(
        said.get("--index-url", [here.default])[-1],
        tuple(dict.fromkeys((*here.extra, *said.get("--extra-index-url", ())))),
        tuple(dict.fromkeys((*here.find_links, *said.get("--find-links", ())))),
        here.no_index or "--no-index" in said,
        tuple(dict.fromkeys((*here.trusted, *said.get("--trusted-host", ())))),
        here.certificates,
    )


def _expanded(value: str, environment: Mapping[str, str]) -> str:
    missing = [name for name in _VARIABLE.findall(value) if name not in environment]
    if missing:
        raise UnknownVariableError(f"the index address needs {missing[0]}, which is not set here")
    return _VARIABLE.sub(lambda match: environment[match[1]], value)


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _from_variables(environment: Mapping[str, str]) -> dict[str, str]:
    names = {key: f"PIP_{key.upper().replace('-', '_')}" for key in _KEYS}
    return {key: environment[name] for key, name in names.items() if environment.get(name)}


def _from_files(environment: Mapping[str, str]) -> dict[str, str]:
    from configparser import Error, RawConfigParser

    said: dict[str, str] = {}
    for path in _files(environment):
        parser = RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (Error, UnicodeDecodeError, OSError):
            continue
        for section in _SECTIONS:
            if parser.has_section(section):
                said |= {key: value for key, value in parser.items(section) if key in _KEYS and value}
    return said


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    """pip's configuration files, the weakest first; PIP_CONFIG_FILE naming the null device switches all off."""
    named = environment.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return
    for folder in reversed((environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")):
        yield Path(folder) / "pip" / "pip.conf"
    yield Path("/etc/pip.conf")
    home = Path(environment.get("HOME") or "~").expanduser()
    yield home / ".pip" / "pip.conf"
    yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    if environment.get("VIRTUAL_ENV"):
        yield Path(environment["VIRTUAL_ENV"]) / "pip.conf"
    if named:
        yield Path(named)
