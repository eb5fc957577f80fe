"""Cloud Run Admin API v2: jobs and their executions (google/cloud/run/v2/job.proto).

An execution really runs the command of its image, once; tasks and retries are not modelled.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from google.cloud import run_v2

from deployguard.emulator import metadata
from deployguard.emulator.cloud import Cloud
from deployguard.emulator.collection import Collection
from deployguard.emulator.conditions import FAILED, SUCCEEDED, condition, set_conditions
from deployguard.emulator.images import ImageMissing
from deployguard.emulator.instances import surroundings
from deployguard.emulator.masks import update
from deployguard.emulator.paging import page
from deployguard.emulator.refusal import Refusal, invalid
from deployguard.emulator.resources import location_of, now
from deployguard.runtime.process import start

_FIXED = frozenset(
    {"name", "uid", "generation", "create_time", "update_time", "creator", "last_modifier", "conditions"}
    | {"observed_generation", "terminal_condition", "execution_count", "latest_created_execution"}
    | {"reconciling", "etag"}
)
_Job, _Execution = run_v2.Job.pb(), run_v2.Execution.pb()
_PAUSE_S = 0.05


def executions_of(cloud: Cloud) -> Collection:
    """Return the executions that are kept."""
    return Collection(cloud.store, "execution", _Execution)


class Jobs:
    """The methods of google.cloud.run.v2.Jobs."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._jobs, self._executions = Collection(cloud.store, "run job", _Job), executions_of(cloud)
        cloud.operations.does("CreateJob", self._settle)
        cloud.operations.does("UpdateJob", self._settle)
        cloud.operations.does("RunJob", self._execute)

    def create_job(self, request: Any) -> Any:
        location_of(request.parent)
        job = _Job(name=f"{request.parent}/jobs/{request.job_id}", uid=str(uuid.uuid4()), generation=1)
        if self._jobs.has(job.name):
            raise Refusal("ALREADY_EXISTS", f"Resource '{request.job_id}' already exists.")
        job.create_time.CopyFrom(now())
        return self._changed("CreateJob", job, request.job)

    def update_job(self, request: Any) -> Any:
        job = self._jobs.get(request.job.name)
        if request.job.etag and request.job.etag != job.etag:
            raise Refusal("ABORTED", f"Conflict for resource '{job.name}': its etag is stale.")
        job.generation += 1
        return self._changed("UpdateJob", job, request.job)

    def get_job(self, request: Any) -> Any:
        return self._jobs.get(request.name)

    def list_jobs(self, request: Any) -> Any:
        jobs, token = page(self._jobs.below(f"{request.parent}/jobs/"), request, usual=100)
        return run_v2.ListJobsResponse.pb()(jobs=jobs, next_page_token=token)

    def run_job(self, request: Any) -> Any:
        """Begin an execution; its operation ends when the command has."""
        return self.begin(request.name)

    def begin(self, name: str) -> Any:
        job = self._jobs.get(name)
        execution = _Execution(name=f"{name}/executions/{name.rpartition('/')[2]}-{uuid.uuid4().hex[:5]}")
        execution.job, execution.task_count, execution.running_count = name.rpartition("/")[2], 1, 1
        execution.template.CopyFrom(job.template.template)
        execution.create_time.CopyFrom(now())
        self._executions.keep(execution)
        job.execution_count += 1
        job.latest_created_execution.name = execution.name
        self._jobs.keep(job)
        parent = "/".join(name.split("/")[:4])
        return self._cloud.operations.start(parent, "RunJob", execution.name, execution)

    def _changed(self, kind: str, job: Any, given: Any) -> Any:
        update(job, given, (), _FIXED)
        if not job.template.template.containers:
            raise invalid("job.template.template.containers: one is required")
        job.etag = f'"{uuid.uuid4().hex[:12]}"'
        job.update_time.CopyFrom(now())
        job.reconciling = True
        self._jobs.keep(job)
        return self._cloud.operations.start("/".join(job.name.split("/")[:4]), kind, job.name, job)

    def _settle(self, name: str) -> Any:
        job = self._jobs.get(name)
        job.reconciling, job.observed_generation = False, job.generation
        job.terminal_condition.CopyFrom(condition("Ready", SUCCEEDED))
        return self._jobs.keep(job)

    def _execute(self, name: str) -> Any:
        execution = self._executions.get(name)
        execution.start_time.CopyFrom(now())
        failure = self._failure(execution)
        execution.running_count = 0
        execution.failed_count, execution.succeeded_count = (1, 0) if failure else (0, 1)
        execution.completion_time.CopyFrom(now())
        state = FAILED if failure else SUCCEEDED
        set_conditions(execution, condition("Completed", state, failure))
        return self._executions.keep(execution)

    def _failure(self, execution: Any) -> str:
        """Run the command of an execution to its end; return why it failed, "" where it did not."""
        template = execution.template
        container = template.containers[0]
        try:
            image = self._cloud.images.find(container.image)
        except ImageMissing as problem:
            return str(problem)
        if not image.folder:
            return ""
        project = execution.name.split("/")[1]
        process = start(
            (*(container.command or image.command), *container.args),
            Path(container.working_dir or image.folder),
            {
                **surroundings(),
                **metadata.variables(self._cloud.address, project, template.service_account),
                **image.env,
                **{one.name: one.value for one in container.env},
                "CLOUD_RUN_JOB": execution.job,
                "CLOUD_RUN_EXECUTION": execution.name.rpartition("/")[2],
            },
            lambda stream, text: self._cloud.log.job_line(execution.name, stream, text),
        )
        late = time.monotonic() + (template.timeout.seconds or 600)
        while process.alive and time.monotonic() < late:
            time.sleep(_PAUSE_S)
        status = process.exit_status
        process.stop()
        if status is None:
            return f"The execution did not end within {template.timeout.seconds or 600} s."
        return f"The container exited with an error: exit({status})." if status else ""


class Executions:
    """The methods of google.cloud.run.v2.Executions."""

    def __init__(self, cloud: Cloud) -> None:
        self._executions = executions_of(cloud)

    def get_execution(self, request: Any) -> Any:
        return self._executions.get(request.name)

    def list_executions(self, request: Any) -> Any:
        found, token = page(self._executions.below(f"{request.parent}/executions/"), request, usual=100)
        return run_v2.ListExecutionsResponse.pb()(executions=found, next_page_token=token)
