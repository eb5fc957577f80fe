"""The store: what is written is whole or not there, and what cannot be read is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.requirements.resolving.inventory import Inventory
from deployguard.requirements.resolving.resolution import Chosen, Clash, Resolution, Unmet
from deployguard.requirements.resolving.store import Store, stored
from deployguard.source.cache import cache_folder

WHEEL = Inventory("pkg", "1.0", {"pkg.a": 1}, {"pkg": 2}, ("other>=1",))
ANSWER = Resolution(
    "2030-01-02",
    {"pkg": Chosen("pkg", "1.0", "abc", ("top", "pkg"))},
    (Clash("m", "a", "b"),),
    (Unmet("a 1", "b>2", "1"),),
    ("w",),
    ("u",),
)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    Store(tmp_path).keep_inventory("abc", WHEEL)
    Store(tmp_path).keep_answer("key", ANSWER.plain())

    assert Store(tmp_path).inventory("pkg", "1.0", "abc") == WHEEL
    assert Store(tmp_path).modules_of("pkg", "1.0") == ("pkg", "pkg.a")
    assert Store(tmp_path).modules_of("pkg", "2.0") is None
    assert stored(Store(tmp_path), "key") == ANSWER
    assert stored(Store(tmp_path), "other") is None


@given(
    st.binary(max_size=60)
    | st.sampled_from([b"[]", b"{}", b'{"schema":1}', b'{"schema":1,"date":"d","chosen":[[1]]}'])
)
def test_any_bytes_in_the_store_are_no_fact(content: bytes) -> None:
    folder = cache_folder()
    for path in (folder / "resolutions" / "key.json", folder / "wheels" / "pkg" / "1.0" / "abc.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    assert Store(folder).inventory("pkg", "1.0", "abc") is None
    assert stored(Store(folder), "key") is None


@pytest.mark.parametrize("bad", ["../../etc", "a/b", "", ".."])
def test_names_from_an_index_lead_nowhere_else(tmp_path: Path, bad: str) -> None:
    store = Store(tmp_path / "store")
    store.keep_inventory(bad, Inventory(bad or "x", bad or "1"))
    store.keep_inventory("k", Inventory("ok", bad or "../x"))

    assert list(tmp_path.rglob("*.json")) == []


def test_a_store_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "below")
    store.keep_inventory("abc", WHEEL)
    assert store.inventory("pkg", "1.0", "abc") == WHEEL
    assert Store(tmp_path / "file" / "below").inventory("pkg", "1.0", "abc") is None
