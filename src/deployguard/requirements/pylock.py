"""pylock.toml (PEP 751): a flat list, each with the marker under which it is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deployguard.model.distribution import normalised
from deployguard.requirements.declared import Locked, Requirement
from deployguard.requirements.gathering import Gathering
from deployguard.requirements.lock_file import LockFile
from deployguard.requirements.markers import UnreadableMarkerError, holds
from deployguard.requirements.toml_values import strings, tables, text


def read_pylock(gathering: Gathering, lock: LockFile) -> Iterator[tuple[str, Locked]]:
    """Every package whose marker holds is installed; the file does not say which of them are asked for directly."""
    for package in tables(lock.document.get("packages")):
        name, marker = normalised(text(package.get("name"))), text(package.get("marker"))
        if "extras" in marker or "dependency_groups" in marker:
            marker = _without_choices(
                marker, lock.asked | frozenset(strings(lock.document.get("default-groups")))
            )
        at = lock.place_of(text(package.get("name")))
        try:
            applies = holds(marker, gathering.artifact.runtime)
        except UnreadableMarkerError as error:
            gathering.doubt(at, str(error))
            applies = True
        if applies:
            gathering.add(Requirement(name, at, "lock", text=name, raw=name))
            yield name, Locked(name, text(package.get("version")), (name,))


def _without_choices(marker: str, chosen: frozenset[str]) -> str:
    """Replace `"x" in extras` and `"x" in dependency_groups` by what was asked for."""

    def told(match: re.Match[str]) -> str:
        return "python_version > '0'" if normalised(match[1]) in chosen else "python_version < '0'"

    return re.sub(r"""["']([^"']*)["'] in (?:extras|dependency_groups)""", told, marker)
