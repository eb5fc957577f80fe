"""Whatever lies in the bucket where the journal should: the object is named, what to do is said, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deployguard.journal.baseline import read_baseline, write_baseline
from deployguard.journal.folder import FolderObjects
from deployguard.journal.lock import LockHeldError, read_holder, sweep, take_lock
from deployguard.journal.objects import Objects
from deployguard.journal.overrides import Override, read_overrides, record_override
from deployguard.journal.releases import Outcome, begin, close, history, read_release, write_step
from deployguard.model.baseline import Baseline
from deployguard.model.errors import CloudError
from deployguard.release.standing import read_standing
from tests.journal.test_releases import NOW, release

PLACE = ("us-west2", "orders")
LOCK = "locks/us-west2/orders.json"
BAD = {
    "empty": b"",
    "truncated": b'{"schema": 1, "who": "a',
    "binary": b"\xff\xfe\x00",
    "null": b"null",
    "a list": b"[]",
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "other types": json.dumps(
        {key: [1] for key in ("expires", "began", "at", "who", "env", "overrides")}
    ).encode(),
}


def baseline(objects: Objects) -> str:
    write_baseline(objects, *PLACE, Baseline("r1", "orders-1", "image", (), (), (), NOW, (), "", "", ""))
    return "baselines/us-west2/orders.json"


def step(objects: Objects) -> str:
    begin(objects, release())
    write_step(objects, release(), "build", {"image": "x"})
    return f"releases/{release().id}/01-build.json"


def override(objects: Objects) -> str:
    return record_override(objects, Override(NOW, "ana", "gate", "orders", "stale", "urgent"))


def lock(objects: Objects) -> str:
    take_lock(objects, PLACE, "r1").let_go()
    objects.put(LOCK, b"")
    return LOCK


KEPT: dict[str, tuple[Callable[[Objects], str], Callable[[Objects], object]]] = {
    "lock taken": (lock, lambda objects: take_lock(objects, PLACE, "r2")),
    "lock read": (lock, lambda objects: read_holder(objects, PLACE)),
    "lock swept": (lock, lambda objects: sweep(objects, PLACE)),
    "baseline": (baseline, lambda objects: read_baseline(objects, *PLACE)),
    "step": (step, lambda objects: read_release(objects, release().id)),
    "override": (override, read_overrides),
}


@pytest.mark.parametrize("what", KEPT)
@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_what_is_damaged_is_named_with_what_to_do(tmp_path: Path, what: str, content: bytes) -> None:
    objects = FolderObjects(tmp_path)
    write, read = KEPT[what]
    name = write(objects)
    objects.put(name, content)
    with pytest.raises(CloudError, match="is damaged") as caught:
        read(objects)
    assert (name in str(caught.value), "put a good copy there" in str(caught.value)) == (True, True)
    stored = objects.get(name)
    assert stored is not None
    assert stored.content == content


@pytest.mark.parametrize("what", KEPT)
def test_what_a_later_version_wrote_is_not_guessed(tmp_path: Path, what: str) -> None:
    objects = FolderObjects(tmp_path)
    write, read = KEPT[what]
    name = write(objects)
    objects.put(name, b'{"schema": 2}')
    with pytest.raises(CloudError, match="a later one wrote it: update this one"):
        read(objects)


def test_what_a_later_version_keeps_besides_is_let_be(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    begin(objects, release())
    closed = close(objects, replace(release(), outcome=Outcome.SUCCEEDED))
    for name in objects.list("history/"):
        stored = objects.get(name)
        assert stored is not None
        objects.put(name, json.dumps({**json.loads(stored.content), "more": 1}).encode())
    assert history(objects) == (closed,)


def test_what_is_damaged_in_the_history_is_read_where_it_was_written_first(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    begin(objects, release())
    closed = close(objects, replace(release(), outcome=Outcome.SUCCEEDED))
    objects.put(f"history/us-west2/orders/{closed.id}.json", b"{")
    assert history(objects) == (closed,)


def held_until(objects: Objects, expires: str) -> None:
    values = {"who": "ana\x1b[31m", "host": "h", "pid": 1, "machine": "", "began": "", "release": "r1"}
    objects.put(LOCK, json.dumps({"schema": 1, **values, "expires": expires}).encode())


def test_a_lease_without_a_time_zone_is_damaged(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    held_until(objects, "2027-01-01T00:00:00")
    with pytest.raises(CloudError, match="`expires` has no time zone"):
        take_lock(objects, PLACE, "r2")


def test_a_lease_that_no_clock_can_have_meant_is_not_waited_for(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    held_until(objects, "9999-12-31T23:59:59+00:00")
    with pytest.raises(LockHeldError, match=f"a clock is wrong there or here; .* remove {LOCK}"):
        take_lock(objects, PLACE, "r2")
    held_until(objects, (datetime.now(UTC) + timedelta(seconds=50)).isoformat())
    with pytest.raises(LockHeldError, match="--wait SECONDS waits for it"):
        take_lock(objects, PLACE, "r2")


@pytest.mark.parametrize("head", [b"", b"{", b"[]", b'{"generation": "x", "metadata": {}}', b"[" * 100_000])
def test_a_file_of_the_folder_itself_can_be_damaged(tmp_path: Path, head: bytes) -> None:
    objects = FolderObjects(tmp_path)
    objects.put("notify/drift.json", b"{}")
    file = next(tmp_path.glob("*.object"))
    file.write_bytes(head + b"\nrest")
    with pytest.raises(CloudError, match=r"is damaged .* remove that file") as caught:
        objects.get("notify/drift.json")
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"shares": 1}', '{"more": 1}', "[" * 100_000])
def test_a_standing_that_is_damaged_is_no_standing(text: str) -> None:
    with pytest.raises(CloudError, match="how the service stood before, and that is damaged"):
        read_standing(text)
