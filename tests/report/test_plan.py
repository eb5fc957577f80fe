"""A plan on a terminal: what another tool stamped is shown, and does nothing."""

from __future__ import annotations

from deployguard.model.release import Plan, PlannedChange, ServicePlan
from deployguard.report.plan import plan_text


def test_a_stamp_cannot_move_the_cursor() -> None:
    change = PlannedChange("image", "old\x1b[31m", "new\nline")
    service = ServicePlan("orders", "run", "us-west2", "a" * 40, "f", "update", changes=(change,))
    text = plan_text(Plan("p", "a" * 40, (service,)))
    assert "image: old\\x1b[31m -> new\\nline\n" in text
    assert "\x1b" not in text
