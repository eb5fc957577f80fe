"""Somebody else who changes a service right around one step of a release."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from google.cloud import run_v2

from deployguard.cli import deploy, rollback
from deployguard.cli.parsers import parser_of
from deployguard.gcp.bucket import Bucket
from deployguard.gcp.connection import Connection
from deployguard.journal.objects import ANY, Objects, Stored
from tests.emulator.clients import HELLO, PARENT, done
from tests.release.shop import REGION, Shop

_BY_NAME = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
_LATEST = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST


class Meddled:
    """Objects that let somebody do something right before or right after a step is written."""

    def __init__(self, objects: Objects, when: str, step: str, doing: Callable[[], None]) -> None:
        self._objects, self._when, self._step, self._doing = objects, when, step, doing

    def get(self, name: str) -> Stored | None:
        return self._objects.get(name)

    def put(
        self, name: str, content: bytes, *, when: int = ANY, metadata: Mapping[str, str] | None = None
    ) -> int:
        is_it = name.endswith(f"-{self._step}.json")
        if is_it and self._when == "before":
            self._doing()
        generation = self._objects.put(name, content, when=when, metadata=metadata)
        if is_it and self._when == "after":
            self._doing()
        return generation

    def delete(self, name: str, *, when: int = ANY) -> None:
        self._objects.delete(name, when=when)

    def list(self, prefix: str) -> tuple[str, ...]:
        return self._objects.list(prefix)


def meddled(shop: Shop, around: tuple[str, str], doing: Callable[[], None], verb: str = "deploy") -> int:
    """Run a verb while somebody does something `around` ("before" or "after", a step); return its exit code."""
    when, step = around

    def objects_of(connection: Connection, bucket: str) -> Objects:
        return Meddled(Bucket(connection, bucket), when, step, doing)

    words = ["-C", str(shop.folder), shop.name, *(["--no-smoke"] if verb == "deploy" else [])]
    run = {"deploy": deploy.ship, "rollback": rollback.go_back}[verb]
    return run(parser_of(verb).parse_intermixed_args(words), objects_of)


def moves_traffic(shop: Shop, shares: Mapping[str, int]) -> None:
    """Move the traffic as the console does: tags stay."""
    service = _service(shop)
    tags = [target for target in service.traffic if target.tag]
    for target in tags:
        target.percent = 0
    moved = [
        run_v2.TrafficTarget(type_=_BY_NAME, revision=revision, percent=percent)
        for revision, percent in shares.items()
    ]
    service.traffic = [*moved, *tags]
    done(shop.cloud.of(run_v2.ServicesClient).update_service(service=service))


def deploys(shop: Shop) -> None:
    """Make another revision, and send all requests to whichever is the latest."""
    service = _service(shop)
    service.template.revision = ""
    service.template.containers[0].env.append(run_v2.EnvVar(name="BY_HAND", value="yes"))
    service.traffic = [run_v2.TrafficTarget(type_=_LATEST, percent=100)]
    done(shop.cloud.of(run_v2.ServicesClient).update_service(service=service))


def creates(shop: Shop) -> None:
    """Create the service with a sample."""
    template = run_v2.RevisionTemplate(containers=[run_v2.Container(image=HELLO)])
    service = run_v2.Service(template=template)
    made = shop.cloud.of(run_v2.ServicesClient).create_service(
        parent=PARENT, service_id=shop.name, service=service
    )
    done(made)


def removes(shop: Shop) -> None:
    """Delete the service."""
    name = f"{PARENT}/services/{shop.name}"
    done(shop.cloud.of(run_v2.ServicesClient).delete_service(name=name))


def _service(shop: Shop) -> run_v2.Service:
    return run_v2.Service.wrap(shop.services.raw(REGION, shop.name))
