"""Putting an artifact on disk: into a folder of its own, or into one archive."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from deployguard.artifact.archive import tarball_bytes, zip_bytes
from deployguard.model.errors import DeployguardError, UsageError

_TARBALLS = (".tar.gz", ".tgz")
Files = Mapping[str, tuple[bytes, bool]]


def write_artifact(files: Files, to: Path) -> None:
    """Write the files to a folder that is new or empty, or, by the name's ending, to a new zip or tarball.

    Raises:
        UsageError: something is already there.
        DeployguardError: the disk refuses, or a path would lead out of the folder.
    """
    try:
        if to.name.endswith((".zip", *_TARBALLS)):
            _archive(files, to)
        else:
            _folder(files, to)
    except OSError as error:
        raise DeployguardError(
            f"{error.filename or to}: cannot be written: {error.strerror or error}"
        ) from error


def _archive(files: Files, to: Path) -> None:
    if to.exists() or to.is_symlink():
        raise UsageError(f"{to}: is already there; remove it, or name another file")
    content = tarball_bytes(files) if to.name.endswith(_TARBALLS) else zip_bytes(files)
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("xb") as out:
        out.write(content)


def _folder(files: Files, to: Path) -> None:
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        raise UsageError(
            f"{to}: is already there, and not a folder; an archive's name ends in .zip or .tar.gz"
        )
    if to.is_dir() and any(to.iterdir()):
        raise UsageError(f"{to}: is not empty; name a new folder")
    for path in files:
        if PurePosixPath(path).is_absolute() or ".." in path.split("/"):
            raise DeployguardError(f"{path}: leads out of the artifact; nothing was written")
    to.mkdir(parents=True, exist_ok=True)
    for path, (content, executable) in sorted(files.items()):
        at = to / path
        at.parent.mkdir(parents=True, exist_ok=True)
        with at.open("xb") as out:
            out.write(content)
        at.chmod(0o755 if executable else 0o644)
