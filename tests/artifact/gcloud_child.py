"""Runs under the Google Cloud SDK's Python: answers one JSON line with another, by the SDK's own code.

`{"do": "match", "text": ..., "paths": [[path, is_folder], ...]}`, the same with `folder` in the place of `text`,
and `{"do": "zip", "folder": ...}`.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import zipfile
from importlib import import_module
from typing import Any

source_util = import_module("googlecloudsdk.command_lib.functions.source_util")
gcloudignore = import_module("googlecloudsdk.command_lib.util.gcloudignore")


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    if asked["do"] == "zip":
        return packed(asked["folder"])
    if "folder" in asked:
        chooser = source_util._GetChooser(asked["folder"], None)
    else:
        chooser = gcloudignore.FileChooser.FromString(asked["text"], recurse=1, dirname="/nowhere")
    return {"included": [chooser.IsIncluded(path, is_dir=is_folder) for path, is_folder in asked["paths"]]}


def packed(folder: str) -> dict[str, Any]:
    source_util.ValidateDirectoryHasRequiredRuntimeFiles(folder, "python311")
    with (
        tempfile.TemporaryDirectory() as scratch,
        zipfile.ZipFile(source_util.CreateSourcesZipFile(scratch, folder)) as archive,
    ):
        names = archive.namelist()
        contents = {name: archive.read(name) for name in names if not name.endswith("/")}
    return {
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
        "folders": sorted(name[:-1] for name in names if name.endswith("/")),
    }


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # whatever stops gcloud is an answer
        reply = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()
