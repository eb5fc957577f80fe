"""A repository and a project of the emulator's, and the command that compares them."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import pytest
from google.cloud import run_v2

from deployguard.cli import main
from tests.emulator.clients import HELLO, Clients, done
from tests.repositories import git, head, make_repository, sample_files

REGION = "us-west2"
FILES = """\
-- deployguard.toml --
[project]
id = "PROJECT"
region = "us-west2"
bucket = "BUCKET"

[services.orders]
kind = "run"
dockerfile = "orders/Dockerfile"

[services.parcels]
kind = "run"
dockerfile = "parcels/Dockerfile"

[trackers.shop]
collection = "shop_completion"
expected = ["orders"]
written-by = ["orders", "parcels"]
-- orders/Dockerfile --
FROM python:3.12-slim
COPY shared /app/shared
COPY orders /app/orders
CMD ["python", "/app/orders/main.py"]
-- orders/main.py --
from shared import rules
-- parcels/Dockerfile --
FROM python:3.12-slim
COPY parcels /app/parcels
CMD ["python", "/app/parcels/main.py"]
-- parcels/main.py --
print("parcels")
-- shared/__init__.py --
-- shared/rules.py --
LIMIT = 1
-- docs/notes.md --
Notes.
"""


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)

    def service(self, name: str) -> Any:
        return next(one for one in self.value["services"] if one["name"] == name)

    @property
    def verdicts(self) -> dict[str, str]:
        return {one["name"]: one["verdict"] for one in self.value["services"]}


class Site:
    """`project` is of this test alone."""

    def __init__(self, folder: Path, cloud: Clients, capture: pytest.CaptureFixture[str]) -> None:
        self.cloud = cloud
        self.capture = capture
        self.project = f"p-{uuid.uuid4().hex[:8]}"
        text = FILES.replace("PROJECT", self.project).replace("BUCKET", f"{self.project}-state")
        self.folder = make_repository(folder, list(sample_files(text)))

    def run(self, verb: str, *arguments: str, at: Path | None = None) -> Ran:
        self.capture.readouterr()
        code = main([verb, "-C", str(at or self.folder), *arguments])
        written = self.capture.readouterr()
        return Ran(code, written.out, written.err)

    def drift(self, *arguments: str, at: Path | None = None) -> Ran:
        return self.run("drift", "--output-format", "json", *arguments, at=at)

    @property
    def head(self) -> str:
        return head(self.folder)

    def commit(self, message: str, **files: str | None) -> str:
        """Commit texts by path (`__` for a slash, `_` before the ending); None removes."""
        return self.write(message, {_path(name): text for name, text in files.items()})

    def write(self, message: str, files: dict[str, str | None]) -> str:
        for path, text in files.items():
            at = self.folder / path
            if text is None:
                at.unlink()
                continue
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(text, encoding="utf-8")
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", message)
        return self.head

    @property
    def services(self) -> Any:
        return self.cloud.of(run_v2.ServicesClient)

    def deploy(self, name: str, commit: str = "", region: str = REGION, **more: Any) -> Any:
        """Create or change a service as another tool would; `env`, `labels`, `traffic` and `image` as given."""
        env = {"STAGE": "test", **({"BUILD_COMMIT": commit} if commit else {}), **more.get("env", {})}
        service = run_v2.Service(labels=more.get("labels", {}))
        service.template.labels = more.get("labels", {})
        service.template.containers = [run_v2.Container(image=more.get("image", HELLO))]
        service.template.containers[0].env = [run_v2.EnvVar(name=key, value=env[key]) for key in env]
        service.traffic = more.get("traffic", [])
        parent = f"projects/{self.project}/locations/{region}"
        found = any(one.name.endswith(f"/{name}") for one in self.services.list_services(parent=parent))
        if not found:
            return done(self.services.create_service(parent=parent, service=service, service_id=name))
        service.name = f"{parent}/services/{name}"
        return done(self.services.update_service(service=service))

    def everywhere(self, commit: str) -> None:
        for name in ("orders", "parcels"):
            self.deploy(name, commit)

    def put(self, url: str, content: bytes) -> None:
        """Upload a source where the emulator said."""
        request = Request(url, content, {"Content-Type": "application/zip"}, method="PUT")
        with urlopen(request) as answer:
            assert answer.status == 200

    def fault(self, **fault: object) -> None:
        self.cloud.admin("POST", "faults", {"times": 0, **fault})


def _path(name: str) -> str:
    stem, _, ending = name.replace("__", "/").rpartition("_")
    return f"{stem}.{ending}"


def revision(service: Any) -> str:
    return str(service.latest_ready_revision.rpartition("/")[2])


def pinned(name: str, percent: int = 100) -> run_v2.TrafficTarget:
    by_name = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
    return run_v2.TrafficTarget(type_=by_name, revision=name, percent=percent)
