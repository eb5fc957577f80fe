"""Processes that begin quickly: forked from one that has imported everything and opened nothing."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from typing import TypeVar

Argument = TypeVar("Argument")

_TURN = threading.Lock()
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.examples.nba_pipeline.mortals", "tests.examples.nba_pipeline.holders", "tests.examples.nba_pipeline.crowds"])


def started(target: Callable[[Argument], None], argument: Argument) -> ForkServerProcess:
    process = _CONTEXT.Process(target=target, args=(argument,))
    with _TURN:  # two at once would each restore what the other has set
        _start(process)
    return process


def _start(process: ForkServerProcess) -> None:
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
