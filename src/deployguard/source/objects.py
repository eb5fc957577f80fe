"""One `git cat-file --batch` that stays open and answers any number of questions, through GitPython."""

from __future__ import annotations

from contextlib import suppress
from subprocess import PIPE
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from git.cmd import Git

_FIELDS = 3


class Object(NamedTuple):
    """`kind`: `commit`, `tree`, `blob` or `tag`."""

    sha: str
    kind: str
    content: bytes


class OpenObjects:
    """Objects by name. GitPython's own reader knows ids of 40 digits only, and reads errors as text."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: Any = None
        self._drain = Thread()

    def get(self, name: str) -> Object | None:
        """Return the object that `name` names; None where there is none, several, or it cannot be read."""
        try:
            return self._answer(name)
        except (
            BrokenPipeError,
            EOFError,
        ):  # git ends at an object that is damaged, or promised and out of reach
            self.close()
            return None

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        process, self._process = self._process.proc, None
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
        process.wait()
        self._drain.join()
        process.stderr.close()

    def _answer(self, name: str) -> Object | None:
        questions, answers = self._open()
        questions.write(f"{name}\n".encode("utf-8", "surrogateescape"))
        questions.flush()
        head = answers.readline()
        if not head.endswith(b"\n"):
            raise EOFError
        fields = head.decode("utf-8", "replace").split()
        if len(fields) != _FIELDS or not fields[2].isdigit():
            return None  # `missing`, `ambiguous`
        size = int(fields[2])
        content = answers.read(size + 1)
        if len(content) <= size:
            raise EOFError
        return Object(fields[0], fields[1], content[:size])

    def _open(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = self._git.cat_file(batch=True, istream=PIPE, as_process=True)
            # What git says of ambiguous names must not fill the pipe.
            self._drain = Thread(target=self._process.stderr.read, daemon=True)
            self._drain.start()
        return self._process.stdin, self._process.stdout
