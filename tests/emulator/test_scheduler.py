"""Cloud Scheduler v1 through the stock client."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import scheduler_v1

from tests.emulator.clients import PARENT, Clients

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("transport", ["grpc", "rest"])
def test_a_job_is_made_changed_paused_and_dropped(cloud: Clients, transport: str) -> None:
    jobs: Any = cloud.of(scheduler_v1.CloudSchedulerClient, transport)
    name = f"{PARENT}/jobs/morning-{uuid.uuid4().hex[:6]}"
    job = {
        "name": name,
        "schedule": "0 6 * * *",
        "time_zone": "America/New_York",
        "http_target": {"uri": "https://x.invalid/"},
    }
    made = jobs.create_job(parent=PARENT, job=job)
    assert made.state == scheduler_v1.Job.State.ENABLED
    with pytest.raises(exceptions.Conflict):
        jobs.create_job(parent=PARENT, job=job)
    changed = jobs.update_job(
        job={"name": name, "schedule": "0 7 * * *"}, update_mask={"paths": ["schedule"]}
    )
    assert (changed.schedule, changed.time_zone) == ("0 7 * * *", "America/New_York")
    assert jobs.pause_job(name=name).state == scheduler_v1.Job.State.PAUSED
    assert name in {one.name for one in jobs.list_jobs(parent=PARENT)}
    with pytest.raises(exceptions.BadRequest):
        jobs.update_job(job={"name": name, "schedule": "soon"}, update_mask={"paths": ["schedule"]})
    jobs.delete_job(name=name)
    with pytest.raises(exceptions.NotFound):
        jobs.get_job(name=name)
