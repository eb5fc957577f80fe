"""Archives that come out the same, byte for byte, wherever and whenever they are written.

The same zlib is assumed; another one may pack the same contents into other bytes. What identifies an artifact is its
fingerprint, never the hash of its archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from deployguard.model.errors import DeployguardError

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold (APPNOTE.TXT 4.4.6, MS-DOS date)
_SECONDS = 315532800  # the same, counted from 1970
_LEVEL = 6
_FILE, _EXECUTABLE = 0o100644, 0o100755
_UNIX = 3  # "version made by", APPNOTE.TXT 4.4.2


def zip_bytes(files: Mapping[str, tuple[bytes, bool]]) -> bytes:
    """Return a zip of `path: (content, executable)`.

    Raises:
        DeployguardError: a path is not UTF-8, which is all that a zip can name.
    """
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for path in sorted(files):
            if not is_utf8(path):
                raise DeployguardError(f"{path!r}: a zip cannot hold a name that is not UTF-8; rename it")
            content, executable = files[path]
            member = ZipInfo(path, _DATE)
            member.create_system = _UNIX
            member.external_attr = (_EXECUTABLE if executable else _FILE) << 16
            archive.writestr(member, content, ZIP_DEFLATED, _LEVEL)
    return out.getvalue()


def tarball_bytes(files: Mapping[str, tuple[bytes, bool]], links: Mapping[str, str] | None = None) -> bytes:
    """Return a gzipped tar of `path: (content, executable)`, and of `links` as `path: target`, kept as links."""
    import tarfile
    from gzip import GzipFile

    targets = links or {}
    out = BytesIO()
    with (
        GzipFile("", "wb", _LEVEL, out, mtime=0) as packed,
        tarfile.open(
            fileobj=packed, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8", errors="surrogateescape"
        ) as archive,
    ):
        for path in sorted({*files, *targets}):
            member = tarfile.TarInfo(path)
            member.mtime = _SECONDS
            if path in targets:
                member.type, member.linkname, member.mode = tarfile.SYMTYPE, targets[path], 0o777
                archive.addfile(member)
            else:
                content, executable = files[path]
                member.size = len(content)
                member.mode = (_EXECUTABLE if executable else _FILE) & 0o777
                archive.addfile(member, BytesIO(content))
    return out.getvalue()


def is_utf8(path: str) -> bool:
    """Tell whether a path that came from bytes (`os.fsdecode`) was UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
