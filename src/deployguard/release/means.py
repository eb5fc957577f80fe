"""What every step of a release works with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from deployguard.gcp.connection import Connection
from deployguard.gcp.services import Services
from deployguard.journal.objects import Objects
from deployguard.model.service import Project
from deployguard.model.stamp_names import StampNames
from deployguard.release.failures import InterruptedReleaseError


@dataclass(frozen=True, slots=True)
class Limits:
    """For how many seconds a thing is waited for; a first build of a large image takes a quarter of an hour."""

    build: float = 2400.0
    ship: float = 900.0
    traffic: float = 300.0
    lease: float = 60.0


@dataclass(frozen=True)
class Means:
    """`tell` takes a service and a line for people. `stop` is set when the release is to end early, and be undone.

    `bucket` is the name of the bucket behind `objects`; the archives that are built lie in it too.
    """

    project: Project
    connection: Connection
    objects: Objects
    bucket: str
    names: StampNames
    tell: Callable[[str, str], None]
    stop: threading.Event = field(default_factory=threading.Event)
    limits: Limits = Limits()

    @cached_property
    def services(self) -> Services:
        return Services(self.connection, self.names)

    def checkpoint(self) -> None:
        """Raise InterruptedReleaseError when the release is to end."""
        if self.stop.is_set():
            raise InterruptedReleaseError

    def pause(self, seconds: float) -> None:
        """Sleep; raise InterruptedReleaseError as soon as the release is to end."""
        self.stop.wait(seconds)
        self.checkpoint()


def until(seconds: float) -> float:
    """Return the monotonic moment so many seconds from now."""
    return time.monotonic() + seconds
