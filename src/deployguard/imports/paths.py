"""Paths that can be computed from the code alone: `__file__`, `os.path`, `pathlib`, importlib.resources."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from deployguard.imports.facts import PathValue

_SAME = {"abspath", "realpath", "normpath", "expanduser", "fspath", "str", "Path", "PurePath", "PosixPath"}
_SAME_METHODS = {"resolve", "absolute", "as_posix", "expanduser", "__str__"}

Names = Mapping[str, PathValue | str]


def path_of(expression: ast.expr, names: Names) -> PathValue | None:
    """Compute a path; `names` are the variables already known. None when any part of it is not known."""
    value = _value(expression, names)
    return value if isinstance(value, PathValue) else None


def value_of(expression: ast.expr, names: Names) -> PathValue | str | None:
    """As `path_of`, but plain strings are values too, so that a variable can hold one."""
    return _value(expression, names)


def _value(node: ast.expr, names: Names) -> PathValue | str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id="__file__"):
            return PathValue("file", ())
        case ast.Name(id=name):
            return names.get(name)
        case ast.Attribute(value=value, attr="parent"):
            return _joined(_path(value, names), "..")
        case ast.Subscript(
            value=ast.Attribute(value=value, attr="parents"), slice=ast.Constant(value=int(count))
        ):
            return _joined(_path(value, names), *[".."] * (count + 1)) if 0 <= count < 20 else None
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _joined(_path(left, names), _text(right, names))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _added(_value(left, names), _text(right, names))
        case ast.JoinedStr(values=[ast.FormattedValue(value=first, conversion=-1, format_spec=None), *rest]):
            return _added(_value(first, names), _literal(rest))
        case ast.Call(func=function, args=arguments, keywords=[]):
            return _called(function, arguments, names)
        case ast.Call(func=ast.Attribute(value=value, attr="resolve"), args=[]):
            return _path(value, names)
        case _:
            return None


def _called(function: ast.expr, arguments: list[ast.expr], names: Names) -> PathValue | str | None:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    first = arguments[0] if arguments else None
    if name in {"getcwd", "cwd"} and not arguments:
        return PathValue("cwd", ())
    if name == "dirname" and first is not None:
        return _joined(_path(first, names), "..")
    if name in {"join", "Path", "PurePath"} and len(arguments) > 1 and first is not None:
        return _joined(_path(first, names), *[_text(part, names) for part in arguments[1:]])
    if name in _SAME and first is not None and len(arguments) == 1:
        return _absolute(_value(first, names))
    if name == "files" and first is not None and len(arguments) == 1:
        return _package(first, names)
    if isinstance(function, ast.Attribute):
        return _method(function, arguments, names)
    return None


def _method(function: ast.Attribute, arguments: list[ast.expr], names: Names) -> PathValue | None:
    base = _path(function.value, names)
    if function.attr in _SAME_METHODS:
        return base
    texts = [_text(part, names) for part in arguments]
    if function.attr == "joinpath":
        return _joined(base, *texts)
    if function.attr == "with_name" and len(texts) == 1:
        return _joined(base, "..", texts[0])
    return None


def _package(argument: ast.expr, names: Names) -> PathValue | None:
    if isinstance(argument, ast.Name) and argument.id in {"__package__", "__name__"}:
        return PathValue("file", ("..",))
    text = _text(argument, names)
    return PathValue(f"package:{text}", ()) if text else None


def _path(node: ast.expr, names: Names) -> PathValue | None:
    value = _absolute(_value(node, names))
    return value if isinstance(value, PathValue) else None


def _absolute(value: PathValue | str | None) -> PathValue | str | None:
    if isinstance(value, str) and value.startswith("/"):
        return PathValue("root", tuple(part for part in value.split("/") if part))
    return value


def _text(node: ast.expr, names: Names) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr == "pardir":
        return ".."
    value = _value(node, names)
    return value if isinstance(value, str) else None


def _joined(base: PathValue | None, *parts: str | None) -> PathValue | None:
    if base is None or any(part is None for part in parts):
        return None
    names: list[str] = list(base.parts)
    anchor = base.anchor
    for part in parts:
        if part is not None and part.startswith("/"):
            anchor, names = "root", []
        names += [name for name in (part or "").split("/") if name not in {"", "."}]
    return PathValue(anchor, tuple(names))


def _added(base: PathValue | str | None, text: str | None) -> PathValue | str | None:
    if base is None or text is None:
        return None
    if isinstance(base, str):
        return base + text
    return _joined(base, text[1:]) if text.startswith("/") else None


def _literal(parts: list[ast.expr]) -> str | None:
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return "".join(texts) if len(texts) == len(parts) else None
