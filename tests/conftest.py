"""What every test starts from: no cache but its own; and, for those that ask, a package index."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deployguard.requirements.resolving.indexes import Indexes
from deployguard.requirements.resolving.ranges import Web
from deployguard.requirements.resolving.resolve import Resolver
from deployguard.requirements.resolving.store import Store
from deployguard.requirements.resolving.uv import Uv, find_uv
from tests.package_index import PackageIndex, serving

DAY = "2030-01-02"


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the caches of the tests away from the user's."""
    os.environ["DEPLOYGUARD_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    yield
    del os.environ["DEPLOYGUARD_CACHE_DIR"]


@pytest.fixture
def index() -> Iterator[PackageIndex]:
    with serving(PackageIndex()) as served:
        yield served


@pytest.fixture
def resolver(index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Resolver]:
    """Make a resolver; all that it makes share one store."""
    monkeypatch.setenv("DEPLOYGUARD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")

    def make(today: str = DAY, *, refresh: bool = False, limit: float = 60, address: str = "") -> Resolver:
        indexes = Indexes(address or f"{index.address}/simple")
        uv = Uv(find_uv(), indexes, refresh, limit)
        return Resolver(Store(tmp_path / "cache"), uv, Web(indexes, pause=5), today, refresh)

    return make
