"""poetry.lock: distributions with what each requires by name."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.model.distribution import normalised
from deployguard.requirements.lock_graph import Edge, Node
from deployguard.requirements.toml_values import Table, strings, table, tables, text


def poetry_nodes(document: Table) -> Iterator[Node]:
    """Yield what poetry.lock lists; its roots are in pyproject.toml."""
    for package in tables(document.get("package")):
        edges, optional = list[Edge](), dict[str, Edge]()
        for name, said in table(package.get("dependencies")).items():
            for one in tables(said) if isinstance(said, list) else (table(said),):
                extras = tuple(normalised(extra) for extra in strings(one.get("extras")))
                edge = Edge(normalised(name), "", extras, text(one.get("markers")))
                if one.get("optional") is True:
                    optional[edge.name] = edge._replace(marker="")
                else:
                    edges.append(edge)
        extras_of = {
            normalised(extra): tuple(_wanted(strings(names), optional))
            for extra, names in table(package.get("extras")).items()
        }
        yield Node(
            normalised(text(package.get("name"))), text(package.get("version")), tuple(edges), extras_of
        )


def _wanted(written: tuple[str, ...], optional: dict[str, Edge]) -> Iterator[Edge]:
    for requirement in written:
        name = normalised(requirement.split(" ")[0].split("[")[0].split(";")[0])
        if name in optional:
            yield optional[name]
