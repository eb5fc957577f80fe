"""Cloud Scheduler jobs (google/cloud/scheduler/v1/job.proto)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.names import short
from deployguard.gcp.refusals import refusals
from deployguard.model.schedule import Clock

_OURS = "managed-by=deployguard"
_POST = 1  # HttpMethod
_FIELDS = ("description", "schedule", "time_zone", "http_target")


class Clocks:
    """The Scheduler jobs of one project in one region."""

    def __init__(self, connection: Connection, region: str) -> None:
        self._connection = connection
        self._region = region
        self._parent = f"projects/{connection.project}/locations/{region}"

    def list(self) -> tuple[Clock, ...]:
        """Return every Scheduler job of the region, those of others too, by name.

        Raises:
            CloudError: the call failed.
        """
        with refusals(f"listing the Scheduler jobs of {self._region}"):
            found = [_clock(type(one).pb(one)) for one in self._client.list_jobs(parent=self._parent)]
        return tuple(sorted(found, key=lambda clock: clock.name))

    def create(self, clock: Clock) -> None:
        """Make a Scheduler job.

        Raises:
            CloudError: the call failed; kind `conflict` where there is one of its name.
        """
        with refusals(f"creating the Scheduler job {clock.name} in {self._region}"):
            self._client.create_job(parent=self._parent, job=self._message(clock))

    def update(self, clock: Clock) -> None:
        """Make the Scheduler job of this name as it is wanted; whether it is paused, and its retries, stay.

        Raises:
            CloudError: the call failed.
        """
        with refusals(f"updating the Scheduler job {clock.name} in {self._region}"):
            self._client.update_job(job=self._message(clock), update_mask={"paths": list(_FIELDS)})

    def _message(self, clock: Clock) -> Any:
        from google.cloud import scheduler_v1

        target: dict[str, Any] = {"uri": clock.target, "http_method": _POST}
        if clock.account:
            scope = "https://www.googleapis.com/auth/cloud-platform"
            target["oauth_token"] = {"service_account_email": clock.account, "scope": scope}
        return scheduler_v1.Job(
            name=f"{self._parent}/jobs/{clock.name}",
            description=f"{_OURS}; written in deployguard.toml",
            schedule=clock.cron,
            time_zone=clock.timezone,
            http_target=target,
        )

    @cached_property
    def _client(self) -> Any:
        from google.cloud import scheduler_v1

        return self._connection.client(scheduler_v1.CloudSchedulerClient)


def _clock(message: Any) -> Clock:
    match message.WhichOneof("target"):
        case "http_target":
            target, token = message.http_target.uri, message.http_target.oauth_token
            account = token.service_account_email or message.http_target.oidc_token.service_account_email
        case "pubsub_target":
            target, account = f"topic {message.pubsub_target.topic_name.rpartition('/')[2]}", ""
        case _:
            target, account = "app engine", ""
    return Clock(
        name=short(message.name),
        cron=message.schedule,
        timezone=message.time_zone,
        target=target,
        account=account,
        state=type(message).State.Name(message.state),
        ours=message.description.startswith(_OURS),
    )
