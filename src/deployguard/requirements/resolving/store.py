"""What was learned from an index, kept on this machine: inventories by the hash of the wheel, answers by content.

wheels/<distribution>/<version>/<key>.json    what one wheel holds: true for ever
resolutions/<key>.json                        what one requirement set resolved to, and on which day
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from deployguard.requirements.resolving.inventory import Inventory
from deployguard.requirements.resolving.resolution import Resolution
from deployguard.source.cache import cache_folder, read_json, write_json

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*")


@dataclass(frozen=True)
class Store:
    """A folder of facts that need no second request. What cannot be read in it counts as not there."""

    folder: Path = field(default_factory=cache_folder)
    _read: dict[tuple[str, str, str], Inventory | None] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, str], tuple[str, ...] | None] = field(default_factory=dict, repr=False)

    def inventory(self, name: str, version: str, key: str) -> Inventory | None:
        """Return what the wheel of that key holds; each file is read once."""
        at = (name, version, key)
        if at not in self._read:
            path = self._wheel(*at)
            self._read[at] = Inventory.thawed(read_json(path)) if path else None
        return self._read[at]

    def keep_inventory(self, key: str, inventory: Inventory) -> None:
        self._read[inventory.name, inventory.version, key] = inventory
        path = self._wheel(inventory.name, inventory.version, key)
        if path:
            write_json(path, inventory.plain())

    def modules_of(self, distribution: str, version: str) -> tuple[str, ...] | None:
        """Every dotted module of a version of which some wheel was read; None when none was."""
        if (distribution, version) not in self._known:
            self._known[distribution, version] = self._modules(distribution, version)
        return self._known[distribution, version]

    def _modules(self, distribution: str, version: str) -> tuple[str, ...] | None:
        folder = self._wheel(distribution, version, "any")
        try:
            keys = sorted(path.stem for path in folder.parent.iterdir()) if folder and version else []
        except OSError:
            return None
        found = [self.inventory(distribution, version, key) for key in keys]
        names = {name for one in found if one for name in (*one.modules, *one.packages, *one.namespaces)}
        return tuple(sorted(names)) if any(found) else None

    def answer(self, key: str) -> object:
        return read_json(self.folder / "resolutions" / f"{key}.json")

    def keep_answer(self, key: str, plain: object) -> None:
        write_json(self.folder / "resolutions" / f"{key}.json", plain)

    def _wheel(self, name: str, version: str, key: str) -> Path | None:
        """Names come from an index: nothing that could lead out of the folder is used as a path."""
        if not all(_PLAIN.fullmatch(part) for part in (name, version, key)):
            return None
        return self.folder / "wheels" / name / version / f"{key}.json"


def stored(store: Store, key: str) -> Resolution | None:
    """Return the last answer for the very same set, whatever its day; None when there is none."""
    return Resolution.thawed(store.answer(key))
