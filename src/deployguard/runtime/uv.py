"""uv, and the index settings it is given: pip's own, which uv does not read by itself."""

from __future__ import annotations

import configparser
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from deployguard.runtime.command import BuildFailed

# pip.pypa.io/en/stable/topics/configuration, docs.astral.sh/uv/reference/environment
_SETTINGS = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}
# The machine's own certificates, as pip uses them; the second name is that of uv before 0.9.
CERTIFICATES = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
_FILES = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
_KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "XDG_CACHE_HOME",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)

# find_uv_bin asks sysconfig, which fills its variables without a lock (Python 3.11): two first askers may see None.
_FINDING = Lock()


def uv() -> str:
    """Return the path of uv; raises BuildFailed when there is none."""
    try:
        from uv import find_uv_bin

        with _FINDING:
            return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise BuildFailed("uv is not installed here; `pip install uv` puts it in place")
    return found


def uv_environment() -> dict[str, str]:
    """Return the environment for uv: this machine's certificates and index settings, and no Python downloads."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("UV_")}
    return {
        **CERTIFICATES,
        **_from_pip(),
        **kept,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "UV_NO_CONFIG": "1",
    }


def _from_pip() -> dict[str, str]:
    given = {**_from_files(), **_from_variables(os.environ)}
    settings = {
        variable: " ".join(given[key].split()) for key, variable in _SETTINGS.items() if given.get(key)
    }
    # pip takes the best version of all indexes; uv by itself looks no further than the first that has any
    return {**settings, "UV_INDEX_STRATEGY": "unsafe-best-match"} if settings else {}


def _from_variables(environment: Mapping[str, str]) -> dict[str, str]:
    names = {key: f"PIP_{key.upper().replace('-', '_')}" for key in _SETTINGS}
    return {key: environment[name] for key, name in names.items() if environment.get(name)}


def _from_files() -> dict[str, str]:
    given: dict[str, str] = {}
    for name in (*_FILES, os.environ.get("PIP_CONFIG_FILE", "")):
        parser = configparser.RawConfigParser()
        try:
            parser.read(Path(name).expanduser(), encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                given.update({key: value for key, value in parser.items(section) if key in _SETTINGS})
    return given
