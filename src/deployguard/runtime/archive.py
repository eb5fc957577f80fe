"""Unpacking an upload: inside its folder only, and only so much of it."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from deployguard.runtime.command import BuildFailed

MOST_FILES = 50_000
MOST_BYTES = 1024 * 1024 * 1024


def unpack(content: bytes, folder: Path) -> None:
    """Unpack a zip or a tarball into an empty folder; raises BuildFailed for what is neither, escapes or is too much."""
    folder.mkdir(parents=True)
    try:
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                _unzip(archive, folder)
        else:
            with tarfile.open(fileobj=io.BytesIO(content)) as tarball:
                _untar(tarball, folder)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, RuntimeError, ValueError) as problem:
        raise BuildFailed(f"the source cannot be unpacked: {problem}") from problem


def _unzip(archive: zipfile.ZipFile, folder: Path) -> None:
    members = archive.infolist()
    _limit(len(members), sum(member.file_size for member in members))
    for member in members:
        _stay_inside(member.filename)
        if not stat.S_ISLNK(member.external_attr >> 16):
            archive.extract(member, folder)


def _untar(tarball: tarfile.TarFile, folder: Path) -> None:
    members = tarball.getmembers()
    _limit(len(members), sum(member.size for member in members))
    if not hasattr(tarfile, "data_filter"):
        raise BuildFailed("this Python cannot unpack tarballs safely; use 3.11.4 or newer")
    tarball.extractall(folder, filter="data")


def _limit(files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise BuildFailed(
            f"the source has {files} files of {size} bytes; {MOST_FILES} and {MOST_BYTES} are the most"
        )


def _stay_inside(name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise BuildFailed(f"the source holds {name!r}, which would lie outside of its folder")
