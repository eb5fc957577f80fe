"""Long-running operations: never done at once, and taken up again after a restart."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from google.longrunning import operations_pb2
from google.protobuf import any_pb2

from deployguard.emulator.faults import Faults
from deployguard.emulator.refusal import Refusal, not_found
from deployguard.emulator.store import Sealed, Store

Message = Any
Work = Callable[[str], Message]
_AT_LEAST_S = 0.05
_WORKERS = 8
_log = logging.getLogger(__name__)


class Operations:
    """Operations by name. What an operation does is named by a kind and a target, so that it can be resumed.

    The work of a kind must bear being done again: a kill may come at any moment.
    """

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults
        self._works: dict[str, Work] = {}
        self._waiting: SimpleQueue[tuple[str, str, str]] = SimpleQueue()
        self._changed = threading.Condition()
        self._stopped = False
        # daemons: a build under way must not hold up the end of the process, which ends the build
        for number in range(_WORKERS):
            threading.Thread(target=self._work, daemon=True, name=f"operation {number}").start()

    def does(self, kind: str, work: Work) -> None:
        """Say what operations of a kind do with their target; the work returns the response or raises Refusal."""
        self._works[kind] = work

    def start(self, parent: str, kind: str, target: str, metadata: Message, name: str = "") -> Message:
        """Begin an operation below `parent` (a project and location) and return it, not done."""
        operation = operations_pb2.Operation(name=name or f"{parent}/operations/{uuid.uuid4()}")
        operation.metadata.Pack(metadata)
        self._keep(operation)
        self._store.put("work", operation.name, f"{kind}\n{target}".encode())
        if not self._faults.strikes("stuck", kind) and not self._faults.strikes("stuck", target):
            self._waiting.put((operation.name, kind, target))
        return operation

    def finished(self, parent: str, metadata: Message, response: Message) -> Message:
        """Return an operation that has nothing to do, such as a validation."""
        operation = operations_pb2.Operation(name=f"{parent}/operations/{uuid.uuid4()}", done=True)
        operation.metadata.Pack(metadata)
        operation.response.Pack(response)
        self._keep(operation)
        return operation

    def resume(self) -> None:
        """Take up what an earlier process left unfinished."""
        for name, body in self._store.named("work"):
            kind, _, target = body.decode().partition("\n")
            self._waiting.put((name, kind, target))

    def get(self, name: str) -> Message:
        body = self._store.get("operation", name)
        if body is None:
            raise not_found(name)
        return operations_pb2.Operation.FromString(body)

    def wait(self, name: str, seconds: float) -> Message:
        """Return the operation when it is done, or as it is after so many seconds."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while (
                not (found := self.get(name)).done
                and not self._stopped
                and (left := deadline - time.monotonic()) > 0
            ):
                self._changed.wait(left)
        return found

    def below(self, prefix: str) -> list[Message]:
        return [
            operations_pb2.Operation.FromString(body) for _, body in self._store.named("operation", prefix)
        ]

    def describe(self, name: str, metadata: Message) -> None:
        """Replace the metadata of an operation under way."""
        operation = self.get(name)
        operation.metadata.Pack(metadata)
        self._keep(operation)

    def stop(self) -> None:
        """Begin nothing more, and let go of those who wait; what is unfinished is taken up by the next start."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            task = self._waiting.get()
            if self._stopped:
                return
            try:
                self._run(*task)
            except Sealed:
                return
            except Exception:
                _log.exception("%s of %s failed", *task[1:])

    def _run(self, name: str, kind: str, target: str) -> None:
        time.sleep(_AT_LEAST_S)
        try:
            response = self._works[kind](target)
            self._end(name, response, None)
        except Refusal as refusal:
            self._end(name, None, refusal)
        except Sealed:
            raise
        except Exception as problem:
            self._end(name, None, Refusal("INTERNAL", f"the emulator failed: {problem!r}"))
            raise

    def _end(self, name: str, response: Message, refusal: Refusal | None) -> None:
        with self._store.transaction():
            operation = self.get(name)
            operation.done = True
            if refusal:
                operation.error.code, operation.error.message = refusal.code, refusal.message
            elif isinstance(response, any_pb2.Any):
                operation.response.CopyFrom(response)
            else:
                operation.response.Pack(response)
            self._keep(operation)
            self._store.drop("work", name)
        with self._changed:
            self._changed.notify_all()

    def _keep(self, operation: Message) -> None:
        self._store.put("operation", operation.name, operation.SerializeToString())
