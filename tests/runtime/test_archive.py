"""Uploads that want out of their folder, and uploads that are none."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from deployguard.runtime.archive import MOST_BYTES, unpack
from deployguard.runtime.command import BuildFailed


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


def tarred(*members: tarfile.TarInfo) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return held.getvalue()


def member(name: str, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    if link:
        made.type, made.linkname = tarfile.SYMTYPE, link
    else:
        made.size = 1
    return made


def test_both_kinds_are_unpacked(tmp_path: Path) -> None:
    unpack(zipped("a/b.py"), tmp_path / "zip")
    unpack(tarred(member("a/b.py"), member("a/link", "b.py")), tmp_path / "tar")
    assert (tmp_path / "zip/a/b.py").read_text() == (tmp_path / "tar/a/link").read_text() == "x"


@pytest.mark.parametrize(
    "content",
    [
        zipped("../out.py"),
        zipped("a/../../out.py"),
        tarred(member("../out.py")),
        tarred(member("link", "../../outside"), member("link/out.py")),
        tarred(member("link", "/etc/passwd")),
        b"",
        b"PK but no zip",
        b"\x1f\x8b broken",
    ],
    ids=(
        "zip-up",
        "zip-up-inside",
        "tar-up",
        "tar-through-link",
        "tar-absolute-link",
        "empty",
        "no-zip",
        "no-tar",
    ),
)
def test_what_is_harmful_or_broken_fails_the_build(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BuildFailed):
        unpack(content, tmp_path / "root")
    assert [path.name for path in tmp_path.iterdir()] == ["root"]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_damaged_inside_fails_the_build(method: int, tmp_path: Path) -> None:
    """Each way of packing has errors of its own."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        archive.writestr("main.py", "".join(f"x = {number}\n" for number in range(50)))
    whole, refused = held.getvalue(), 0
    for at in range(len("main.py") + 30, whole.index(b"PK\x01\x02")):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        try:
            unpack(bytes(damaged), tmp_path / str(at))
        except BuildFailed:
            refused += 1
    assert refused > len(whole) / 3


def test_a_tarball_that_says_it_is_too_much_is_not_read_on(tmp_path: Path) -> None:
    """What it packs is not there: whoever read on to the next member would find it cut short, and say that."""
    big = tarfile.TarInfo("zeros")
    big.size = 2 * MOST_BYTES
    with pytest.raises(BuildFailed, match="1 files of 2147483648 bytes"):
        unpack(big.tobuf(), tmp_path / "source")
