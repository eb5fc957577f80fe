"""Poetry's own tables in pyproject.toml: names, and constraints as written (a caret is Poetry's, not PEP 440's)."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.model.distribution import normalised
from deployguard.model.place import Place
from deployguard.requirements.declared import Requirement
from deployguard.requirements.gathering import Gathering
from deployguard.requirements.toml_values import Table, line_of, strings, table, tables, text


def add_poetry(
    gathering: Gathering, path: str, content: bytes, document: Table, asked: frozenset[str]
) -> tuple[tuple[str, Place], ...]:
    """Add the main dependencies, and those of the extras and groups asked for.

    Returns the local projects among them: the path as written, and the place that names it.
    """
    poetry = table(document, "tool", "poetry")
    extras = {normalised(name): strings(names) for name, names in table(poetry, "extras").items()}
    chosen = extras if "*" in asked else asked
    wanted = {normalised(name.split(" ")[0]) for extra in chosen for name in extras.get(extra, ())}
    local: list[tuple[str, Place]] = []
    for dependencies in _chosen(poetry, asked):
        for name, said in dependencies.items():
            place = Place(path, line_of(content, f"{name} =", f"{name}=", f'"{name}"', name))
            for one in _alternatives(said):
                if normalised(name) == "python" or (
                    one.get("optional") is True and normalised(name) not in wanted
                ):
                    continue
                if text(one.get("path")):
                    local.append((text(one.get("path")), place))
                else:
                    gathering.add(_requirement(place, name, one))
    return tuple(local)


def _chosen(poetry: Table, asked: frozenset[str]) -> Iterator[Table]:
    yield table(poetry, "dependencies")
    for name, group in table(poetry, "group").items():
        if normalised(name) in asked:
            yield table(group, "dependencies")
    if "dev" in asked:
        yield table(poetry, "dev-dependencies")


def _requirement(place: Place, name: str, one: Table) -> Requirement:
    specifier = text(one.get("version"))
    extras = tuple(normalised(extra) for extra in strings(one.get("extras")))
    raw = f"{name} {specifier}".strip()
    return Requirement(
        normalised(name), place, "poetry", extras, specifier, text(one.get("markers")), name, raw
    )


def _alternatives(said: object) -> Iterator[Table]:
    if isinstance(said, list):
        yield from tables(said)
    elif isinstance(said, dict):
        yield said
    else:
        yield {"version": "" if text(said) == "*" else text(said)}
