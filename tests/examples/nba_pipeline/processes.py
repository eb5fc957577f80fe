"""Processes that begin quickly: forked from one that has imported everything and opened nothing."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from typing import TypeVar

Argument = TypeVar("Argument")

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.examples.nba_pipeline.mortals", "tests.examples.nba_pipeline.holders", "tests.examples.nba_pipeline.crowds"])


def started(target: Callable[[Argument], None], argument: Argument) -> ForkServerProcess:
    process = _CONTEXT.Process(target=target, args=(argument,))
    before = os.environ.get("PYTHONPATH")
    # The server does not take over sys.path, and skips in silence what it cannot import.
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    try:
        process.start()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    return process
