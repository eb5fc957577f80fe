"""Cloud Scheduler API v1 (google/cloud/scheduler/v1/cloudscheduler.proto): jobs are kept, never run by the clock, and run on request.

What can be run is a target that runs a Cloud Run job; any other is not called.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from google.cloud import scheduler_v1
from google.protobuf import empty_pb2

from deployguard.emulator.collection import Collection
from deployguard.emulator.jobs import Jobs
from deployguard.emulator.masks import update
from deployguard.emulator.paging import page
from deployguard.emulator.refusal import Refusal, invalid
from deployguard.emulator.resources import location_of, now
from deployguard.emulator.store import Store

_FIXED = frozenset({"name", "state", "user_update_time", "status", "schedule_time", "last_attempt_time"})
_CRON = re.compile(r"(?:[\d*/,A-Za-z-]+\s+){4}[\d*/,A-Za-z-]+|every .+", re.IGNORECASE)
_RUN_JOB = re.compile(r"https://run\.googleapis\.com/v2/(projects/[^/]+/locations/[^/]+/jobs/[^/:]+):run")
_State = scheduler_v1.Job.State
_Job = scheduler_v1.Job.pb()


class SchedulerJobs:
    """The methods of google.cloud.scheduler.v1.CloudScheduler."""

    def __init__(self, store: Store, jobs: Jobs) -> None:
        self._kept = Collection(store, "job", _Job)
        self._jobs = jobs

    def list_jobs(self, request: Any) -> Any:
        jobs, token = page(self._kept.below(f"{request.parent}/jobs/"), request, usual=100)
        return scheduler_v1.ListJobsResponse.pb()(jobs=jobs, next_page_token=token)

    def get_job(self, request: Any) -> Any:
        return self._kept.get(request.name)

    def create_job(self, request: Any) -> Any:
        location_of(request.parent)
        job = _Job(
            name=request.job.name or f"{request.parent}/jobs/{uuid.uuid4().int % 10**18}",
            state=_State.ENABLED,
        )
        if not job.name.startswith(f"{request.parent}/jobs/"):
            raise invalid(f"Job name must be formatted: {request.parent}/jobs/JOB_ID")
        if self._kept.has(job.name):
            raise Refusal("ALREADY_EXISTS", f"Job {job.name} already exists.")
        update(job, request.job, (), _FIXED)
        return self._checked(job)

    def update_job(self, request: Any) -> Any:
        job = self._kept.get(request.job.name)
        update(job, request.job, request.update_mask.paths, _FIXED)
        return self._checked(job)

    def run_job(self, request: Any) -> Any:
        """Call the target now, whether the job is paused or not; its status says how that began."""
        job = self._kept.get(request.name)
        try:
            self._jobs.begin(_run_job_of(job.http_target.uri))
            job.status.Clear()
        except Refusal as refusal:
            job.status.code, job.status.message = refusal.code, refusal.message
        job.last_attempt_time.CopyFrom(now())
        return self._kept.keep(job)

    def pause_job(self, request: Any) -> Any:
        return self._in_state(request, _State.PAUSED)

    def resume_job(self, request: Any) -> Any:
        return self._in_state(request, _State.ENABLED)

    def delete_job(self, request: Any) -> Any:
        self._kept.drop(request.name)
        return empty_pb2.Empty()

    def _in_state(self, request: Any, state: int) -> Any:
        job = self._kept.get(request.name)
        job.state = state
        return self._checked(job)

    def _checked(self, job: Any) -> Any:
        if not _CRON.fullmatch(job.schedule.strip()):
            raise invalid("Schedule or time zone is invalid.")
        if job.WhichOneof("target") is None:
            raise invalid("Job must specify a target.")
        job.time_zone = job.time_zone or "Etc/UTC"
        job.user_update_time.CopyFrom(now())
        return self._kept.keep(job)


def _run_job_of(uri: str) -> str:
    """Return the Cloud Run job that a URL runs; raises Refusal for any other URL."""
    target = _RUN_JOB.fullmatch(uri)
    if target is None:
        raise Refusal("UNIMPLEMENTED", "the emulator calls Cloud Run jobs alone")
    return target[1]
