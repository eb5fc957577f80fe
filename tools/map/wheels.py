"""The facts of one wheel, packed or installed: its file list and its METADATA (PEP 427, PEP 566, PEP 376)."""

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from tools.map.layout import Node, layout_of

Edge = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel on disk; `name` is normalised (PEP 503). `path` is the archive, or the `.dist-info` of an installed one."""

    name: str
    version: Version
    path: Path


@dataclass(frozen=True, slots=True)
class Facts:
    """What one wheel holds and asks for."""

    layout: dict[str, Node]
    requires: frozenset[Edge]


def wheels_in(folder: Path) -> Iterator[Wheel]:
    """The wheels of a folder; a name that PEP 427 does not allow is passed over."""
    for path in sorted(folder.rglob("*.whl")):
        try:
            name, version, _, _ = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        yield Wheel(str(name), version, path)


def installed_in(folder: Path) -> Iterator[Wheel]:
    """What is installed, or lies unpacked, anywhere below a folder; what has no METADATA and RECORD is passed over."""
    for path in sorted(folder.rglob("*.dist-info")):
        name, _, version = path.name.removesuffix(".dist-info").rpartition("-")
        if not all((path / file).is_file() for file in ("METADATA", "RECORD")):
            continue
        try:
            yield Wheel(str(canonicalize_name(name)), Version(version), path)
        except InvalidVersion:
            continue


def facts_of(wheel: Wheel) -> Facts:
    """Reads the list of files, METADATA and the `__init__.py` files that may declare a namespace.

    Raises zipfile.BadZipFile, and KeyError where METADATA is missing.
    """
    if wheel.path.suffix == ".dist-info":
        return _facts_of_installed(wheel)
    with zipfile.ZipFile(wheel.path) as archive:
        files = archive.namelist()
        layout = layout_of(files, lambda member: archive.read(member).decode("utf-8", "replace"), wheel.name)
        metadata = next((file for file in files if _is_metadata(file)), "METADATA")
        return Facts(layout, frozenset(edges_of(archive.read(metadata).decode("utf-8", "replace"))))


def _facts_of_installed(wheel: Wheel) -> Facts:
    folder = wheel.path.parent
    with (wheel.path / "RECORD").open(encoding="utf-8", newline="") as record:
        files = [row[0] for row in csv.reader(record) if row]
    layout = layout_of(files, lambda member: _text(folder / member), wheel.name)
    return Facts(layout, frozenset(edges_of(_text(wheel.path / "METADATA"))))


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def _is_metadata(file: str) -> bool:
    return file.count("/") == 1 and file.endswith(".dist-info/METADATA")


def edges_of(metadata: str) -> Iterator[Edge]:
    """Each Requires-Dist as (normalised name, extras asked of it, marker); an unreadable line is passed over."""
    for line in HeaderParser().parsestr(metadata).get_all("Requires-Dist", []):
        try:
            need = Requirement(line)
        except InvalidRequirement:
            continue
        extras = ",".join(sorted(canonicalize_name(extra) for extra in need.extras))
        yield str(canonicalize_name(need.name)), extras, str(need.marker or "")
