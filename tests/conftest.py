"""What every test starts from: no cache but its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the caches of the tests away from the user's."""
    os.environ["DEPLOYGUARD_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    yield
    del os.environ["DEPLOYGUARD_CACHE_DIR"]
