"""How the last release of each service left it, read from the bucket before drift is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from deployguard.cli.bucket import bucket_name, bucket_objects
from deployguard.gcp.connection import connect
from deployguard.journal.baseline import kept_baselines, read_baseline
from deployguard.journal.objects import Objects
from deployguard.model.baseline import Baseline
from deployguard.model.errors import CloudError
from deployguard.model.service import Project, Service

_AT_ONCE = 8


def baselines_of(project: Project, services: Sequence[Service]) -> Callable[[Service], Baseline | None]:
    """Read what releases left, once for all services; without a bucket there were none.

    The function that is returned raises CloudError where the bucket could not be read: then nobody knows what was
    changed since.
    """
    name = bucket_name(project)
    if not name:
        return _nothing()
    objects = bucket_objects(connect(project), name)
    try:
        known = kept_baselines(objects)
    except CloudError as error:
        return _refused(error)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        wanted = [each for each in services if (project.region_of(each), each.name) in known]
        found = dict(
            zip((each.name for each in wanted), pool.map(_reader(objects, project), wanted), strict=True)
        )
    return lambda service: _told(found.get(service.name))


def _reader(objects: Objects, project: Project) -> Callable[[Service], Baseline | CloudError | None]:
    def read(service: Service) -> Baseline | CloudError | None:
        try:
            return read_baseline(objects, project.region_of(service), service.name)
        except CloudError as error:
            return error

    return read


def _told(found: Baseline | CloudError | None) -> Baseline | None:
    if isinstance(found, CloudError):
        raise found
    return found


def _nothing() -> Callable[[Service], Baseline | None]:
    return lambda _: None


def _refused(error: CloudError) -> Callable[[Service], Baseline | None]:
    def refuse(_: Service) -> Baseline | None:
        raise error

    return refuse
