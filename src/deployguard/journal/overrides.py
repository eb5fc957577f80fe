"""What a person allowed in spite of a refusal, and why: one object each, never rewritten."""

from __future__ import annotations

import getpass
import json
import secrets
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime

from deployguard.journal.objects import ABSENT, Objects
from deployguard.journal.reading import damaged, values_of

_FOLDER, _WHAT = "overrides/", "an override"


@dataclass(frozen=True, slots=True)
class Override:
    """`command` was refused over `subject` (a tracker, a service); `allowed` names what was let pass.

    `at` is timezone-aware.
    """

    at: datetime
    who: str
    command: str
    subject: str
    allowed: str
    reason: str


def record_override(objects: Objects, override: Override) -> str:
    """Keep an override and return the name of its object.

    Raises:
        CloudError: it could not be written; what it allows must then not be done.
    """
    moment = override.at.strftime("%Y%m%dT%H%M%S")
    name = f"{_FOLDER}{moment}-{secrets.token_hex(4)}.json"
    objects.put(name, json.dumps({**asdict(override), "at": override.at.isoformat()}).encode(), when=ABSENT)
    return name


def read_overrides(objects: Objects) -> tuple[Override, ...]:
    """Return all overrides, the oldest first.

    Raises:
        CloudError: the bucket cannot be read, or an object in it is damaged.
    """
    with ThreadPoolExecutor(8) as pool:
        return tuple(pool.map(lambda name: _read(objects, name), objects.list(_FOLDER)))


def person() -> str:
    """Return who runs this, as `user@host`."""
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (KeyError, OSError):  # no such user in this container
        return f"unknown@{socket.gethostname()}"


def _read(objects: Objects, name: str) -> Override:
    stored = objects.get(name)
    values = values_of(name, stored.content if stored else b"", _WHAT)
    try:
        texts = {key: str(values[key]) for key in ("who", "command", "subject", "allowed", "reason")}
        return Override(**texts, at=datetime.fromisoformat(values["at"]))
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(name, _WHAT, error) from error
