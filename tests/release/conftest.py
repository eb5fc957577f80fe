"""The emulator, as its own contract tests start it, and a repository with a service that starts at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.clients import Clients
from tests.emulator.conftest import cloud, own, served
from tests.release.shop import Shop

__all__ = ["cloud", "own", "served"]


@pytest.fixture
def shop(cloud: Clients, tmp_path: Path) -> Shop:
    """A shop of its own name, with nothing deployed."""
    return Shop(cloud, tmp_path)
