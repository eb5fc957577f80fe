"""The emulator, as its own contract tests start it, and a site on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drift.site import Site
from tests.emulator.clients import Clients
from tests.emulator.conftest import cloud, own, served

__all__ = ["cloud", "own", "served", "site"]


@pytest.fixture
def site(
    tmp_path: Path,
    cloud: Clients,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Site:
    """A clean repository of two services, and a project in which nothing runs yet."""
    monkeypatch.setenv("DEPLOYGUARD_ENDPOINT", cloud.address)
    return Site(tmp_path / "repository", cloud, capsys)
