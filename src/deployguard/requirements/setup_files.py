"""Requirements in setup.cfg and setup.py, read and never run."""

from __future__ import annotations

import ast
import configparser
import warnings
from typing import NamedTuple

_FILE = "file:"


class Setup(NamedTuple):
    """What a setup file says; `files` hold further requirements; `reason` is why something cannot be told.

    `opened` are files that code names where it computes what is required: they hold it where they exist.
    """

    name: str = ""
    requires: tuple[str, ...] = ()
    extras: tuple[tuple[str, tuple[str, ...]], ...] = ()
    files: tuple[str, ...] = ()
    reason: str = ""
    line: int = 0
    opened: tuple[str, ...] = ()


def read_setup_cfg(content: bytes) -> Setup:
    """Read `[metadata] name`, `[options] install_requires` and `[options.extras_require]`."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(content.decode("utf-8"))
        requires = parser.get("options", "install_requires", fallback="").strip()
        section = "options.extras_require"
        extras = parser.items(section) if parser.has_section(section) else []
        name = parser.get("metadata", "name", fallback="").strip()
    except (UnicodeDecodeError, configparser.Error, ValueError, AttributeError) as error:
        return Setup(reason=f"setup.cfg cannot be read: {error}".splitlines()[0])
    if requires.startswith(_FILE):
        files = tuple(part.strip() for part in requires.removeprefix(_FILE).split(",") if part.strip())
        return Setup(name, files=files)
    return Setup(name, _lines(requires), tuple((extra, _lines(texts)) for extra, texts in extras if texts))


def read_setup_py(content: bytes) -> Setup:
    """Read the literal arguments of the call of `setup`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Setup(reason=f"setup.py cannot be parsed: {error}")
    call = next((node for node in ast.walk(module) if _is_setup(node)), None)
    if not isinstance(call, ast.Call):
        return Setup(reason="setup.py has no call of setup() to read")
    return _of_call(call, module, _bound(module))


def _of_call(call: ast.Call, module: ast.Module, bound: dict[str, ast.expr]) -> Setup:
    values: dict[str, object] = {}
    computed: dict[str, ast.expr] = {}
    for keyword in call.keywords:
        if keyword.arg in {None, "name", "install_requires", "extras_require"}:
            try:
                values[keyword.arg or ""] = _literal(keyword.value, bound)
            except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError):
                computed[keyword.arg or "its arguments"] = keyword.value
    computed.pop("name", None)
    values = _merged(values)
    extras = values.get("extras_require")
    listed = (
        tuple((str(key), _texts(value)) for key, value in extras.items()) if isinstance(extras, dict) else ()
    )
    name = values.get("name")
    found = Setup(name if isinstance(name, str) else "", _texts(values.get("install_requires")), listed)
    for what, value in computed.items():
        reason = f"setup.py computes {what}: what it requires cannot be told"
        opened = _opened(value, module, bound) if computed.keys() == {"install_requires"} else ()
        return found._replace(reason=reason, line=value.lineno, opened=opened)
    return found


def _literal(node: ast.expr, bound: dict[str, ast.expr]) -> object:
    """Evaluate literals, names that stand for one, and lists that are put together of such.

    Raises:
        ValueError: it is computed; TypeError, RecursionError and MemoryError are Python's own.
    """
    match node:
        case ast.Name(id=name) if name in bound:
            return _literal(bound[name], {each: value for each, value in bound.items() if each != name})
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [item for part in parts for item in _items(part, bound)]
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_literal(key, bound): _literal(value, bound) for key, value in pairs if key is not None}
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = _literal(left, bound), _literal(right, bound)
            if isinstance(first, list) and isinstance(second, list):
                return [*first, *second]
            raise ValueError("a sum of something else than lists")
        case _:
            value: object = ast.literal_eval(node)
            return value


def _items(part: ast.expr, bound: dict[str, ast.expr]) -> list[object]:
    if not isinstance(part, ast.Starred):
        return [_literal(part, bound)]
    spread = _literal(part.value, bound)
    if not isinstance(spread, list):
        raise ValueError("spreads something else than a list")  # noqa: TRY004  one error for all that is computed
    return spread


def _opened(node: ast.expr, module: ast.Module, bound: dict[str, ast.expr]) -> tuple[str, ...]:
    """Return the text files that an expression names, or the functions and names of the module that it mentions."""
    functions = {each.name: each for each in module.body if isinstance(each, ast.FunctionDef)}
    waiting: list[ast.AST] = [node]
    seen: set[str] = set()
    found: dict[str, None] = {}
    while waiting:
        for part in ast.walk(waiting.pop()):
            if isinstance(part, ast.Constant) and str(part.value).endswith((".txt", ".in")):
                found[str(part.value)] = None
            elif isinstance(part, ast.Name) and part.id not in seen:
                seen.add(part.id)
                waiting += [one for one in (functions.get(part.id), bound.get(part.id)) if one is not None]
    return tuple(found)


def _merged(values: dict[str, object]) -> dict[str, object]:
    """Take the arguments of a literal `**{...}` for what they are."""
    spread = values.pop("", {})
    return {**spread, **values} if isinstance(spread, dict) else values


def _bound(module: ast.Module) -> dict[str, ast.expr]:
    """Names that the module binds once, to a literal or not; a name bound twice tells nothing."""
    bound: dict[str, ast.expr] = {}
    for node in module.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    again = target.id in bound
                    bound[target.id] = ast.Name(target.id) if again else node.value
    return bound


def _is_setup(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return (isinstance(called, ast.Name) and called.id == "setup") or (
        isinstance(called, ast.Attribute) and called.attr == "setup"
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return _lines(value)
    if isinstance(value, (list, tuple)):
        return tuple(item for item in value if isinstance(item, str))
    return ()


def _lines(value: str) -> tuple[str, ...]:
    stripped = (line.partition(" #")[0].strip() for line in value.replace(";\n", "\n").splitlines())
    return tuple(line for line in stripped if line and not line.startswith("#"))
