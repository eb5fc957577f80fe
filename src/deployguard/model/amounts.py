"""Durations, CPUs and memory, written in several ways and compared as numbers; and numbers with their nouns."""

from __future__ import annotations

import re

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_MEMORY = re.compile(r"(\d+(?:\.\d+)?)(?:([kKMGT])(i?))?$")
_POWERS = {"k": 1, "K": 1, "M": 2, "G": 3, "T": 4}


def seconds(amount: object) -> float | None:
    """Return a duration such as `90`, `"90s"`, `"1h30m"` in seconds; None where it is not one."""
    text = str(amount).strip()
    if text.replace(".", "", 1).isdigit():
        return float(text)
    parts = _PART.findall(text)
    whole = "".join(number + unit for number, unit in parts)
    return sum(float(number) * _UNITS[unit] for number, unit in parts) if parts and whole == text else None


def cpus(amount: object) -> float | None:
    """Return a number of CPUs such as `1`, `"0.5"`, `"500m"`; None where it is not one."""
    text = str(amount).strip()
    number, share = (text[:-1], 1000) if text.endswith("m") else (text, 1)
    return float(number) / share if number.replace(".", "", 1).isdigit() else None


def memory_bytes(amount: object) -> float | None:
    """Return an amount of memory such as `"512Mi"`, `"1G"` in bytes; None where it is not one.

    Kubernetes' quantities: `Ki` is 1,024 and `k` 1,000 bytes.
    """
    match = _MEMORY.match(str(amount).strip())
    if match is None:
        return None
    base = 1024 if match[3] else 1000
    factor: int = base ** _POWERS.get(match[2] or "", 0)
    return float(match[1]) * factor


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is not one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
