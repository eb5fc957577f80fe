"""Reading Cloud Run services and revisions (google/cloud/run/v2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.ingress import ingress_word
from deployguard.gcp.names import short
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import ONCE, patiently
from deployguard.gcp.settings import moment, plain_environment, settings_of
from deployguard.gcp.stamps import stamp_of
from deployguard.model.errors import CloudError
from deployguard.model.live import LiveRevision, LiveService, Share, Stamp
from deployguard.model.stamp_names import StampNames

_LATEST = 1  # TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
_SUCCEEDED, _FAILED = 4, 3  # Condition.State
_FUNCTION_ID = "cloudfunctions.googleapis.com/function-id"
_Read = Callable[[str, str, str, str], LiveRevision | None]


class Services:
    """Services and revisions of one project; `calls` counts the requests that were sent."""

    def __init__(self, connection: Connection, names: StampNames) -> None:
        self._connection = connection
        self._names = names
        self.calls = 0

    def list(self, region: str) -> tuple[LiveService, ...]:
        """Return the services of a region, by one list call and one more for each serving revision that is not the
        latest one. One that cannot be read has no stamp and a `reason`, and hides no other service.

        Raises:
            CloudError: the list cannot be read.
        """
        from google.cloud import run_v2

        parent = f"projects/{self._connection.project}/locations/{region}"
        with refusals(f"listing the Cloud Run services of {region}"):
            pages = self._services.list_services(
                run_v2.ListServicesRequest(parent=parent, page_size=1000)
            ).pages
            found = []
            for page in pages:
                self.calls += 1
                found += [self._live(run_v2.Service.pb(each), self._readable) for each in page.services]
        return tuple(sorted(found, key=lambda service: service.name))

    def get(self, region: str, name: str) -> LiveService | None:
        """Return one service, None where there is none.

        Raises:
            CloudError: the call failed.
        """
        raw = self.raw(region, name)
        return None if raw is None else self._live(raw, self.revision)

    def raw(self, region: str, name: str) -> Any:
        """Return the protobuf message of a service, for a read-modify-write; None where there is none."""
        from google.cloud import run_v2

        path = self._path(region, name)
        found = self._asked(f"reading the service {name} in {region}", self._services.get_service, path)
        return None if found is None else run_v2.Service.pb(found)

    def revision(self, region: str, service: str, name: str, uid: str = "") -> LiveRevision | None:
        """Return one revision, None where there is none; `uid` is its service's, for comparing values of variables.

        Raises:
            CloudError: the call failed.
        """
        from google.cloud import run_v2

        path = f"{self._path(region, service)}/revisions/{name}"
        found = self._asked(f"reading the revision {name} in {region}", self._revisions.get_revision, path)
        return None if found is None else self._revision(run_v2.Revision.pb(found), uid)

    def _asked(self, doing: str, get: Callable[..., Any], path: str) -> Any:
        """Return what a `get` method answers, None where there is nothing of that name."""

        def ask() -> Any:
            self.calls += 1
            with refusals(doing):
                return get(name=path, **ONCE)

        try:
            return patiently(ask, self._connection.patience)
        except CloudError as error:
            if error.kind == "missing":
                return None
            raise

    def _readable(self, region: str, service: str, name: str, uid: str) -> LiveRevision | None:
        try:
            return self.revision(region, service, name, uid)
        except CloudError as error:
            return LiveRevision(name, reason=str(error))

    def _path(self, region: str, name: str) -> str:
        return f"projects/{self._connection.project}/locations/{region}/services/{name}"

    @cached_property
    def _services(self) -> Any:
        from google.cloud import run_v2

        return self._connection.client(run_v2.ServicesClient)

    @cached_property
    def _revisions(self) -> Any:
        from google.cloud import run_v2

        return self._connection.client(run_v2.RevisionsClient)

    def _live(self, service: Any, read: _Read) -> LiveService:
        region, name = service.name.split("/")[3], service.name.split("/")[5]
        ready = short(service.latest_ready_revision)
        traffic = _traffic(service, ready)
        serving = sorted({share.revision for share in traffic if share.percent})
        return LiveService(
            name=name,
            region=region,
            uri=service.uri,
            labels=tuple(sorted(service.labels.items())),
            latest_created=short(service.latest_created_revision),
            latest_ready=ready,
            failed=_failure(service),
            ingress=ingress_word(service.ingress),
            traffic=traffic,
            serving=tuple(self._serving(service, region, each, read) for each in serving),
            template=settings_of(service.template, service.uid),
            template_stamp=self._template_stamp(service),
            modifier=service.last_modifier,
            function=_function(service),
            generation=service.generation,
            etag=service.etag,
            uid=service.uid,
        )

    def _serving(self, service: Any, region: str, revision: str, read: _Read) -> LiveRevision:
        """The template speaks for the latest revision; any other has to be asked for."""
        if revision == short(service.latest_created_revision) and not service.reconciling:
            return self._of_template(service, revision)
        found = read(region, short(service.name), revision, service.uid) if revision else None
        return found or LiveRevision(revision, ready=None, reason="this revision is not to be found")

    def _template_stamp(self, service: Any) -> Stamp:
        template = service.template
        labels = {**dict(service.labels), **dict(template.labels)}
        return stamp_of(plain_environment(template), labels, self._names)

    def _of_template(self, service: Any, revision: str) -> LiveRevision:
        template = service.template
        return LiveRevision(
            name=revision,
            created=moment(service.update_time),
            ready=service.latest_ready_revision == service.latest_created_revision,
            stamp=self._template_stamp(service),
            settings=settings_of(template, service.uid),
        )

    def _revision(self, revision: Any, uid: str) -> LiveRevision:
        ready = next((each for each in revision.conditions if each.type_ == "Ready"), None)
        return LiveRevision(
            name=short(revision.name),
            created=moment(revision.create_time),
            ready={_SUCCEEDED: True, _FAILED: False}.get(ready.state) if ready is not None else None,
            reason=ready.message if ready is not None else "",
            stamp=stamp_of(plain_environment(revision), dict(revision.labels), self._names),
            settings=settings_of(revision, uid),
        )


def _traffic(service: Any, ready: str) -> tuple[Share, ...]:
    statuses = service.traffic_statuses
    return tuple(
        Share(short(each.revision) or ready, each.percent, each.tag, each.type_ == _LATEST, each.uri)
        for each in statuses
    )


def _failure(service: Any) -> str:
    """Return why the latest revision is not ready; "" where it is, or is not decided."""
    condition = service.terminal_condition
    if condition.state != _FAILED:
        return ""
    return condition.message or "the latest revision is not ready"


def _function(service: Any) -> str:
    """Return the function over a service, by the label and annotation that Cloud Functions writes."""
    if dict(service.labels).get("goog-managed-by") != "cloudfunctions":
        return ""
    return dict(service.annotations).get(_FUNCTION_ID, "") or short(service.name)
