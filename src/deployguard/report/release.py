"""How deploys and rollbacks ended, as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict

from deployguard.release.result import End, Ended
from deployguard.report.printable import counted, printable


def ended_text(ended: tuple[Ended, ...]) -> str:
    """Write one paragraph for each service."""
    return "".join(f"{_paragraph(one)}\n" for one in ended)


def ended_summary(ended: tuple[Ended, ...]) -> str:
    """Write one line: how many ended how, and the names of those that did not end well."""
    numbers = Counter(str(one.end) for one in ended)
    words = ", ".join(f"{numbers[end]} {end}" for end in End if numbers[end])
    bad = ", ".join(one.service for one in ended if not one.is_well)
    return f"{counted(len(ended), 'service')}: {words}{f' ({bad})' if bad else ''}"


def ended_json(ended: tuple[Ended, ...]) -> str:
    """Write `{"schema": 1, "services": [...]}`."""
    services = [{**asdict(one), "end": str(one.end)} for one in ended]
    return json.dumps({"schema": 1, "services": services}, indent=2) + "\n"


def _paragraph(one: Ended) -> str:
    first, *rest = [printable(line) for line in one.message.splitlines()] or [""]
    release = f" (release {one.release})" if one.release else ""
    commit = f" {one.commit[:12]}" if one.commit else ""
    return "\n".join([f"{one.service}{commit}: {one.end}: {first}{release}", *(f"  {line}" for line in rest)])
