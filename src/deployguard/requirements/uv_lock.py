"""uv.lock: a graph over every platform, from which the runtime's part is taken."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from deployguard.model.distribution import normalised
from deployguard.model.place import Place
from deployguard.requirements.gathering import Gathering
from deployguard.requirements.lock_file import LockFile
from deployguard.requirements.lock_graph import Edge, Node, reached
from deployguard.requirements.project import read_project
from deployguard.requirements.toml_values import Table, strings, table, tables, text
from deployguard.requirements.whereabouts import is_project

_LOCAL = ("editable", "virtual", "directory")


def read_uv_lock(gathering: Gathering, lock: LockFile) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Return what uv.lock lists, and the edges of the project; workspace members it reaches are read too."""
    nodes: list[Node] = []
    local: dict[str, Node] = {}
    for package in tables(lock.document.get("package")):
        node = _uv_node(package)
        nodes.append(node)
        source = table(package.get("source"))
        for key in _LOCAL:
            if text(source.get(key)):
                at = posixpath.normpath(posixpath.join(lock.base, text(source[key])))
                local["" if at == "." else at] = node
    own = local.get(lock.folder)
    starts = (own,) if own else tuple(local.values())
    roots = tuple(edge for node in starts for edge in _of_project(node, lock.asked))
    wanted = reached(nodes, roots, gathering.artifact.runtime)
    for at, node in local.items():
        if node.name in wanted and is_project(gathering.tree, at):
            read_project(gathering, at, Place(lock.path))
    return tuple(nodes), roots


def _of_project(node: Node, asked: frozenset[str]) -> Iterator[Edge]:
    yield from node.edges
    for name in sorted(node.extras if "*" in asked else asked):
        yield from node.extras.get(name, ())


def _uv_node(package: Table) -> Node:
    optional = {**table(package.get("optional-dependencies")), **table(package.get("dev-dependencies"))}
    extras = {normalised(name): tuple(map(_uv_edge, tables(edges))) for name, edges in optional.items()}
    edges = tuple(map(_uv_edge, tables(package.get("dependencies"))))
    markers = strings(package.get("resolution-markers"))
    return Node(normalised(text(package.get("name"))), text(package.get("version")), edges, extras, markers)


def _uv_edge(said: Table) -> Edge:
    extras = tuple(normalised(extra) for extra in strings(said.get("extra")))
    return Edge(
        normalised(text(said.get("name"))), text(said.get("version")), extras, text(said.get("marker"))
    )
