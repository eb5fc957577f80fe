"""The local cloud, put together: one store, one set of method classes, HTTP and gRPC on one port."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from deployguard.emulator import admin, metadata, proxy, surroundings
from deployguard.emulator.apis import all_methods
from deployguard.emulator.cloud import Cloud
from deployguard.emulator.dispatch import Dispatch
from deployguard.emulator.faults import Faults
from deployguard.emulator.http import Front, Request, Response, refused
from deployguard.emulator.images import Images
from deployguard.emulator.instances import Instances
from deployguard.emulator.knative import Knative
from deployguard.emulator.log import Log
from deployguard.emulator.objects import Objects
from deployguard.emulator.operations import Operations
from deployguard.emulator.publish import Publisher
from deployguard.emulator.reconcile import Reconciler
from deployguard.emulator.refusal import Refusal
from deployguard.emulator.rest import Rest
from deployguard.emulator.rpc import grpc_server
from deployguard.emulator.storage import Storage
from deployguard.emulator.store import Store
from deployguard.emulator.strangers import refuse_strangers

# Cloud Run v1 has the policies of v2 under its own version; gcloud asks for them after a deploy of a function.
_POLICY_OF_V1 = re.compile(r"^/v1/(projects/[^/]+/locations/[^/]+/services/[^/:]+:(?:get|set)IamPolicy)$")


class Emulator:
    """One running local cloud."""

    def __init__(self, state: Path, port: int = 0) -> None:
        self._front = Front(port)
        store, faults = Store(state), Faults()
        log, images = Log(store), Images(store)
        instances = Instances(store, images, log, faults, self._front.address)
        self._cloud = Cloud(
            store, faults, Operations(store, faults), log, images, instances, self._front.address
        )
        reconciler = Reconciler(store, images, instances, self.address)
        reconciler.move_house()
        self._objects = Objects(store)
        every = all_methods(self._cloud, reconciler, self._objects)
        dispatch = Dispatch(faults)
        self._rest = Rest(every, dispatch)
        self._storage = Storage(store, faults, self._objects)
        self._knative = Knative(store, faults)
        self._proxy = proxy.Proxy(self._cloud)
        self._admin = admin.Admin(self._cloud, Publisher(store, self._proxy))
        self._grpc, self._front.grpc_port = grpc_server(every, dispatch)
        self._front.answer = self._answer

    @property
    def address(self) -> str:
        """The HTTP address, such as `http://127.0.0.1:8085`; gRPC speaks on the same port."""
        return self._front.address

    def ensure_bucket(self, name: str, project: str) -> None:
        """Make a bucket, unless it is there."""
        self._objects.ensure(name, project)

    def start(self) -> None:
        """Serve in the background, and take up what an earlier process left unfinished."""
        self._front.ready.set()
        threading.Thread(target=self._front.serve_forever, daemon=True, name="http").start()
        self._cloud.operations.resume()

    def stop(self) -> None:
        """Stop serving, and every process that was started."""
        self._front.shutdown()
        self._front.server_close()
        self._grpc.stop(None)
        self._cloud.operations.stop()
        self._cloud.store.seal()
        self._cloud.instances.stop()
        self._cloud.store.close()

    def _answer(self, request: Request) -> Response:
        if request.verb == "CONNECT":
            return refused(Refusal("PERMISSION_DENIED", "the emulator passes nothing on to other hosts"))
        refuse_strangers(request)
        if request.path.startswith(admin.PREFIX):
            return self._admin.answer(request)
        if (told := metadata.answer(request)) is not None:
            return told
        if request.path.startswith("/run/"):
            return self._proxy.answer(request)
        if (stored := self._storage.answer(request)) is not None:
            return stored
        if (known := self._knative.answer(request)) is not None:
            return known
        path = _POLICY_OF_V1.sub(r"/v2/\1", request.path)
        found = self._rest.answer(request.verb, path, request.query, request.body)
        if found is None:
            around = surroundings.answer(request)
            return around or refused(
                Refusal("NOT_FOUND", f"the emulator has no {request.verb} {request.path}")
            )
        return Response(200, found, {"Content-Type": "application/json; charset=UTF-8"})
