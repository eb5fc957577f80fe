"""Filters of logs and listings, refused as Google's servers refuse them; the language is read in deployguard.gcp.logfilter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from deployguard.emulator.refusal import invalid
from deployguard.gcp.logfilter import comparing
from deployguard.gcp.logfilter.judging import matches
from deployguard.gcp.logfilter.parts import FilterError
from deployguard.gcp.logfilter.reading import parse

Test = Callable[[Mapping[str, Any]], bool]


def compiled(text: str) -> Test:
    """Return the test of a filter over an entry's JSON; raises Refusal with the place of what cannot be read."""
    try:
        return partial(matches, parse(text))
    except FilterError as fault:
        raise invalid(str(fault)) from fault


def moment_of(text: str) -> datetime:
    """Return a timestamp; raises Refusal for a text that is none."""
    try:
        return comparing.moment_of(text)
    except FilterError as fault:
        raise invalid(str(fault)) from fault
