"""The journal, as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from deployguard.journal.overrides import Override
from deployguard.journal.releases import Release
from deployguard.report.printable import printable


def history_text(releases: tuple[Release, ...], overrides: tuple[Override, ...]) -> str:
    """Write one line for each release, the newest first, with the reasons of what was let pass below it."""
    lines = [printable(line) for one in releases for line in _lines(one)] or ["no release yet"]
    if overrides:
        lines += ["", "let pass by other commands:"]
        lines += [
            printable(
                f"  {one.at:%Y-%m-%d %H:%M} {one.who}: {one.command} {one.subject}, {one.allowed}: {one.reason}"
            )
            for one in overrides
        ]
    return "\n".join(lines) + "\n"


def history_json(releases: tuple[Release, ...], overrides: tuple[Override, ...]) -> str:
    """Write `{"schema": 1, "releases": [...], "overrides": [...]}`; moments are ISO 8601, in UTC."""
    shown = [
        {
            **{key: value for key, value in asdict(one).items() if key != "steps"},
            "began": one.began.isoformat(),
            "ended": one.ended.isoformat() if one.ended else None,
            "outcome": str(one.outcome),
            "overrides": [{"name": name, "reason": reason} for name, reason in one.overrides],
        }
        for one in releases
    ]
    others = [{**asdict(one), "at": one.at.isoformat()} for one in overrides]
    return json.dumps({"schema": 1, "releases": shown, "overrides": others}, indent=2) + "\n"


def _lines(one: Release) -> list[str]:
    where = f"{one.base or 'nothing'} -> {one.revision}" if one.revision else one.base or "nothing"
    head = f"{one.began:%Y-%m-%d %H:%M} {one.service}: {one.action} {one.commit[:12] or 'no stamp'} by {one.who}: {one.outcome}"
    first = one.reason.splitlines()[:1]
    return [
        f"{head} ({where}; {one.id})",
        *(f"    {line}" for line in first),
        *(f"    let pass: {name}: {reason}" for name, reason in one.overrides),
    ]
