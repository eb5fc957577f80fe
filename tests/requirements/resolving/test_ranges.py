"""Reading a wheel from a server: the end of it only, where the server can, else once and whole."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from deployguard.requirements.resolving.indexes import Indexes
from deployguard.requirements.resolving.inventory import read_inventory
from deployguard.requirements.resolving.ranges import FetchError, Remote, Web
from tests.package_index import PackageIndex

MANY = [f"pkg/module_{number:05}.py" for number in range(3000)]


def modules(index: PackageIndex, file: str, web: Web | None = None) -> set[str]:
    web = web or Web(Indexes(), pause=5)
    with web.open(f"{index.address}/files/{file}") as content, zipfile.ZipFile(content) as archive:
        return set(read_inventory(archive, "pkg", "1.0").modules)


def test_the_end_of_a_large_wheel_is_enough(index: PackageIndex) -> None:
    file = index.add("pkg", "1.0", ["pkg/a.py"], padding=3_000_000)

    assert modules(index, file) == {"pkg.a"}
    assert index.fetched(file) == ["bytes=-65536"]


def test_a_long_directory_takes_one_more_request(index: PackageIndex) -> None:
    file = index.add("pkg", "1.0", MANY, padding=3_000_000)

    assert len(modules(index, file)) == 3000
    spans = index.fetched(file)
    assert len(spans) == 2
    assert "" not in spans


def test_without_ranges_the_whole_comes_once(index: PackageIndex) -> None:
    index.ranges = False
    file = index.add("pkg", "1.0", MANY, padding=300_000)

    assert len(modules(index, file)) == 3000
    assert index.fetched(file) == ["bytes=-65536"]


@pytest.mark.parametrize(("status", "tries"), [(403, 1), (404, 1), (500, 2)])
def test_a_refusal_is_said_and_a_busy_server_asked_once_more(
    index: PackageIndex, status: int, tries: int
) -> None:
    index.status = status
    with pytest.raises(FetchError, match=f"answers {status}"):
        modules(index, "pkg.whl")
    assert len(index.fetched("pkg.whl")) == tries


@pytest.mark.slow
def test_a_server_that_trickles_is_given_up(index: PackageIndex) -> None:
    file = index.add("pkg", "1.0", ["pkg/a.py"])
    index.pause = 2
    with pytest.raises(FetchError, match="does not answer"):
        modules(index, file, Web(Indexes(), pause=0.2))
    with pytest.raises(FetchError, match="too slow"):
        modules(index, file, Web(Indexes(), pause=5, limit=0.1))


def test_nobody_listens() -> None:
    with pytest.raises(FetchError, match="does not answer"):
        Web(Indexes(), pause=1).open("http://127.0.0.1:9/pkg.whl")


def test_bytes_that_are_no_zip_are_no_wheel(index: PackageIndex) -> None:
    index.body = b"<html>log in</html>"
    with pytest.raises(zipfile.BadZipFile):
        modules(index, "pkg.whl")


def test_a_password_goes_to_its_own_host_and_into_no_message(index: PackageIndex) -> None:
    file = index.add("pkg", "1.0", ["pkg/a.py"])
    index.password = "hunter2"
    host = index.address.removeprefix("http://")
    web = Web(Indexes(f"http://ana:hunter2@{host}/simple"), pause=5)

    assert modules(index, file, web) == {"pkg.a"}
    index.status = 404
    with pytest.raises(FetchError) as caught:
        web.open(f"http://ana:hunter2@{host}/files/x.whl?signature=secret")
    assert "hunter2" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_password_may_stand_in_the_address_of_the_file_itself(index: PackageIndex) -> None:
    file = index.add("pkg", "1.0", ["pkg/a.py"])
    index.password = "p@ss"
    host = index.address.removeprefix("http://")
    with Web(Indexes(), pause=5).open(f"http://ana:p%40ss@{host}/files/{file}") as content:
        assert zipfile.is_zipfile(content)


def test_a_password_may_stand_in_netrc_as_pip_takes_it(
    index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = index.add("pkg", "1.0", ["pkg/a.py"])
    index.password = "hunter2"
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(FetchError, match="answers 401"):
        modules(index, file)
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ana password hunter2\n")
    (tmp_path / ".netrc").chmod(0o600)
    assert modules(index, file) == {"pkg.a"}


@pytest.mark.parametrize("status", [400, 416, 501])
def test_a_server_that_refuses_ranges_is_asked_for_the_whole(index: PackageIndex, status: int) -> None:
    file = index.add("pkg", "1.0", ["pkg/a.py"], padding=300_000)
    index.refusal = status
    assert modules(index, file) == {"pkg.a"}
    assert index.fetched(file) == ["bytes=-65536", ""]


def test_a_remote_file_seeks_like_any_other(index: PackageIndex) -> None:
    content = bytes(range(256)) * 1000
    index.files["x.bin"] = content
    with Web(Indexes(), pause=5).open(f"{index.address}/files/x.bin") as file:
        assert isinstance(file, Remote)
        assert file.seek(-10, 2) == len(content) - 10
        assert file.read() == content[-10:]
        file.seek(5)
        assert file.read(20) == content[5:25]
        assert file.read(0) == b""
        assert file.seek(10, 1) == 35
        with pytest.raises(OSError, match="before the start"):
            file.seek(-1)
