"""What one wheel holds: its modules, from the directory of the zip, and what it requires, from METADATA."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from deployguard.requirements.names import prefixes
from deployguard.requirements.toml_values import strings, table, text
from deployguard.requirements.wheel_names import installed_path, is_junk, named_by

if TYPE_CHECKING:
    from zipfile import ZipFile

SCHEMA = 1
_MOST_METADATA = 8_000_000  # bytes, unpacked


class NotAWheelError(ValueError):
    """The bytes are no wheel; the message says why."""


@dataclass(frozen=True)
class Inventory:
    """The modules of one wheel.

    `modules` maps each dotted module to the CRC-32 of its file, `packages` each package that has an `__init__`. What
    only stands above them is a namespace. `requires` are the Requires-Dist lines as written.
    """

    name: str
    version: str
    modules: Mapping[str, int] = field(default_factory=dict)
    packages: Mapping[str, int] = field(default_factory=dict)
    requires: tuple[str, ...] = ()

    def has(self, module: str) -> bool:
        return module in self.modules or module in self.packages or module in self.namespaces

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """Folders without an `__init__`, which other distributions may share (PEP 420)."""
        above = {module.rpartition(".")[0] for module in (*self.modules, *self.packages)}
        return frozenset(up for each in above for up in prefixes(each) if up not in self.packages)

    def plain(self) -> dict[str, object]:
        """Return what JSON can keep."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "version": self.version,
            "modules": dict(self.modules),
            "packages": dict(self.packages),
            "requires": list(self.requires),
        }

    @classmethod
    def thawed(cls, plain: object) -> Inventory | None:
        """Make one again from what JSON kept; None for anything else."""
        kept = table(plain)
        if kept.get("schema") != SCHEMA or not text(kept.get("name")):
            return None
        return cls(
            text(kept["name"]),
            text(kept.get("version")),
            _checksums(kept.get("modules")),
            _checksums(kept.get("packages")),
            strings(kept.get("requires")),
        )


def read_inventory(archive: ZipFile, name: str, version: str) -> Inventory:
    """Read the directory of an open wheel, and its METADATA; `name` is the normalised distribution.

    Raises:
        NotAWheelError: it has no METADATA. What zipfile raises for broken archives is the caller's.
    """
    modules: dict[str, int] = {}
    packages: dict[str, int] = {}
    for info in archive.infolist():
        named = named_by(installed_path(info.filename))
        if named is None or not named.dotted or is_junk(named.dotted.partition(".")[0], name):
            continue
        (packages if named.is_package else modules)[named.dotted] = info.CRC
    modules = {module: crc for module, crc in modules.items() if module not in packages}
    return Inventory(name, version, modules, packages, tuple(_requires(_metadata(archive))))


def _metadata(archive: ZipFile) -> str:
    infos = (info for info in archive.infolist() if info.filename.count("/") == 1)
    info = next((info for info in infos if info.filename.endswith(".dist-info/METADATA")), None)
    if info is None:
        raise NotAWheelError("it has no METADATA")
    if info.file_size > _MOST_METADATA:
        raise NotAWheelError(f"its METADATA is {info.file_size:,} bytes long")
    return archive.read(info).decode("utf-8", "replace")


def _requires(metadata: str) -> Iterator[str]:
    """The Requires-Dist headers ("Core metadata specifications"), which end at the first empty line."""
    header, _, _ = metadata.replace("\r\n", "\n").partition("\n\n")
    for line in header.replace("\n ", " ").splitlines():
        key, _, value = line.partition(":")
        if key.lower() == "requires-dist" and value.strip():
            yield value.strip()


def _checksums(value: object) -> dict[str, int]:
    return {module: crc for module, crc in table(value).items() if isinstance(crc, int)}
