"""Building a function: its upload unpacked, its requirements installed, every file compiled."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from typing import Any

from deployguard.emulator.cloud import Cloud
from deployguard.emulator.functionservice import is_event
from deployguard.emulator.images import Image
from deployguard.emulator.objects import Objects
from deployguard.emulator.resources import location_of
from deployguard.model.runtime import DEFAULT_RUNTIME, Runtime
from deployguard.runtime.archive import unpack
from deployguard.runtime.command import BuildFailed
from deployguard.runtime.environment import compile_all, create, framework_command, install_function


class FunctionBuilder:
    """Turns the source of a function into an image."""

    def __init__(self, cloud: Cloud, objects: Objects) -> None:
        self._cloud = cloud
        self._objects = objects

    def build(self, function: Any) -> str:
        """Build a function and return its image by digest; raises BuildFailed. The log is that of a build."""
        project, region = location_of(function.name)
        number = str(uuid.uuid4())
        function.build_config.build = f"projects/123456789012/locations/{region}/builds/{number}"
        labels = {"build_id": number, "project_id": project}

        def say(text: str) -> None:
            self._cloud.log.note(f"projects/{project}/logs/cloudbuild", labels, "build", text)

        try:
            image = self._made(function, number, say)
        except BuildFailed as problem:
            say(f"ERROR: {problem}")
            raise
        short = function.name.rpartition("/")[2]
        name = f"{region}-docker.pkg.dev/{project}/gcf-artifacts/{short.replace('-', '--')}"
        self._cloud.images.push((f"{name}:version_1",), image)
        return f"{name}@{image.digest}"

    def _made(self, function: Any, number: str, say: Any) -> Image:
        if self._cloud.faults.strikes("fail-build", function.name):
            raise BuildFailed("the build fails, as asked for")
        source = function.build_config.source.storage_source
        content = self._objects.content(self._objects.get(source.bucket, source.object_))
        digest = f"sha256:{hashlib.sha256(content + number.encode()).hexdigest()}"
        folder = self._cloud.images.folder_of(digest)
        try:
            return self._installed(function, content, Image(digest, str(folder / "workspace")), say)
        except BuildFailed:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _installed(self, function: Any, content: bytes, image: Image, say: Any) -> Image:
        folder = self._cloud.images.folder_of(image.digest)
        workspace = folder / "workspace"
        unpack(content, workspace)
        variables = function.build_config.environment_variables
        main = variables.get("GOOGLE_FUNCTION_SOURCE", "main.py")
        if not (workspace / main).is_file():
            raise BuildFailed(f"missing {main} in the source; GOOGLE_FUNCTION_SOURCE may name another file")
        runtime = Runtime.named(function.build_config.runtime) or DEFAULT_RUNTIME
        environment = create(folder / "venv", runtime, say)
        install_function(environment, workspace, say)
        compile_all(environment, workspace, say)
        signature = "cloudevent" if is_event(function) else "http"
        command = framework_command(environment, function.build_config.entry_point, signature, main)
        return Image(image.digest, image.folder, command, environment.variables)
