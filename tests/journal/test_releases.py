"""A release is found again whatever was the last thing that was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deployguard.journal.folder import FolderObjects
from deployguard.journal.releases import (
    Outcome,
    Release,
    begin,
    close,
    history,
    new_release_id,
    read_release,
    unfinished,
    write_step,
)
from deployguard.model.errors import CloudError

NOW = datetime(2026, 2, 1, 7, tzinfo=UTC)


def release(id: str = "r000001aaaaaa", service: str = "orders") -> Release:
    return Release(
        id,
        service,
        "run",
        "us-west2",
        "demo-project",
        "deploy",
        "c" * 40,
        "f" * 40,
        "ana@laptop",
        NOW,
        base="orders-1",
        overrides=(("dirty", "the fix is urgent"),),
    )


def test_a_release_comes_back_with_its_steps(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    begun = release()
    begin(objects, begun)
    written = write_step(objects, begun, "build", {"image": "x@sha256:1"})
    written = write_step(objects, written, "ship", {"revision": "orders-2"})
    assert read_release(objects, begun.id) == written
    assert (written.fact("image"), written.fact("nothing")) == ("x@sha256:1", "")
    closed = close(objects, replace(written, outcome=Outcome.SUCCEEDED, revision="orders-2"))
    assert read_release(objects, begun.id) == closed
    assert history(objects) == (replace(closed, steps=()),)


def test_nothing_is_written_twice(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    begun = release()
    begin(objects, begun)
    begin(objects, begun)  # the answer to the first one was lost
    write_step(objects, begun, "build", {"image": "a"})
    with pytest.raises(CloudError) as caught:
        write_step(objects, begun, "build", {"image": "b"})
    assert caught.value.kind == "conflict"


def test_a_killed_release_is_found_until_it_is_closed(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    assert unfinished(objects, "us-west2", "orders") is None
    begun = release()
    begin(objects, begun)
    assert unfinished(objects, "us-west2", "orders") == begun
    assert unfinished(objects, "us-west2", "order") is None
    close(objects, replace(begun, outcome=Outcome.UNDONE))
    assert unfinished(objects, "us-west2", "orders") is None


def test_a_release_killed_between_its_end_and_the_history_is_closed(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    begun = release()
    begin(objects, begun)
    close(objects, replace(begun, outcome=Outcome.UNDONE, reason="not ready"))
    objects.delete(f"history/us-west2/orders/{begun.id}.json")
    assert unfinished(objects, "us-west2", "orders") is None
    assert [one.outcome for one in history(objects)] == [Outcome.UNDONE]


def test_a_release_killed_before_its_first_object_is_none(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    begin(objects, release())
    objects.delete(f"releases/{release().id}/00-begun.json")
    assert unfinished(objects, "us-west2", "orders") is None
    assert [one.outcome for one in history(objects)] == [Outcome.OPEN]


def test_the_newest_come_first_and_a_limit_limits(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    for number in range(5):
        one = release(f"r00000{number}zzzzzz", "orders" if number % 2 else "bills")
        begin(objects, one)
        close(objects, replace(one, outcome=Outcome.SUCCEEDED))
    assert [one.id[6] for one in history(objects, limit=2)] == ["4", "3"]
    assert [one.id[6] for one in history(objects, service="orders")] == ["3", "1"]
    assert [one.id[6] for one in history(objects, "us-west2", "bills")] == ["4", "2", "0"]


def test_a_damaged_object_is_said_not_skipped(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.put("history/us-west2/orders/r1.json", b"[1]")
    with pytest.raises(CloudError, match=r"history/us-west2/orders/r1\.json.*damaged"):
        history(objects)


def test_ids_fit_into_a_revision_name_and_sort_by_time() -> None:
    one = new_release_id()
    assert len(one) == 13
    assert f"{'s' * 49}-{one}".isascii()
    assert one[:7] <= new_release_id()[:7]


@pytest.mark.parametrize("closed", ["r000001aaaaaa", "r000001zzzzzz"])
def test_of_one_second_the_one_that_was_never_closed_is_found(tmp_path: Path, closed: str) -> None:
    objects = FolderObjects(tmp_path)
    (killed,) = {"r000001aaaaaa", "r000001zzzzzz"} - {closed}
    begin(objects, release(closed))
    close(objects, replace(release(closed), outcome=Outcome.SUCCEEDED))
    begin(objects, release(killed))
    found = unfinished(objects, "us-west2", "orders")
    assert found is not None
    assert found.id == killed
    begin(objects, release("r000002aaaaaa"))
    close(objects, replace(release("r000002aaaaaa"), outcome=Outcome.SUCCEEDED))
    assert unfinished(objects, "us-west2", "orders") is None


def test_of_one_second_the_moment_tells_which_came_last(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    for number, id in enumerate(("r000002ccccc1", "r000002bbbbb2", "r000002aaaaa3", "r000001zzzzz0")):
        begin(objects, replace(release(id), began=NOW + timedelta(seconds=number / 10)))
    assert [one.id[-1] for one in history(objects)] == ["3", "2", "1", "0"]
    assert [one.id[-1] for one in history(objects, limit=1)] == ["3"]
