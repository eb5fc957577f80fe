"""Filters of logs and listings, refused as Google's servers refuse them; the language is read in deployguard.gcp.logfilter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from deployguard.emulator.refusal import invalid
from deployguard.gcp import logfilter

Test = Callable[[Mapping[str, Any]], bool]


def compiled(text: str) -> Test:
    """Return the test of a filter over an entry's JSON; raises Refusal with the place of what cannot be read."""
    try:
        return partial(logfilter.matches, logfilter.parse(text))
    except logfilter.FilterError as fault:
        raise invalid(str(fault)) from fault


def moment_of(text: str) -> datetime:
    """Return a timestamp; raises Refusal for a text that is none."""
    try:
        return logfilter.moment_of(text)
    except logfilter.FilterError as fault:
        raise invalid(str(fault)) from fault
