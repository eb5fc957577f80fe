"""One requirement as written: a PEP 508 line, an address, or a path."""

from __future__ import annotations

import re
from typing import NamedTuple

_PLAIN = re.compile(
    r"""(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*
    (?:\[\s*(?P<extras>[A-Za-z0-9][A-Za-z0-9_-]*(?:\s*,\s*[A-Za-z0-9][A-Za-z0-9_-]*)*)\s*\]\s*)?
    (?P<specifier>(?:(?:[<>]=?|[!=]=|~=(?=\s*\d+\.\d))\s*\d+(?:\.\d+)*\s*
    (?:,\s*(?:[<>]=?|[!=]=|~=(?=\s*\d+\.\d))\s*\d+(?:\.\d+)*\s*)*)?)""",
    re.VERBOSE,
)
_HEAD = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*")
_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*+(?:\[[^\]]*\])?\s*+@\s*\S")
_ADDRESS = re.compile(r"(?:(?:git|hg|svn|bzr)\+[a-z+]+|git|https?|ftp|file|ssh):", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(?:whl|zip|tar|tgz|tbz|txz|tlz|tar\.(?:gz|bz2|xz|lz|lzma))$", re.IGNORECASE)
_EGG = re.compile(r"[#&]egg=([^&#]*)")
_CONDITION = re.compile(r"\s;|;\s")
_VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")
# A version that is none by PEP 440 was taken until pip 24.1 (its release notes); what stands after `;` is another matter.
_BEFORE_PEP440 = re.compile(
    r"[A-Za-z0-9._-]+\s*(?:\[[^\]]*\]\s*)?\(?(?:(?:===?|~=|!=|<=?|>=?)\s*[^\s,;=<>!~]+\s*,?\s*)+\)?\s*(?:;.*)?"
)


class Written(NamedTuple):
    """What a requirement says: `text` as written; `target` its address or path; `reason` why it cannot be read.

    `refused`: no pip takes it, whatever its release and surroundings.
    """

    text: str
    name: str = ""
    extras: tuple[str, ...] = ()
    specifier: str = ""
    marker: str = ""
    target: str = ""
    is_path: bool = False
    reason: str = ""
    refused: bool = False


def read_requirement(text: str, *, editable: bool = False) -> Written:
    """Read one requirement as `pip install` would; never raises."""
    text = text.strip()
    plain = _PLAIN.fullmatch(text)
    if plain and not editable and not _ARCHIVE.search(text):
        extras = tuple(part.strip() for part in (plain["extras"] or "").split(",") if part)
        return Written(text, plain["name"], extras, _close(plain["specifier"]))
    if _REFERENCE.match(text) and not _ADDRESS.match(text):
        return _pep508(text)
    if _ADDRESS.match(text):
        return _address(text)
    body = text.partition(";")[0].strip()
    if editable or "/" in body or body.startswith(".") or _ARCHIVE.search(body):
        return _path(text, body, "" if editable else text.partition(";")[2])
    return _pep508(text)


def _pep508(text: str) -> Written:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        refused = not _VARIABLE.search(text) and not _BEFORE_PEP440.fullmatch(text)
        return Written(text, reason=_why(text, error), refused=refused)
    marker = str(found.marker) if found.marker else ""
    extras = tuple(sorted(found.extras))
    if found.url:
        is_path = found.url.lower().startswith("file:")
        return Written(text, found.name, extras, "", marker, found.url, is_path)
    return Written(text, found.name, extras, _written_specifier(text), marker)


def _address(text: str) -> Written:
    address, *condition = (part.strip() for part in _CONDITION.split(text, maxsplit=1))
    marker, reason = _marker("".join(condition))
    if reason:
        return Written(text, reason=reason)
    is_path = address.lower().startswith("file:")
    egg = _EGG.search(address)
    told = egg[1] if egg else _wheel_name(address)
    if not told:
        target, extras = _split_extras(address) if is_path else (address, ())
        why = (
            ""
            if is_path
            else "the address does not name its distribution (add #egg=NAME, or write NAME @ address)"
        )
        return Written(text, "", extras, "", marker, target, is_path, why)
    named = _pep508(told)
    if named.reason:
        return Written(text, reason=f"egg={told}: {named.reason}")
    return Written(text, named.name, named.extras, "", marker, address, is_path)


def _path(text: str, body: str, condition: str) -> Written:
    marker, reason = _marker(condition)
    if reason:
        return Written(text, reason=reason)
    path, extras = _split_extras(body)
    return Written(text, _wheel_name(path), extras, "", marker, path, is_path=True)


def _marker(condition: str) -> tuple[str, str]:
    if not condition.strip():
        return "", ""
    from packaging.markers import InvalidMarker, Marker

    try:
        return str(Marker(condition.strip())), ""
    except (InvalidMarker, RecursionError) as error:
        return "", _first_line(error)


def _wheel_name(path: str) -> str:
    """The distribution in a wheel's file name (PEP 427), or `""`."""
    file = path.partition("#")[0].partition("?")[0].rpartition("/")[2]
    parts = file.split("-")
    return parts[0] if file.endswith(".whl") and len(parts) >= 5 else ""


def _split_extras(path: str) -> tuple[str, tuple[str, ...]]:
    before, bracket, inside = path.removesuffix("]").rpartition("[")
    if not path.endswith("]") or not bracket or not before:
        return path, ()
    return before.strip(), tuple(part.strip() for part in inside.split(",") if part.strip())


def _written_specifier(text: str) -> str:
    before_marker = text.partition(";")[0]
    return _close(_HEAD.sub("", before_marker, count=1).strip().removeprefix("(").removesuffix(")"))


def _close(specifier: str) -> str:
    return "".join(specifier.split())


def _why(text: str, error: Exception) -> str:
    if _VARIABLE.search(text):
        return "it holds a variable that only the build knows"
    if "=" in text and not re.search(r"[=!<>~]=|[<>]", text):
        return "= is not an operator; == may be meant"
    return _first_line(error)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
