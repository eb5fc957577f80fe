"""The same contents give the same bytes, and any program can unpack them."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

import pytest

from deployguard.artifact.archive import tarball_bytes, zip_bytes
from deployguard.model.errors import DeployguardError

FILES = {"main.py": (b"print()\n", False), "bin/run": (b"#!/bin/sh\n", True), "é/ñ.py": (b"", False)}
WRITERS = [zip_bytes, tarball_bytes]
Writer = Callable[[Mapping[str, tuple[bytes, bool]]], bytes]


@pytest.mark.parametrize("write", WRITERS)
def test_the_order_of_the_files_does_not_matter(write: Writer) -> None:
    assert write(FILES) == write(dict(reversed(FILES.items())))


@pytest.mark.slow
@pytest.mark.parametrize("write", WRITERS)
def test_neither_clock_nor_locale_nor_umask_matters(write: Writer) -> None:
    program = (
        "import os, sys; os.umask(int(sys.argv[1], 8)); from deployguard.artifact import archive;"
        f"sys.stdout.buffer.write(archive.{write.__name__}({FILES!r}))"
    )
    for umask, zone, language in (("000", "Asia/Tokyo", "C"), ("077", "America/Los_Angeles", "C.UTF-8")):
        environment = {**os.environ, "TZ": zone, "LC_ALL": language, "SOURCE_DATE_EPOCH": "1"}
        again = subprocess.run(
            [sys.executable, "-c", program, umask], env=environment, check=True, capture_output=True
        )
        assert again.stdout == write(FILES)


def test_a_zip_holds_contents_modes_and_one_date() -> None:
    with zipfile.ZipFile(BytesIO(zip_bytes(FILES))) as archive:
        members = archive.infolist()
        assert {each.filename: archive.read(each) for each in members} == {
            path: content for path, (content, _) in FILES.items()
        }
    assert [each.filename for each in members] == sorted(FILES)
    assert {each.filename: each.external_attr >> 16 for each in members} == {
        "bin/run": 0o100755,
        "main.py": 0o100644,
        "é/ñ.py": 0o100644,
    }
    assert {each.date_time for each in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {each.extra for each in members} == {b""}


def test_a_tarball_holds_contents_modes_links_and_nobodys_name() -> None:
    links = {"shared": "../é", "a": "main.py"}
    with tarfile.open(fileobj=BytesIO(tarball_bytes(FILES, links)), mode="r:gz") as archive:
        members = archive.getmembers()
        script = archive.extractfile("bin/run")
        assert script
        assert script.read() == b"#!/bin/sh\n"
    assert [each.name for each in members] == sorted([*FILES, *links])
    assert {each.name: each.linkname for each in members if each.issym()} == links
    assert {each.name: each.mode for each in members if each.isfile()} == {
        "bin/run": 0o755,
        "main.py": 0o644,
        "é/ñ.py": 0o644,
    }
    assert {(each.uid, each.gid, each.uname, each.gname, each.mtime) for each in members} == {
        (0, 0, "", "", 315532800)
    }


def test_the_gzip_header_carries_no_time_and_no_name() -> None:
    assert tarball_bytes({})[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def test_a_name_that_is_not_utf8() -> None:
    odd = {"n\udcff": (b"x", False)}
    with pytest.raises(DeployguardError, match=r"n\\udcff.*rename"):
        zip_bytes(odd)
    with tarfile.open(fileobj=BytesIO(tarball_bytes(odd)), mode="r:gz") as archive:
        assert archive.getnames() == ["n\udcff"]


def test_long_names_arrive() -> None:
    path = "/".join(["folder"] * 60)
    with tarfile.open(fileobj=BytesIO(tarball_bytes({path: (b"x", False)}))) as archive:
        assert archive.getnames() == [path]
