"""Changes of `sys.path` that code makes, with the folders that can be computed."""

from __future__ import annotations

import ast

from deployguard.imports.facts import PathEdit, PathValue
from deployguard.imports.paths import Names, path_of, value_of


def edits_by_call(call: ast.Call, names: Names) -> tuple[PathEdit, ...]:
    """Return what `sys.path.insert`, `append` or `extend`, or `site.addsitedir`, adds."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not call.args:
        return ()
    if function.attr == "addsitedir":
        return (PathEdit(_folder(call.args[0], names), call.lineno),)
    if not _is_sys_path(function.value):
        return ()
    if function.attr in {"insert", "append"}:
        return (PathEdit(_folder(call.args[-1], names), call.lineno),)
    return _listed(call.args[0], names) if function.attr == "extend" else ()


def edits_by_assignment(node: ast.Assign | ast.AugAssign, names: Names) -> tuple[PathEdit, ...]:
    """Return what `sys.path += [...]`, `sys.path = [...] + sys.path` or `sys.path[0:0] = [...]` adds."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if any(map(_is_sys_path, targets)):
        return _listed(node.value, names)
    parts = [target for target in targets if isinstance(target, ast.Subscript) and _is_sys_path(target.value)]
    if not parts:
        return ()
    if isinstance(parts[0].slice, ast.Slice):
        return _listed(node.value, names)
    return (PathEdit(_folder(node.value, names), node.lineno),)


def edits_by_import(node: ast.ImportFrom) -> tuple[PathEdit, ...]:
    """Return a change that cannot be computed for `from sys import path`: it is taken in order to be changed."""
    takes = node.module == "sys" and any(name.name == "path" for name in node.names)
    return (PathEdit(None, node.lineno),) if takes else ()


def _listed(node: ast.expr, names: Names) -> tuple[PathEdit, ...]:
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return tuple(edit for part in parts for edit in _element(part, names))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return (*_listed(left, names), *_listed(right, names))
        case ast.Attribute() | ast.Subscript() if _is_sys_path(getattr(node, "value", node)) or _is_sys_path(
            node
        ):
            return ()
        case _:
            return (PathEdit(None, node.lineno),)


def _element(node: ast.expr, names: Names) -> tuple[PathEdit, ...]:
    if isinstance(node, ast.Starred):
        return _listed(node.value, names)
    return (PathEdit(_folder(node, names), node.lineno),)


def _folder(node: ast.expr, names: Names) -> PathValue | None:
    """A computed folder; a plain text is relative to the folder in which the process starts."""
    found = path_of(node, names)
    if found is not None:
        return found
    text = value_of(node, names)
    if not isinstance(text, str):
        return None
    parts = tuple(part for part in text.split("/") if part not in {"", "."})
    return PathValue("root" if text.startswith("/") else "cwd", parts)


def _is_sys_path(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "path"
        and isinstance(node.value, ast.Name)
        and node.value.id in {"sys", "_sys"}
    )
