"""Cloud Run jobs (google/cloud/run/v2/job.proto)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.names import short
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import ONCE
from deployguard.model.errors import CloudError
from deployguard.model.schedule import REPOSITORY_VARIABLE, SCHEDULE_LABEL, RunJob
from deployguard.model.stamp_names import MANAGED_LABEL


class Jobs:
    """The jobs of one project in one region."""

    def __init__(self, connection: Connection, region: str) -> None:
        self._connection = connection
        self._region = region
        self._parent = f"projects/{connection.project}/locations/{region}"

    def get(self, name: str) -> RunJob | None:
        """Return a job, None where there is none.

        Raises:
            CloudError: the call failed.
        """
        found = self._raw(name)
        return None if found is None else _job(type(found).pb(found))

    def put(self, job: RunJob, label: str, limit: float = 300.0) -> None:
        """Create a job, or update the one of its name, and wait until it is done; `label` says which schedule it is of.

        What deployguard does not write stays as it is.

        Raises:
            CloudError: the call failed, or is not done after `limit` seconds.
        """
        from google.cloud import run_v2

        found = self._raw(job.name)
        wanted = found if found is not None else run_v2.Job()
        _put(run_v2.Job.pb(wanted), job, label)
        with refusals(f"writing the job {job.name} in {self._region}"):
            if found is None:
                request = run_v2.CreateJobRequest(parent=self._parent, job=wanted, job_id=job.name)
                self._client.create_job(request, **ONCE).result(timeout=limit)
            else:
                self._client.update_job(run_v2.UpdateJobRequest(job=wanted), **ONCE).result(timeout=limit)

    def _raw(self, name: str) -> Any:
        try:
            with refusals(f"reading the job {name} in {self._region}"):
                return self._client.get_job(name=f"{self._parent}/jobs/{name}", **ONCE)
        except CloudError as error:
            if error.kind == "missing":
                return None
            raise

    @cached_property
    def _client(self) -> Any:
        from google.cloud import run_v2

        return self._connection.client(run_v2.JobsClient)


def _job(message: Any) -> RunJob:
    template = message.template.template
    container = template.containers[0] if template.containers else None
    variables = {one.name: one.value for one in container.env} if container is not None else {}
    return RunJob(
        name=short(message.name),
        image=container.image if container is not None else "",
        arguments=tuple(container.args) if container is not None else (),
        account=template.service_account,
        repository=variables.get(REPOSITORY_VARIABLE, ""),
        timeout=template.timeout.seconds,
        retries=template.max_retries,
        ours=MANAGED_LABEL in message.labels.items(),
    )


def _put(message: Any, job: RunJob, label: str) -> None:
    message.labels.update({MANAGED_LABEL[0]: MANAGED_LABEL[1], SCHEDULE_LABEL: label})
    template = message.template.template
    template.max_retries = job.retries
    template.timeout.seconds = job.timeout
    if job.account:
        template.service_account = job.account
    container = template.containers[0] if template.containers else template.containers.add()
    container.image = job.image
    del container.args[:]
    container.args.extend(job.arguments)
    kept = [one for one in container.env if one.name != REPOSITORY_VARIABLE]
    del container.env[:]
    container.env.extend(kept)
    if job.repository:
        container.env.add(name=REPOSITORY_VARIABLE, value=job.repository)
