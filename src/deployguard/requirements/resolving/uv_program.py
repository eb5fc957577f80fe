"""The program uv: where it is, and the few variables that it is started with.

What uv builds may run code of its own: neither the cloud's credentials nor any other variable that it does not need
reaches it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from threading import Lock

from deployguard.requirements.resolving.indexes import Indexes

_KEPT = re.compile(
    r"PATH|HOME|USER|LANG|LC_\w+|TMPDIR|TMP|TEMP|NETRC|SSL_CERT_\w+|XDG_\w+|UV_\w+|SYSTEMROOT|"
    r"(?i:(?:http|https|all|no)_proxy)"
)
# The machine's own certificates, as pip uses them; the second name is that of uv before 0.9.
_CERTIFICATES = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
_REPLACED = (
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_CONSTRAINT",
    "UV_OVERRIDE",
    "UV_EXCLUDE",
    "UV_BUILD_CONSTRAINT",
)
# find_uv_bin asks sysconfig, which fills its variables without a lock (Python 3.11): two first askers may see None.
_FINDING = Lock()


def find_uv() -> str | None:
    """Return the uv of the installed wheel, else the one on PATH; None when there is none."""
    try:
        from uv import find_uv_bin

        with _FINDING:
            return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        return shutil.which("uv")


def uv_environment(given: Mapping[str, str], indexes: Indexes) -> dict[str, str]:
    """Keep of `given` what uv needs, and add where the indexes are; it downloads no Python."""
    kept = {name: value for name, value in given.items() if _KEPT.fullmatch(name) and name not in _REPLACED}
    return {**_CERTIFICATES, **kept, **indexes.variables(), "UV_PYTHON_DOWNLOADS": "never"}
