"""The Google Cloud SDK's own code as the judge of predictions, in one child process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_USUAL = ("/usr/lib/google-cloud-sdk", "/usr/share/google-cloud-sdk", "/snap/google-cloud-cli/current")


class Oracle:
    """Asks the child one question at a time."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child

    def ask(self, **question: object) -> dict[str, Any]:
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(json.dumps(question) + "\n")
        self._child.stdin.flush()
        reply: dict[str, Any] = json.loads(self._child.stdout.readline())
        return reply


@contextmanager
def oracle(scratch: Path) -> Iterator[Oracle]:
    """Start the child; without an SDK, skip on a laptop and fail in CI, where it is a part of the set-up."""
    sdk = _sdk()
    if sdk is None:
        message = (
            "no Google Cloud SDK found (gcloud on PATH, or CLOUDSDK_ROOT_DIR): predictions were not compared"
        )
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    bundled = sdk / "platform/bundledpythonunix/bin/python3"
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([str(sdk / "lib"), str(sdk / "lib/third_party")]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CLOUDSDK_CONFIG": str(scratch),
        "HOME": str(scratch),
    }
    with subprocess.Popen(
        [bundled if bundled.exists() else sys.executable, Path(__file__).with_name("gcloud_child.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as child:
        yield Oracle(child)


def _sdk() -> Path | None:
    gcloud = shutil.which("gcloud")
    named = [Path(gcloud).resolve().parent.parent] if gcloud else []
    given = os.environ.get("CLOUDSDK_ROOT_DIR")
    folders = [*([Path(given)] if given else []), *named, *map(Path, _USUAL)]
    return next((folder for folder in folders if (folder / "lib/googlecloudsdk").is_dir()), None)
