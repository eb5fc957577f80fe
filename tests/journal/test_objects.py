"""The same contract for a folder and for a bucket behind the stock client."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deployguard.gcp.bucket import Bucket
from deployguard.gcp.connection import Connection
from deployguard.journal.folder import FolderObjects
from deployguard.journal.objects import ABSENT, Objects
from deployguard.model.errors import CloudError
from tests.emulator.clients import Clients


@pytest.fixture(params=["folder", "bucket"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Objects]:
    if request.param == "folder":
        yield FolderObjects(tmp_path / "objects")
        return
    cloud: Clients = request.getfixturevalue("cloud")
    name = f"b-{uuid.uuid4().hex}"
    cloud.storage.create_bucket(name)
    yield Bucket(Connection("demo-project", cloud.address), name)


def test_what_is_put_is_got(objects: Objects) -> None:
    generation = objects.put("releases/a b/01.json", b"{}\n\x00", metadata={"commit": "abc"})
    stored = objects.get("releases/a b/01.json")
    assert stored is not None
    assert (stored.content, stored.generation, stored.metadata) == (
        b"{}\n\x00",
        generation,
        {"commit": "abc"},
    )


def test_nothing_is_none(objects: Objects) -> None:
    assert objects.get("nothing") is None


def test_only_one_creates(objects: Objects) -> None:
    def create(number: int) -> bool:
        try:
            objects.put("lock", str(number).encode(), when=ABSENT)
        except CloudError as error:
            return error.kind != "conflict"
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(create, range(8))).count(True) == 1


def test_a_write_on_an_old_reading_is_refused(objects: Objects) -> None:
    first = objects.put("lock", b"1")
    objects.put("lock", b"2", when=first)
    with pytest.raises(CloudError) as caught:
        objects.put("lock", b"3", when=first)
    assert caught.value.kind == "conflict"
    stored = objects.get("lock")
    assert stored is not None
    assert stored.content == b"2"


def test_removing_is_conditional_too(objects: Objects) -> None:
    first = objects.put("lock", b"1")
    second = objects.put("lock", b"2")
    with pytest.raises(CloudError) as caught:
        objects.delete("lock", when=first)
    assert caught.value.kind == "conflict"
    objects.delete("lock", when=second)
    assert objects.get("lock") is None
    with pytest.raises(CloudError) as gone:
        objects.delete("lock")
    assert gone.value.kind == "missing"


def test_names_are_listed_by_prefix(objects: Objects) -> None:
    for name in ("b/2", "a/1", "b/1"):
        objects.put(name, b"")
    assert objects.list("b/") == ("b/1", "b/2")
