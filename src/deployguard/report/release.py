"""How deploys and rollbacks ended, as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from deployguard.release.result import Ended


def ended_text(ended: tuple[Ended, ...]) -> str:
    """Write one paragraph for each service."""
    return "".join(f"{_paragraph(one)}\n" for one in ended)


def ended_json(ended: tuple[Ended, ...]) -> str:
    """Write `{"schema": 1, "services": [...]}`."""
    services = [{**asdict(one), "end": str(one.end)} for one in ended]
    return json.dumps({"schema": 1, "services": services}, indent=2) + "\n"


def _paragraph(one: Ended) -> str:
    first, *rest = one.message.splitlines() or [""]
    release = f" (release {one.release})" if one.release else ""
    commit = f" {one.commit[:12]}" if one.commit else ""
    return "\n".join([f"{one.service}{commit}: {one.end}: {first}{release}", *(f"  {line}" for line in rest)])
