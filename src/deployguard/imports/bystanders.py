"""Tables beside a computed import that have nothing to do with it: only other code of the file reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def without_bystanders(body: list[ast.stmt], calls: Iterable[ast.Call]) -> Iterator[ast.stmt]:
    """Yield the statements of a file, less the tables that are read, and never by what leads to one of the calls.

    A table that nothing in the file reads may be read from elsewhere, and stays.
    """
    mentions = {id(statement): frozenset(_mentioned(statement)) for statement in body}
    leading = _leading(body, frozenset(map(id, calls)), mentions)
    for statement in body:
        table = _table_name(statement)
        readers = {at for at, names in mentions.items() if table in names and at != id(statement)}
        if not table or not readers or readers & leading:
            yield statement


def _leading(
    body: list[ast.stmt], calls: frozenset[int], mentions: dict[int, frozenset[str]]
) -> frozenset[int]:
    """Return the statements that make one of the calls, or speak of one that does by its name."""
    leading = {id(statement) for statement in body if any(id(node) in calls for node in ast.walk(statement))}
    while True:
        names = {name for statement in body if id(statement) in leading for name in _defined(statement)}
        further = {at for at, spoken in mentions.items() if spoken & names} - leading
        if not further:
            return frozenset(leading)
        leading |= further


def _mentioned(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
                yield name
            case _:
                pass


def _defined(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that other code can call a statement's functions by."""
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _table_name(statement: ast.stmt) -> str:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return ""
