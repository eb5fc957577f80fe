"""The emulator, as its own contract tests start it."""

from __future__ import annotations

from tests.emulator.conftest import cloud, own, served

__all__ = ["cloud", "own", "served"]
