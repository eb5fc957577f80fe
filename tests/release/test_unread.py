"""A release whose progress nobody can read, or has a place for, is a release like any other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.release.shop import Shop
from tests.release.test_deploy import is_clean, shipped

pytestmark = pytest.mark.slow


def deployed(shop: Shop, stderr: int) -> tuple[int, str]:
    """Deploy with something for standard error; return exit code and standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "deployguard", "deploy", shop.name, "--no-smoke"],
        cwd=shop.folder,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        check=False,
        env=shop.environment({"DEPLOYGUARD_TRACEBACK": ""}),
    )
    return done.returncode, done.stdout


@contextmanager
def unread() -> Iterator[int]:
    """Open a pipe that nobody reads any more."""
    read, write = os.pipe()
    os.close(read)
    try:
        yield write
    finally:
        os.close(write)


def test_a_pipe_that_nobody_reads_any_more_undoes_nothing(shop: Shop) -> None:
    """As in `deployguard deploy 2>&1 | head`, or where the terminal of a CI job went away."""
    shipped(shop)
    shop.version("2")
    with unread() as write:
        code, out = deployed(shop, write)
    assert (code, shop.answer()["version"], is_clean(shop)) == (0, "2", True), out


def test_what_fails_is_put_back_even_if_that_cannot_be_told(shop: Shop) -> None:
    shipped(shop)
    shop.version("2", identity="bills")
    with unread() as write:
        code, out = deployed(shop, write)
    assert (code, shop.answer()["version"], is_clean(shop)) == (1, "1", True), out
    assert "as before" in out
