"""What `deploy` and `rollback` share: the cloud of the configuration, signals, and lines of progress."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from deployguard.cli.bucket import bucket_objects, needed_bucket_name
from deployguard.cli.output import tell
from deployguard.model.errors import UsageError
from deployguard.model.extras import lacks
from deployguard.model.service import Project, Service

if TYPE_CHECKING:
    from deployguard.gcp.connection import Connection
    from deployguard.journal.objects import Objects
    from deployguard.release.means import Means

ObjectsOf = Callable[["Connection", str], "Objects"]
RELEASES = (
    # what is said where no bucket is configured
    ', where locks, journal and build sources are kept: add bucket = "NAME" to it; '
    "`gcloud storage buckets create gs://NAME` makes one"
)


def means_of(
    project: Project,
    stop: threading.Event,
    objects_of: ObjectsOf = bucket_objects,
    names: Sequence[str] = (),
) -> Means:
    """Return what a release works with; `names` are those of the services that it is about.

    Raises:
        UsageError: the extra `gcp` is missing, or the configuration names no project or no bucket.
    """
    try:
        from deployguard.gcp.connection import connect
        from deployguard.release.means import Means
    except ModuleNotFoundError as error:
        raise UsageError(lacks(error, "a release", "gcp")) from error
    from deployguard.model.stamp_names import stamp_names

    connection = connect(project)
    bucket = needed_bucket_name(project, RELEASES)
    stamps = stamp_names(project.table("labels"))
    objects = objects_of(connection, bucket)
    return Means(project, connection, objects, bucket, stamps, line_teller(names), stop)


def region_of(project: Project, service: Service) -> str:
    """Return where a service runs.

    Raises:
        UsageError: no region is configured.
    """
    region = project.region_of(service)
    if not region:
        raise UsageError(f"{project.path}: neither [project] nor {service.name} has a `region`")
    return region


def line_teller(names: Sequence[str] = ()) -> Callable[[str, str], None]:
    """Return what tells a line of progress of a service: one line each, whole, from whichever thread.

    With the names of all services that will be spoken of, what is said of each begins in the same column.
    """
    width = max(map(len, names), default=0) + 1
    turn, began = threading.Lock(), time.monotonic()

    def say(service: str, line: str) -> None:
        with turn:
            for part in line.splitlines() or [""]:
                tell(f"{time.monotonic() - began:6.1f} s  {f'{service}:':{width}} {part}")

    return say


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let SIGINT and SIGTERM ask for the end instead of ending the program; a second one changes nothing."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        if not stop.is_set():
            tell("deployguard: interrupted; what is not done yet is put back (this takes a moment)")
        stop.set()

    former = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
