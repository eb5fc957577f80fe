"""What the morning comes to: drift, data and completion documents on one page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from deployguard.model.drift import DriftReport
from deployguard.model.health import HealthReport
from deployguard.pipeline.permission import Permission
from deployguard.pipeline.reconcile import TrackerReport
from deployguard.report.ages import moment
from deployguard.report.drift import drift_table
from deployguard.report.drift_html import drift_body, drift_head
from deployguard.report.drift_json import drift_json
from deployguard.report.drift_tones import headline
from deployguard.report.health import health_json, health_summary, health_text
from deployguard.report.health_page import health_body
from deployguard.report.markup import NOTHING, Html, element, lines, text
from deployguard.report.page import Tone, note, page, section
from deployguard.report.reconcile import reconcile_json, reconcile_text, summary

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Morning:
    """What was asked and what came of it; a part is None where it is not configured, or in `failed` where it could
    not be asked: its name and why. `code` is the exit code of the whole.
    """

    taken: datetime
    code: int
    drift: DriftReport | None = None
    health: HealthReport | None = None
    trackers: tuple[TrackerReport, ...] | None = None
    permissions: tuple[Permission, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


def morning_line(morning: Morning) -> str:
    """Return the whole in one line."""
    parts = [
        headline(morning.drift) if morning.drift else "",
        f"data: {health_summary(morning.health)}" if morning.health else "",
        summary(morning.trackers) if morning.trackers is not None else "",
        *(f"{name} could not be asked" for name, _ in morning.failed),
    ]
    return "; ".join(part for part in parts if part)


def morning_text(morning: Morning) -> str:
    """Write every part that was asked, and first those that could not be."""
    return "\n".join(_texts(morning))


def _texts(morning: Morning) -> Iterator[str]:
    yield from (f"CANNOT TELL {name}: {why}\n" for name, why in morning.failed)
    if morning.drift:
        yield f"== drift ==\n{drift_table(morning.drift)}"
    if morning.health:
        yield f"== health ==\n{health_text(morning.health)}"
    if morning.trackers is not None:
        yield f"== reconcile ==\n{reconcile_text(morning.trackers)}"


def morning_json(morning: Morning) -> str:
    """Write one object with those of `drift`, `health` and `reconcile` in it; null for what was not asked."""
    value = {
        "schema": SCHEMA,
        "taken": morning.taken.isoformat(timespec="seconds"),
        "exit_code": morning.code,
        "drift": json.loads(drift_json(morning.drift)) if morning.drift else None,
        "health": json.loads(health_json(morning.health)) if morning.health else None,
        "reconcile": _reconcile(morning),
        "failed": [{"part": name, "reason": why} for name, why in morning.failed],
    }
    return json.dumps(value, indent=2) + "\n"


def _reconcile(morning: Morning) -> object:
    if morning.trackers is None:
        return None
    return json.loads(reconcile_json(morning.trackers, morning.permissions, fix=False))


def morning_html(morning: Morning) -> str:
    """Write the page: one file, nothing else to load."""
    head = (
        drift_head(morning.drift)
        if morning.drift
        else element("p", text(moment(morning.taken)), class_="soft")
    )
    doubts = note("Could not be asked", (f"{name}: {why}" for name, why in morning.failed), Tone.DOUBT)
    body = lines(
        doubts,
        drift_body(morning.drift) if morning.drift else NOTHING,
        health_body(morning.health) if morning.health else NOTHING,
        _documents(morning),
    )
    return page(morning_line(morning), "deployguard morning", head, body)


def _documents(morning: Morning) -> Html:
    if morning.trackers is None:
        return NOTHING
    said = reconcile_text(morning.trackers).splitlines()
    return section("Completion documents", element("pre", *(element("code", text(line)) for line in said)))
