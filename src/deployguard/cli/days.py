"""Days on a command line: one of them, and how many."""

from __future__ import annotations

import argparse
from datetime import date

_MOST = 365


def day(text: str) -> date:
    """Read `2026-02-01`, for argparse."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.isoformat() != text:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-02-01")
    return read


def number_of_days(text: str) -> int:
    """Read a number from 1 to 365, for argparse."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days from 1 to {_MOST}")
    return int(text)
