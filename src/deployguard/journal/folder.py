"""Objects in a folder on disk: for a state file of drift without a bucket, and to hold the bucket's adapter to."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote

from deployguard.journal.objects import ANY, Stored
from deployguard.model.errors import CloudError


class FolderObjects:
    """One file for each object; a lock file makes conditional writes safe between processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> Stored | None:
        with self._locked():
            return self._read(name)

    def put(
        self, name: str, content: bytes, *, when: int = ANY, metadata: Mapping[str, str] | None = None
    ) -> int:
        with self._locked():
            held = self._read(name)
            self._check(name, held, when)
            generation = (held.generation if held else 0) + 1
            head = json.dumps({"generation": generation, "metadata": dict(metadata or {})}).encode()
            new = self._path(name).with_suffix(".new")
            new.write_bytes(head + b"\n" + content)
            new.replace(self._path(name))
            return generation

    def delete(self, name: str, *, when: int = ANY) -> None:
        with self._locked():
            held = self._read(name)
            if held is None:
                raise CloudError("missing", f"{self._folder}: there is no object {name}")
            self._check(name, held, when)
            self._path(name).unlink()

    def list(self, prefix: str) -> tuple[str, ...]:
        with self._locked():
            names = (unquote(file.stem) for file in self._folder.glob("*.object"))
            return tuple(sorted(name for name in names if name.startswith(prefix)))

    def _read(self, name: str) -> Stored | None:
        try:
            head, _, content = self._path(name).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        try:
            about = json.loads(head)
            return Stored(name, content, int(about["generation"]), dict(about["metadata"]))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise CloudError(
                "refused", f"{self._path(name)}: is damaged ({error}); remove that file"
            ) from error

    def _check(self, name: str, held: Stored | None, when: int) -> None:
        at = held.generation if held else 0
        if when not in (ANY, at):
            raise CloudError(
                "conflict", f"{self._folder}: the object {name} is at generation {at}, not {when}"
            )

    def _path(self, name: str) -> Path:
        return self._folder / f"{quote(name, safe='')}.object"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CloudError("unavailable", f"{self._folder}: cannot be used: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
