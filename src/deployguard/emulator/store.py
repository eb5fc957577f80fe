"""Everything the local cloud knows, in one SQLite file; it survives a restart and a kill -9."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deployguard.model.errors import UsageError

_TABLES = """
create table if not exists thing (kind text, name text, body blob not null, primary key (kind, name)) without rowid;
create table if not exists entry (seq integer primary key, at real not null, name text not null, body blob not null);
create index if not exists entry_at on entry (at, seq);
create table if not exists counter (name text primary key, value integer not null) without rowid;
"""
_OLDEST = "select seq, body from entry where at>=? and at<=? and name>=? and name<? order by at, seq"
_NEWEST = (
    "select seq, body from entry where at>=? and at<=? and name>=? and name<? order by at desc, seq desc"
)
_PAST_ALL = "\U0010ffff"


def _hold(path: Path) -> IO[str]:
    """Lock a file until it is closed, or its process ends; raises UsageError when another process holds it."""
    held = path.open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise UsageError(
            f"{path.parent} is in use by another emulator; stop it, or give --state another folder"
        ) from None
    return held


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=normal")
    database.executescript(_TABLES)
    return database


class Sealed(Exception):
    """The store takes no more changes."""


class Store:
    """Named values by kind, the log, and counters.

    One connection and one lock: a write is one transaction, and what it has read cannot change under it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._held = _hold(folder / "lock")
        self._lock = threading.RLock()
        self._sealed = self._closed = False
        self._depth = 0
        try:
            self._db = _opened(folder / "state.sqlite")
        except sqlite3.Error as problem:
            self._held.close()
            raise UsageError(
                f"{folder / 'state.sqlite'}: {problem}; remove the folder, or give --state another"
            ) from problem

    def seal(self) -> None:
        """Take no more changes but log entries: what is half done stays so, for the next start to take up."""
        with self._lock:
            self._sealed = True

    def close(self) -> None:
        with self._lock:
            self._sealed = self._closed = True
            self._db.close()
            self._held.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the store: all of the block happens, or none of it."""
        with self._lock:
            self._check()
            if self._depth == 0:
                self._db.execute("begin immediate")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("rollback")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("commit")

    def put(self, kind: str, name: str, body: bytes) -> None:
        with self._lock:
            self._check()
            self._db.execute("insert or replace into thing values (?, ?, ?)", (kind, name, body))

    def get(self, kind: str, name: str) -> bytes | None:
        with self._lock:
            row = self._db.execute("select body from thing where kind=? and name=?", (kind, name)).fetchone()
        return row[0] if row else None

    def drop(self, kind: str, name: str) -> bool:
        with self._lock:
            self._check()
            return bool(self._db.execute("delete from thing where kind=? and name=?", (kind, name)).rowcount)

    def named(self, kind: str, prefix: str = "", after: str = "", most: int = -1) -> list[tuple[str, bytes]]:
        """Return (name, body) of one kind below a prefix, past the name `after`, in the order of names."""
        with self._lock:
            return self._db.execute(
                "select name, body from thing where kind=? and name>=? and name<? and name>? order by name limit ?",
                (kind, prefix, prefix + _PAST_ALL, after, most),
            ).fetchall()

    def next(self, counter: str, first: int = 1) -> int:
        """Return the next number of a counter; no number is given twice."""
        with self._lock:
            row = self._db.execute(
                "insert into counter values (?, ?) on conflict (name) do update set value=value+1 returning value",
                (counter, first),
            ).fetchone()
        return int(row[0])

    def _check(self) -> None:
        if self._sealed:
            raise Sealed("the emulator is stopping")

    def log(self, at: float, name: str, body: bytes) -> int:
        """Append a log entry of `at` (seconds since the epoch); return its number, 0 once the store is closed."""
        with self._lock:
            if self._closed:
                return 0
            return int(
                self._db.execute(
                    "insert into entry (at, name, body) values (?, ?, ?)", (at, name, body)
                ).lastrowid
                or 0
            )

    def logged(
        self, prefix: str, since: float, until: float, *, newest_first: bool
    ) -> list[tuple[int, bytes]]:
        """Return (number, body) of the entries whose log name starts with `prefix`, by time."""
        statement = _NEWEST if newest_first else _OLDEST
        with self._lock:
            return self._db.execute(statement, (since, until, prefix, prefix + _PAST_ALL)).fetchall()

    def unlog(self, name: str) -> int:
        with self._lock:
            return self._db.execute("delete from entry where name=?", (name,)).rowcount
