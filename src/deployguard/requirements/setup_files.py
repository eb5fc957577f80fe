"""Requirements in setup.cfg and setup.py, read and never run."""

from __future__ import annotations

import ast
import configparser
import warnings
from typing import NamedTuple

_FILE = "file:"


class Setup(NamedTuple):
    """What a setup file says; `files` hold further requirements; `reason` is why something cannot be told."""

    name: str = ""
    requires: tuple[str, ...] = ()
    extras: tuple[tuple[str, tuple[str, ...]], ...] = ()
    files: tuple[str, ...] = ()
    reason: str = ""
    line: int = 0


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
    return _of_call(call, _bound(module))


def _of_call(call: ast.Call, bound: dict[str, ast.expr]) -> Setup:
    values: dict[str, object] = {}
    for keyword in call.keywords:
        if keyword.arg in {None, "name", "install_requires", "extras_require"}:
            try:
                values[keyword.arg or ""] = _literal(keyword.value, bound)
            except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError):
                if keyword.arg != "name":
                    reason = (
                        f"setup.py computes {keyword.arg or 'its arguments'}: what it requires cannot be told"
                    )
                    return Setup(reason=reason, line=keyword.value.lineno)
    values = _merged(values)
    extras = values.get("extras_require")
    listed = (
        tuple((str(key), _texts(value)) for key, value in extras.items()) if isinstance(extras, dict) else ()
    )
    name = values.get("name")
    return Setup(name if isinstance(name, str) else "", _texts(values.get("install_requires")), listed)


def _literal(node: ast.expr, bound: dict[str, ast.expr]) -> object:
    if isinstance(node, ast.Name) and node.id in bound:
        node = bound[node.id]
    value: object = ast.literal_eval(node)
    return value


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
