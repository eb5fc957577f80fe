"""Who holds a lock: enough to recognise a holder of this machine that has died."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deployguard.journal.overrides import person


@dataclass(frozen=True, slots=True)
class Holder:
    """The process `pid`, started at `began` (clock ticks since the boot), of the machine `machine`.

    `machine` is the boot's id and the namespace of the process ids, "" where the system tells neither: process ids of
    two containers must never be compared. `expires` is timezone-aware.
    """

    who: str
    host: str
    pid: int
    machine: str
    began: str
    release: str
    expires: datetime


def holder_of(release: str, expires: datetime) -> Holder:
    """Return this process as the holder of a lock."""
    pid = os.getpid()
    return Holder(person(), socket.gethostname(), pid, _machine(), _began(pid), release, expires)


def is_dead(holder: Holder) -> bool:
    """Tell whether the holder is a process of this machine that runs no more; False where that cannot be told."""
    if not holder.machine or not holder.began or holder.machine != _machine():
        return False
    return _began(holder.pid) != holder.began


def is_expired(holder: Holder, skew: float) -> bool:
    """Tell whether the lease ended more than `skew` seconds ago, by the clock of this machine."""
    return (datetime.now(UTC) - holder.expires).total_seconds() > skew


def described(holder: Holder) -> str:
    """Return a holder in words."""
    left = round((holder.expires - datetime.now(UTC)).total_seconds())
    lease = f"its lease ends in {left} s" if left > 0 else "its lease has ended"
    return f"{holder.who}, process {holder.pid} on {holder.host}, release {holder.release}; {lease}"


def holder_in(values: Mapping[str, Any]) -> Holder:
    """Return the holder that a lock's values name; what else they tell is not looked at.

    Raises:
        ValueError, KeyError, TypeError: they name none.
    """
    texts = {name: str(values[name]) for name in ("who", "host", "machine", "began", "release")}
    expires = datetime.fromisoformat(values["expires"])
    if expires.tzinfo is None:
        raise ValueError("`expires` has no time zone")
    return Holder(**texts, pid=int(values["pid"]), expires=expires)


def as_json(holder: Holder) -> dict[str, object]:
    """Return what the lock keeps of its holder."""
    return {**asdict(holder), "expires": holder.expires.isoformat()}


def _machine() -> str:
    """Boot id (random.c, `boot_id`) and process namespace (namespaces(7)), both of Linux."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _began(pid: int) -> str:
    """Return field 22 of proc_pid_stat(5), which no two processes of one number share; "" for none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in {"Z", "X"} else ""
