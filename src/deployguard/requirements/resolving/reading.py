"""From a package of an answer to its inventory: known already, read from the wheel, or built first."""

from __future__ import annotations

import hashlib
import tempfile
import zlib
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import BadZipFile, LargeZipFile, ZipFile

from deployguard.requirements.resolving.answer import File, Package, Untold
from deployguard.requirements.resolving.inventory import Inventory, NotAWheelError, read_inventory
from deployguard.requirements.resolving.ranges import FetchError, Remote, Web
from deployguard.requirements.resolving.store import Store
from deployguard.requirements.resolving.uv import Uv, shortened

BUILD_LIMIT = 180.0  # seconds for one source distribution


class Unread(NamedTuple):
    """Why the files of a package are not known; `passing`: the next try may succeed, nothing is said of the wheel."""

    reason: str
    passing: bool = False


class Reader:
    """Reads each file once, and keeps what it read."""

    def __init__(self, store: Store, web: Web, uv: Uv) -> None:
        self.store = store
        self.web = web
        self.uv = uv._replace(limit=min(uv.limit, BUILD_LIMIT))

    def read(self, package: Package, folder: Path) -> Unread | None:
        """Return why the package's files cannot be told, None once its inventory is in the store.

        `folder` is where uv was asked: paths in its answer start there.
        """
        if package.file is None:
            return Unread(package.reason)
        if self.store.inventory(package.name, package.version, package.file.key):
            return None
        try:
            inventory = self._fetched(package, package.file, folder)
        except FetchError as error:
            return Unread(str(error), passing=True)
        except NotAWheelError as error:
            return Unread(str(error))
        except (
            OSError,
            BadZipFile,
            LargeZipFile,
            zlib.error,
            NotImplementedError,
            ValueError,
            RuntimeError,
        ) as error:
            return Unread(
                f"{package.file.base} is no wheel that can be read: {str(error) or type(error).__name__}"
            )
        self.store.keep_inventory(package.file.key, inventory)
        return None

    def _fetched(self, package: Package, file: File, folder: Path) -> Inventory:
        location = file.location if "://" in file.location else (folder / file.location).resolve().as_uri()
        with self.web.open(location) as content:
            if not isinstance(content, Remote) and file.sha256:
                _verify(content, file)
            if file.kind == "wheel":
                return _of_wheel(content, package)
            return self._built(content, package, file)

    def _built(self, content: IO[bytes] | Remote, package: Package, file: File) -> Inventory:
        """Have uv build a wheel in an environment of its own, and read that."""
        with tempfile.TemporaryDirectory(prefix="deployguard-") as name:
            source, out = Path(name) / file.base, Path(name) / "out"
            content.seek(0)
            source.write_bytes(content.read())
            done = self.uv.run(
                ["build", "--wheel", "--out-dir", str(out), str(source)], Path(name), self.uv.indexes
            )
            if isinstance(done, Untold):
                raise NotAWheelError(f"{file.base} cannot be built here: {done.reason}")
            wheels = sorted(out.glob("*.whl"))
            if done.returncode or not wheels:
                raise NotAWheelError(f"{file.base} cannot be built here: {shortened(done.stderr)}")
            with wheels[0].open("rb") as wheel:
                return _of_wheel(wheel, package)


def _of_wheel(content: IO[bytes] | Remote, package: Package) -> Inventory:
    with ZipFile(content) as archive:
        return read_inventory(archive, package.name, package.version)


def _verify(content: IO[bytes], file: File) -> None:
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    if digest != file.sha256:
        raise NotAWheelError(f"{file.base} is not the file that the index names: its hash is another")
