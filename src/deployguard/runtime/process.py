"""A started service: its port, its output line by line, and its certain end."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from deployguard.runtime.command import leashed
from deployguard.runtime.lines import Entries

OnLine = Callable[[str, str], None]
PORT_WORD = "@PORT@"
_GRACE_S = 3.0


class Process:
    """A running command that was told its PORT."""

    def __init__(
        self, popen: subprocess.Popen[bytes], port: int, readers: tuple[threading.Thread, ...]
    ) -> None:
        self._popen = popen
        self._readers = readers
        self.port = port

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    @property
    def exit_status(self) -> int | None:
        """The exit status, 128 and more for a signal; None while it runs."""
        return self._popen.poll()

    def listens(self, seconds: float) -> bool:
        """Wait until something accepts connections on the port; False when it ends or takes longer."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.alive:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
            time.sleep(0.03)
        if not self.alive:
            self.kill()
        return False

    def terminate(self) -> None:
        """Ask it to end, and do not wait."""
        if self.alive:
            self._popen.terminate()

    def stop(self) -> None:
        """Ask it to end, then make it end; what it wrote until then is read."""
        self.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(_GRACE_S)
        self.kill()

    def kill(self) -> None:
        """End it at once, with everything that it started."""
        if self._popen.stdin:
            with suppress(OSError):
                self._popen.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(_GRACE_S)
        self._drain()

    def _drain(self) -> None:
        for reader in self._readers:
            reader.join(1.0)


def start(command: Sequence[str], folder: Path, env: Mapping[str, str], on_line: OnLine) -> Process:
    """Start a command with a free PORT, which stands in its words as `@PORT@`; `on_line` gets (`stdout` or `stderr`, text) of each entry it writes.

    The environment is exactly `env` and PORT. It ends when this process ends, however that happens.
    """
    port = _free_port()
    popen = subprocess.Popen(
        leashed([word.replace(PORT_WORD, str(port)) for word in command]),
        cwd=folder,
        env={**env, "PORT": str(port)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return Process(
        popen, port, (_reader(popen.stdout, "stdout", on_line), _reader(popen.stderr, "stderr", on_line))
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _reader(stream: IO[bytes] | None, name: str, on_line: OnLine) -> threading.Thread:
    def read() -> None:
        if stream is None:
            return
        entries = Entries(lambda text: on_line(name, text))
        with stream:
            for line in iter(lambda: stream.readline(64 * 1024), b""):
                entries.add(line.decode("utf-8", "replace").rstrip("\r\n"))
        entries.flush()

    thread = threading.Thread(target=read, daemon=True, name=f"read {name}")
    thread.start()
    return thread
