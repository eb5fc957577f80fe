"""Instances of revisions: started on demand, at most a few, stopped when idle."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployguard.emulator import metadata
from deployguard.emulator.conditions import REASONS
from deployguard.emulator.faults import Faults
from deployguard.emulator.images import Image, ImageMissing, Images
from deployguard.emulator.log import Log
from deployguard.emulator.store import Store
from deployguard.runtime.process import Process, start

_MOST_INSTANCES = 3
_IDLE_S = 120.0
_LONGEST_START_S = 60.0
_PASSED_ON = (
    "FIRESTORE_EMULATOR_HOST",
    "PUBSUB_EMULATOR_HOST",
    "BIGQUERY_EMULATOR_HOST",
    "STORAGE_EMULATOR_HOST",
    "LANG",
    "TZ",
)


class NotReady(Exception):
    """Why a revision cannot serve; `reason` is a CommonReason."""

    def __init__(self, message: str, reason: int = REASONS.REVISION_FAILED) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(eq=False, slots=True)
class _Instance:
    process: Process
    busy: int = 0
    used: float = field(default_factory=time.monotonic)


class Instances:
    """Every instance of this cloud, by full revision name."""

    def __init__(self, store: Store, images: Images, log: Log, faults: Faults, address: str) -> None:
        self._store = store
        self._images = images
        self._log = log
        self._faults = faults
        self._address = address
        self._running: dict[str, list[_Instance]] = {}
        self._lock = threading.Lock()
        self._starting: dict[str, threading.Lock] = {}
        self._stopped = threading.Event()
        threading.Thread(target=self._reap, daemon=True, name="reaper").start()

    def check(self, revision: Any) -> None:
        """Start a first instance, as Cloud Run does before a revision is ready; raises NotReady."""
        if self._faults.strikes("not-ready", revision.name):
            raise NotReady("The container did not listen in time, as asked for.")
        if self.image(revision).folder:
            self._grown(revision)

    def image(self, revision: Any) -> Image:
        """Return the image of a revision; raises NotReady when there is none."""
        try:
            return self._images.find(revision.containers[0].image)
        except ImageMissing as problem:
            raise NotReady(str(problem), REASONS.CONTAINER_MISSING) from problem

    @contextmanager
    def instance(self, revision: Any) -> Iterator[int]:
        """Hold an instance for one request, and give its port; raises NotReady."""
        one = self._least_busy(revision)
        self._count(one, 1)
        try:
            yield one.process.port
        finally:
            self._count(one, -1)
            if self._faults.strikes("crash", revision.name):
                one.process.kill()

    def keep_only(self, service: str, revisions: Collection[str]) -> None:
        """Stop the instances of a service's other revisions."""
        with self._lock:
            gone = [
                name for name in self._running if name.startswith(f"{service}/") and name not in revisions
            ]
            stopped = [one for name in gone for one in self._running.pop(name)]
        # a request that an old revision still answers must not hold up the operation
        threading.Thread(target=_stop, args=(stopped,), daemon=True, name="stop").start()

    def count(self) -> int:
        with self._lock:
            return sum(len(ones) for ones in self._running.values())

    def stop(self) -> None:
        self._stopped.set()
        with self._lock:
            every = [one for ones in self._running.values() for one in ones]
            self._running.clear()
        _stop(every)

    def _count(self, one: _Instance, more: int) -> None:
        with self._lock:
            one.busy += more
            one.used = time.monotonic()

    def _least_busy(self, revision: Any) -> _Instance:
        most = min(revision.scaling.max_instance_count or _MOST_INSTANCES, _MOST_INSTANCES)
        alive = self._alive(revision.name)
        free = [one for one in alive if one.busy < revision.max_instance_request_concurrency]
        if free:
            return min(free, key=lambda one: one.busy)
        if len(alive) >= most:
            return min(alive, key=lambda one: one.busy)
        return self._grown(revision)

    def _alive(self, name: str) -> list[_Instance]:
        with self._lock:
            found = self._running.get(name, [])
            alive = [one for one in found if one.process.alive]
            if len(alive) < len(found):
                self._running[name] = alive
        for _ in range(len(found) - len(alive)):
            self._log.system(name, "Uncaught signal or exit: the instance has ended by itself.", "WARNING")
        return alive

    def _grown(self, revision: Any) -> _Instance:
        """Start one more instance, unless another request has just started one that is free."""
        with self._lock:
            gate = self._starting.setdefault(revision.name, threading.Lock())
        before = len(self._alive(revision.name))
        with gate:
            alive = self._alive(revision.name)
            if len(alive) > before:
                return min(alive, key=lambda one: one.busy)
            one = self._start(revision)
            with self._lock:
                if self._stopped.is_set():
                    one.process.stop()
                    raise NotReady("The emulator is stopping.")
                self._running.setdefault(revision.name, []).append(one)
            return one

    def _start(self, revision: Any) -> _Instance:
        image, container = self.image(revision), revision.containers[0]
        command = (*(container.command or image.command), *container.args)
        env = {
            **surroundings(),
            **self._identity(revision),
            **image.env,
            **self._env(container),
            **_names(revision),
        }
        folder = Path(container.working_dir or image.folder)
        process = start(
            command, folder, env, lambda stream, text: self._log.line(revision.name, stream, text)
        )
        if process.listens(_LONGEST_START_S):
            return _Instance(process)
        ended = process.exit_status
        process.stop()
        how = (
            f"exited with status {ended}"
            if ended is not None
            else f"did not listen on PORT within {_LONGEST_START_S:.0f} s"
        )
        self._log.system(revision.name, f"The container failed to start: it {how}.", "ERROR")
        raise NotReady(f"The container failed to start: it {how}. Its log says more.")

    def _identity(self, revision: Any) -> dict[str, str]:
        return metadata.variables(self._address, revision.name.split("/")[1], revision.service_account)

    def _env(self, container: Any) -> dict[str, str]:
        return {variable.name: self._value(variable) for variable in container.env}

    def _value(self, variable: Any) -> str:
        reference = variable.value_source.secret_key_ref
        if not reference.secret:
            return str(variable.value)
        name = reference.secret.rpartition("/")[2]
        held = self._store.get("secret", name)
        if held is None:
            raise NotReady(
                f"Secret {reference.secret} was not found, or cannot be read.",
                REASONS.SECRETS_ACCESS_CHECK_FAILED,
            )
        return held.decode()

    def _reap(self) -> None:
        while not self._stopped.wait(1.0):
            late = time.monotonic() - _IDLE_S
            with self._lock:
                idle = [
                    one for ones in self._running.values() for one in ones if not one.busy and one.used < late
                ]
                for name, ones in list(self._running.items()):
                    self._running[name] = [one for one in ones if one not in idle]
            _stop(idle)


def _stop(instances: list[_Instance]) -> None:
    """Ask all of them to end before waiting for any."""
    for one in instances:
        one.process.terminate()
    for one in instances:
        one.process.stop()


def surroundings() -> Mapping[str, str]:
    """Return what every container has in its environment."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {"PATH": os.defpath, "HOME": "/tmp", "PYTHONUNBUFFERED": "1", **kept}  # noqa: S108 - HOME of a container


def _names(revision: Any) -> dict[str, str]:
    return {
        "K_SERVICE": revision.service,
        "K_REVISION": revision.name.rpartition("/")[2],
        "K_CONFIGURATION": revision.service,
    }
