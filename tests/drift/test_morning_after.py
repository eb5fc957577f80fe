"""What a person reads after somebody went back, changed something by hand, or renamed a service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deployguard.model.baseline import Baseline
from deployguard.model.drift import Verdict
from deployguard.model.live import LiveRevision, LiveService, Settings, Share, Stamp
from tests.drift.judging import REGION, judged, stamped
from tests.repositories import git, head, make_repository, sample_files

FILES = """\
-- deployguard.toml --
[project]
id = "p"
region = "us-west2"

[services.orders]
kind = "run"
dockerfile = "orders/Dockerfile"
-- orders/Dockerfile --
FROM python:3.12-slim
COPY orders /app
CMD ["python", "/app/main.py"]
-- orders/main.py --
print("orders")
"""
pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", list(sample_files(FILES)))


def waiting(
    folder: Path, *, release: str, modifier: str = "", template: Settings | None = None
) -> LiveService:
    """The revision of release r1 serves, and a newer one gets no requests."""
    held = Settings(image="r/orders@sha256:1", env=("STAGE",), memory="512Mi")
    stamp = Stamp(commit=head(folder), release="r1")
    return LiveService(
        "orders",
        REGION,
        latest_created=f"orders-{release}",
        latest_ready=f"orders-{release}",
        traffic=(Share("orders-r1", 100),),
        serving=(LiveRevision("orders-r1", ready=True, stamp=stamp, settings=held),),
        template=template or held,
        template_stamp=replace(stamp, release="r1" if release == "00002-abc" else release),
        modifier=modifier,
    )


def test_a_change_by_hand_whose_labels_came_along_is_not_taken_for_an_undone_release(folder: Path) -> None:
    other = Settings(image="r/orders@sha256:1", env=("DEBUG", "STAGE"), memory="1Gi")
    service = waiting(folder, release="00002-abc", modifier="ana@example.com", template=other)
    found = judged(folder, (service,))["orders"]
    assert found.verdict is Verdict.NOT_SERVING
    said = "changed by ana@example.com outside deployguard; what waits has variables +DEBUG, memory 1Gi"
    assert said in found.details


def test_what_an_undone_release_left_is_no_reason_as_long_as_what_is_written_serves(folder: Path) -> None:
    found = judged(folder, (waiting(folder, release="r2"),))["orders"]
    assert found.verdict is Verdict.CURRENT
    assert "orders-r2 is without requests: its release, r2, was undone or rolled back" in found.details


def test_a_rollback_is_called_one_with_who_and_why(folder: Path) -> None:
    service = waiting(folder, release="r2")
    (folder / "orders/main.py").write_text("print('more orders')\n")
    git(folder, "commit", "--quiet", "--all", "--message", "More")
    why = "rolled back from on 2030-01-02 06:00 UTC by ana: it sums wrongly"
    left = Baseline("r1", "orders-r1", "r/orders@sha256:1", ("STAGE",), left="orders-r2", why=why)
    found = judged(folder, (service,), baselines={"orders": left})["orders"]
    assert (found.verdict, found.reason) == (Verdict.NOT_SERVING, f"orders-r2 was {why}; orders-r1 serves")


def test_an_earlier_release_that_serves_is_no_list_of_differences(folder: Path) -> None:
    service = replace(waiting(folder, release="r1"), traffic=(Share("orders-r1", 100),))
    left = Baseline("r2", "orders-r2", "r/orders@sha256:2", ("STAGE", "MORE"))
    found = judged(folder, (service,), baselines={"orders": left})["orders"]
    reason = "changed since release r2: orders-r1 of an earlier release serves, not orders-r2"
    assert (found.verdict, found.reason) == (Verdict.MODIFIED, reason)


def test_a_service_that_was_renamed_is_told_to_be_the_one_that_nobody_configures(folder: Path) -> None:
    runs = stamped("orders", Stamp(commit=head(folder)))
    text = (folder / "deployguard.toml").read_text().replace("services.orders", "services.bills")
    (folder / "deployguard.toml").write_text(text)
    git(folder, "commit", "--quiet", "--all", "--message", "Rename")
    found = judged(folder, (runs,))
    assert (found["bills"].verdict, found["orders"].verdict) == (Verdict.MISSING, Verdict.UNMANAGED)
    (told,) = found["bills"].details
    assert told.startswith(
        "orders, which runs and is not configured any more, was shipped from the same place"
    )
