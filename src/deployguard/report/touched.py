"""The services that a change touches, as text, names or JSON."""

from __future__ import annotations

from collections.abc import Sequence

from deployguard.artifact.touched import Touched
from deployguard.report.printable import printable

SCHEMA = 1
_SHOWN = 5


def touched_text(services: Sequence[Touched]) -> str:
    """Write a line a service: its name, then what of it changed and by which repository file."""
    return "".join(f"{printable(one.name)}: {_why(one)}\n" for one in services)


def touched_names(services: Sequence[Touched]) -> str:
    """Write a name a line, as shell loops want it; services that are gone are left out."""
    return "".join(f"{one.name}\n" for one in services if one.change != "removed")


def touched_json(services: Sequence[Touched], since: str, tree: tuple[str, str | None]) -> str:
    """Write the services that a change touches for programs; `tree` is its kind and commit."""

    import json

    value = {
        "schema": SCHEMA,
        "since": since,
        "tree": {"kind": tree[0], "sha": tree[1]},
        "services": [
            {
                "name": one.name,
                "kind": one.kind,
                "change": one.change,
                "fingerprint": {"before": one.before, "after": one.after},
                "files": [file._asdict() for file in one.files],
                "build": list(one.build),
            }
            for one in services
        ],
    }
    return json.dumps(value, indent=2) + "\n"


def _why(one: Touched) -> str:
    if one.change != "changed":
        return f"{one.change} (the configuration of the other side does not have it)"
    paths = [f"{printable(origin)}{_how(kinds)}" for origin, kinds in sorted(_by_origin(one).items())]
    more = [f"and {len(paths) - _SHOWN} more"] if len(paths) > _SHOWN else []
    return ", ".join([*paths[:_SHOWN], *more, *(f"its {word}" for word in one.build)])


def _by_origin(one: Touched) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file in one.files:
        found.setdefault(file.origin, set()).add(file.kind)
    return found


def _how(kinds: set[str]) -> str:
    return f" ({', '.join(sorted(kinds))})" if kinds != {"modified"} else ""
