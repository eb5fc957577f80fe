"""A repository with services of the standard library alone, shipped to the emulator by the program itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from deployguard.gcp.bucket import Bucket
from deployguard.gcp.connection import Connection
from deployguard.gcp.services import Services
from deployguard.journal.releases import Release, history, read_release
from deployguard.model.live import LiveService
from deployguard.model.stamp_names import StampNames
from tests.emulator.clients import Clients
from tests.repositories import git, head

REGION = "us-west2"
MAIN = """
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer

VERSION = "{version}"

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status = 500 if self.path == "/boom" else 200
        body = json.dumps({{"service": "{identity}", "version": VERSION}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass

if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
DOCKERFILE = 'FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "main.py"]\n'
CONFIGURATION = """
[project]
id = "demo-project"
region = "us-west2"
registry = "us-west2-docker.pkg.dev/demo-project/shop"
bucket = "{bucket}"
endpoint = "{endpoint}"
"""
SERVICE = """
[services.{name}]
kind = "run"
dockerfile = "{name}/Dockerfile"
context = "{name}"
identity = {{ path = "/health", json = {{ service = "{name}" }} }}
{more}
"""


class Shop:
    """One repository and its bucket; service names are its own, since the emulator is shared."""

    def __init__(self, cloud: Clients, folder: Path) -> None:
        mark = uuid.uuid4().hex[:6]
        self.cloud, self.mark = cloud, mark
        self.folder = folder / "shop"
        self.bucket = f"b-{mark}"
        self.name = f"orders-{mark}"
        self.connection = Connection("demo-project", cloud.address)
        self.services = Services(self.connection, StampNames())
        cloud.storage.create_bucket(self.bucket)
        self.objects = Bucket(self.connection, self.bucket)
        self.folder.mkdir()
        git(self.folder, "init", "--quiet", "--initial-branch", "main")
        git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", "origin.git")
        git(self.folder, "remote", "add", "origin", "../origin.git")

    def commit(self, *, more: str = "", **files: str) -> str:
        """Commit the service `self.name` (and others, by `files`: a service's name and version); return the commit."""
        texts = files or {self.name: "1"}
        parts = [CONFIGURATION.format(bucket=self.bucket, endpoint=self.cloud.address)]
        for name, version in texts.items():
            self.write(f"{name}/Dockerfile", DOCKERFILE)
            self.write(f"{name}/main.py", MAIN.format(version=version, identity=name))
            parts.append(SERVICE.format(name=name, more=more))
        self.write("deployguard.toml", "".join(parts))
        return self.done("Change")

    def version(self, version: str, identity: str = "") -> str:
        """Commit another version of the service."""
        self.write(f"{self.name}/main.py", MAIN.format(version=version, identity=identity or self.name))
        return self.done(f"Version {version}")

    def write(self, path: str, text: str) -> None:
        at = self.folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text, encoding="utf-8")

    def done(self, message: str) -> str:
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", message)
        git(self.folder, "push", "--quiet", "origin", "main")
        return head(self.folder)

    def run(self, *words: str, program: str = "deployguard", env: dict[str, str] | None = None) -> Said:
        """Run the program as a process of its own, in the repository."""
        done = subprocess.run(
            [sys.executable, "-m", program, *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env=self.environment(env),
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def environment(self, more: dict[str, str] | None = None) -> dict[str, str]:
        root = str(Path(__file__).parents[2])
        return {**os.environ, "PYTHONPATH": root, "DEPLOYGUARD_TRACEBACK": "1", **(more or {})}

    def deploy(self, *words: str) -> Said:
        return self.run("deploy", self.name, "--no-smoke", *words)

    def live(self) -> LiveService:
        found = self.services.get(REGION, self.name)
        assert found is not None
        return found

    def answer(self) -> dict[str, Any]:
        """Ask the service itself."""
        status, text = self.cloud.get(f"{self.live().uri}/health")
        assert status == 200, text
        found: dict[str, Any] = json.loads(text)
        return found

    def releases(self) -> tuple[Release, ...]:
        """Return the releases of the service with their steps, the oldest first."""
        told = reversed(history(self.objects, REGION, self.name))
        return tuple(found for one in told if (found := read_release(self.objects, one.id)) is not None)


class Said:
    """What a process ended with and wrote."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def __repr__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"
