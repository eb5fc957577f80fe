"""Unpacking an upload: inside its folder only, and only so much of it."""

from __future__ import annotations

import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from deployguard.runtime.command import BuildFailed

MOST_FILES = 50_000
MOST_BYTES = 1024 * 1024 * 1024
_UNREADABLE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, RuntimeError, ValueError),
)


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
    except _UNREADABLE as problem:
        raise BuildFailed(f"the source cannot be unpacked: {problem}") from problem


def _unzip(archive: zipfile.ZipFile, folder: Path) -> None:
    members = archive.infolist()
    _limit(len(members), sum(member.file_size for member in members))
    for member in members:
        _stay_inside(member.filename)
        if not stat.S_ISLNK(member.external_attr >> 16):
            archive.extract(member, folder)


def _untar(tarball: tarfile.TarFile, folder: Path) -> None:
    members: list[tarfile.TarInfo] = []
    size = 0
    for member in tarball:  # the next one is found by unpacking this one: too much is refused before that
        members.append(member)
        size += member.size
        _limit(len(members), size)
    if hasattr(tarfile, "data_filter"):
        tarball.extractall(folder, filter="data")
        return
    for member in members:  # before Python 3.11.4
        _be_harmless(member, folder)
        tarball.extract(member, folder)


def _be_harmless(member: tarfile.TarInfo, folder: Path) -> None:
    """Refuse what PEP 706's data filter refuses: paths and links that leave the folder, and special files."""
    _stay_inside(member.name)
    if member.issym() or member.islnk():
        base = folder / (PurePosixPath(member.name).parent if member.issym() else "")
        target = Path(os.path.normpath(base / member.linkname))
        if PurePosixPath(member.linkname).is_absolute() or not target.is_relative_to(folder):
            raise BuildFailed(
                f"the source holds the link {member.name!r}, which would lead outside of its folder"
            )
    elif not (member.isreg() or member.isdir()):
        raise BuildFailed(f"the source holds {member.name!r}, which is no file, folder or link")
    at_top = not PurePosixPath(member.name).parts
    if not at_top and not (folder / member.name).parent.resolve().is_relative_to(folder.resolve()):
        raise BuildFailed(f"the source holds {member.name!r}, which would lie outside of its folder")


def _limit(files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise BuildFailed(
            f"the source has {files} files of {size} bytes; {MOST_FILES} and {MOST_BYTES} are the most"
        )


def _stay_inside(name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise BuildFailed(f"the source holds {name!r}, which would lie outside of its folder")
