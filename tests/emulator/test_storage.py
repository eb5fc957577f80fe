"""Cloud Storage through the stock client."""

from __future__ import annotations

import io
import threading
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from google.api_core import exceptions

from tests.emulator.clients import Clients

pytestmark = pytest.mark.slow


@pytest.fixture
def bucket(cloud: Clients) -> Any:
    return cloud.storage.create_bucket(f"b-{uuid.uuid4().hex[:8]}")


def test_an_object_is_read_back_with_its_generation(bucket: Any) -> None:
    blob = bucket.blob("releases/1/01-plan.json")
    blob.metadata = {"state": "open"}
    blob.upload_from_string(b"{}", content_type="application/json", checksum="md5")
    read = bucket.get_blob("releases/1/01-plan.json")
    assert read.download_as_bytes() == b"{}"
    assert (read.content_type, read.metadata, read.size) == ("application/json", {"state": "open"}, 2)
    assert read.generation == blob.generation
    blob.upload_from_string(b"[]")
    assert bucket.get_blob(blob.name).generation > read.generation
    with pytest.raises(exceptions.NotFound):
        bucket.blob("absent").download_as_bytes()
    with pytest.raises(exceptions.NotFound):
        bucket.blob(blob.name, generation=read.generation).reload()


def test_a_lost_update_is_refused(bucket: Any) -> None:
    lock = bucket.blob("lock")
    lock.upload_from_string("first", if_generation_match=0)
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.blob("lock").upload_from_string("second", if_generation_match=0)
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.blob("lock").delete(if_generation_match=lock.generation + 1)
    bucket.blob("lock").upload_from_string("renewed", if_generation_match=lock.generation)
    assert bucket.blob("lock").download_as_text() == "renewed"


def test_only_one_of_many_takes_a_lock(bucket: Any) -> None:
    won: list[int] = []

    def take(number: int) -> None:
        try:
            bucket.blob("race").upload_from_string(str(number), if_generation_match=0, retry=None)
        except exceptions.PreconditionFailed:
            return
        won.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert bucket.blob("race").download_as_text() == str(won[0])


def test_metadata_has_a_generation_of_its_own(bucket: Any) -> None:
    blob = bucket.blob("m")
    blob.upload_from_string("x")
    blob.metadata = {"a": "1", "b": "2"}
    blob.patch(if_metageneration_match=1)
    assert blob.metageneration == 2
    with pytest.raises(exceptions.PreconditionFailed):
        blob.patch(if_metageneration_match=1)
    blob.metadata = {"a": None}
    blob.patch()
    assert bucket.get_blob("m").metadata == {"b": "2"}


def test_listing_knows_prefixes_and_pages(bucket: Any) -> None:
    for name in ("r/1/a", "r/1/b", "r/2/a", "other"):
        bucket.blob(name).upload_from_string("x")
    assert [one.name for one in bucket.list_blobs(prefix="r/", page_size=2)] == ["r/1/a", "r/1/b", "r/2/a"]
    listed = bucket.list_blobs(prefix="r/", delimiter="/")
    assert list(listed) == []
    assert sorted(listed.prefixes) == ["r/1/", "r/2/"]


def test_a_resumable_upload_arrives_whole(bucket: Any) -> None:
    content = bytes(range(256)) * 4096
    blob = bucket.blob("large", chunk_size=256 * 1024)
    blob.upload_from_file(io.BytesIO(content))
    assert bucket.blob("large").download_as_bytes() == content
    assert bucket.blob("large").download_as_bytes(start=10, end=19) == content[10:20]


def test_a_damaged_upload_is_refused(bucket: Any) -> None:
    blob = bucket.blob("d")
    blob.md5_hash = "AAAAAAAAAAAAAAAAAAAAAA=="
    with pytest.raises(exceptions.BadRequest):
        blob.upload_from_string("x")


def test_storage_can_be_denied(bucket: Any, cloud: Clients) -> None:
    cloud.admin("POST", "faults", {"effect": "deny", "on": "storage.objects.create"})
    with pytest.raises(exceptions.Forbidden):
        bucket.blob("x").upload_from_string("x")
    cloud.admin("POST", "faults", {"effect": "error", "on": "Storage.get objects", "status": "UNAVAILABLE"})
    bucket.blob("y").upload_from_string("y")
    assert bucket.blob("y").download_as_bytes() == b"y", "the client retries a 503"


def test_buckets_are_made_once_and_dropped_when_empty(cloud: Clients, bucket: Any) -> None:
    with pytest.raises(exceptions.Conflict):
        cloud.storage.create_bucket(bucket.name)
    bucket.blob("x").upload_from_string("x")
    with pytest.raises(exceptions.Conflict):
        bucket.delete()
    bucket.delete(force=True)
    assert cloud.storage.lookup_bucket(bucket.name) is None


@pytest.mark.parametrize("size", ["x", "-1", "1e3", "\u00b2"])
def test_a_page_size_that_is_no_number_is_refused(cloud: Clients, bucket: Any, size: str) -> None:
    status, text = cloud.get(
        f"{cloud.address}/storage/v1/b/{bucket.name}/o?{urlencode({'maxResults': size})}"
    )
    assert (status, "Invalid value for maxResults" in text) == (400, True), text
