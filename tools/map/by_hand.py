"""Facts declared by hand, for distributions of which no wheel is at hand."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.map.layout import Kind, Node
from tools.map.wheels import Edge


@dataclass(frozen=True, slots=True)
class Declared:
    """Prefixes that one distribution owns; `requires` is None where nobody has said."""

    modules: tuple[str, ...]
    requires: frozenset[Edge] | None


def declared_in(path: Path) -> dict[str, Declared]:
    """Normalised distribution -> what the file says.

    A group names its `source` and either `modules` (distribution = "prefix prefix ...") or `names`, a list whose
    module is the name without `strip`, below `under`, with underscores. The table `requires` (distribution =
    "requirement requirement ...") says what single ones require.
    Raises ValueError when a distribution stands in two places, a group has no source, or `requires` names what no
    group has.
    """
    found: dict[str, Declared] = {}
    document = tomllib.loads(path.read_text())
    for group in document["group"]:
        if not group.get("source"):
            raise ValueError(f"{path.name}: a group without a source")
        requires = frozenset(_edge(text) for text in group["requires"]) if "requires" in group else None
        for name, modules in _modules(group):
            if name in found:
                raise ValueError(f"{path.name}: {name} is declared twice")
            found[name] = Declared(tuple(sorted(modules)), requires)
    return found | dict(_required(document.get("requires", {}), found, path.name))


def _required(table: dict[str, str], found: dict[str, Declared], file: str) -> Iterator[tuple[str, Declared]]:
    for written, text in table.items():
        name = str(canonicalize_name(written))
        if name not in found or found[name].requires is not None:
            raise ValueError(f"{file}: requires names {name}, which no group has, or which has said it")
        yield name, Declared(found[name].modules, frozenset(map(_edge, text.split())))


def _edge(text: str) -> Edge:
    need = Requirement(text)
    return str(canonicalize_name(need.name)), ",".join(sorted(need.extras)), str(need.marker or "")


def _modules(group: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for name, text in group.get("modules", {}).items():
        yield str(canonicalize_name(name)), text.split()
    strip, under = str(group.get("strip", "")), str(group.get("under", ""))
    for name in str(group.get("names", "")).split():
        last = name.removeprefix(strip).replace("-", "_").replace(".", "_")
        yield str(canonicalize_name(name)), [f"{under}.{last}" if under else last]


def layout_from(prefixes: Iterable[str]) -> dict[str, Node]:
    """The layout that owns exactly these prefixes, none of which stands below another."""
    below: dict[str, list[str]] = defaultdict(list)
    for prefix in prefixes:
        part, _, rest = prefix.partition(".")
        below[part].append(rest)
    return {
        part: Node(Kind.CODE) if "" in rests else Node(Kind.NAMESPACE, layout_from(rests))
        for part, rests in below.items()
    }
