"""What may be kept between runs: outside the work tree, safe to lose, safe under parallel runs and a kill."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

_MOST_FILES = 200


def cache_folder() -> Path:
    """Return the folder of deployguard's caches: `DEPLOYGUARD_CACHE_DIR`, or below `XDG_CACHE_HOME` (~/.cache).

    A relative `XDG_CACHE_HOME` counts as none, as the XDG Base Directory Specification has it: it would lie in whichever
    repository is checked. Who has no home, such as a container's account without a name, keeps nothing.
    """
    own = os.environ.get("DEPLOYGUARD_CACHE_DIR")
    if own:
        return Path(own)
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():
        return base / "deployguard"
    try:
        return Path.home() / ".cache" / "deployguard"
    except RuntimeError:
        return Path(os.devnull) / "deployguard"


def read_json(path: Path) -> object:
    """Return what a file holds; None where it is missing or damaged."""
    try:
        value: object = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return value


def write_json(path: Path, value: object) -> None:
    """Write a file as a whole or not at all; of its folder, only the newest files are kept. Failing is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".new", delete=False) as file:
            file.write(json.dumps(value, separators=(",", ":")))
        Path(file.name).replace(path)
        _prune(path.parent)
    except OSError:
        return


def _prune(folder: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[_MOST_FILES:]:
        file.unlink(missing_ok=True)


class Shelf:
    """Texts by key in one SQLite file, bounded in size; a damaged or locked file counts as empty."""

    _MOST_BYTES = 256 << 20

    def __init__(self, name: str) -> None:
        self.path = cache_folder() / f"{name}.sqlite"

    def get(self, keys: Iterable[str]) -> dict[str, str]:
        """Return those of the keys that are there."""
        import sqlite3

        if not self.path.exists():
            return {}
        wanted = json.dumps(list(keys))
        try:
            with closing(sqlite3.connect(self.path, timeout=5)) as connection:
                rows = connection.execute(
                    "select key, value from kept where key in (select value from json_each(?))", (wanted,)
                )
                return dict(rows.fetchall())
        except sqlite3.Error:
            return {}

    def put(self, values: Mapping[str, str]) -> None:
        """Keep the values; when the file has grown too large it starts anew."""
        import sqlite3

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and self.path.stat().st_size > self._MOST_BYTES:
                self.path.unlink(missing_ok=True)
            with closing(sqlite3.connect(self.path, timeout=5)) as connection, connection:
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = normal")
                connection.execute(
                    "create table if not exists kept (key text primary key, value text) without rowid"
                )
                connection.executemany("insert or replace into kept values (?, ?)", values.items())
        except (sqlite3.Error, OSError):
            return
