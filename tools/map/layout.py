"""What a wheel's file list says about import names.

Sources: PEP 427 (wheel layout, `*.data` folders), PEP 420 (a folder without `__init__.py` is a namespace
portion), the import system's suffixes for extension modules.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from deployguard.requirements.wheel_names import installed_path, is_junk, named_by


class Kind(Enum):
    """`CODE` owns its name; `BARE` does too, unless another distribution has modules below; `NAMESPACE` never."""

    CODE = "code"
    BARE = "bare"
    NAMESPACE = "namespace"


@dataclass(frozen=True, slots=True)
class Node:
    """One module or package. `children` is filled only where ownership may lie deeper."""

    kind: Kind
    children: Mapping[str, "Node"] = field(default_factory=dict)


@dataclass(slots=True)
class _Folder:
    modules: set[str] = field(default_factory=set)
    folders: dict[str, "_Folder"] = field(default_factory=dict)


def layout_of(files: Iterable[str], read: Callable[[str], str], name: str) -> dict[str, Node]:
    """The top-level names of one wheel; `read` gives the text of a member, `name` is the normalised distribution."""
    paths: dict[str, str] = {}
    root = _Folder()
    for member in files:
        path = installed_path(member)
        if _place(root, path):
            paths[path] = member
    nodes = _children(root, "", lambda path: read(paths[path]))
    return {top: node for top, node in nodes.items() if not is_junk(top, name)}


def _place(root: _Folder, path: str) -> bool:
    named = named_by(path)
    if named is None:
        return False
    at = root
    for folder in named.folders:
        at = at.folders.setdefault(folder, _Folder())
    at.modules.add(named.stem)
    return True


def _children(folder: _Folder, path: str, read: Callable[[str], str]) -> dict[str, Node]:
    nodes = {module: Node(Kind.CODE) for module in folder.modules if module not in {"__init__", "__main__"}}
    for name, below in folder.folders.items():
        nodes[name] = _package(below, f"{path}{name}/", read)
    return nodes


def _package(folder: _Folder, path: str, read: Callable[[str], str]) -> Node:
    if "__init__" not in folder.modules:
        return Node(Kind.NAMESPACE, _children(folder, path, read))
    try:
        kind = kind_of(read(f"{path}__init__.py"))
    except KeyError:  # the package is a compiled __init__
        kind = Kind.CODE
    return Node(kind, {} if kind is Kind.CODE else _children(folder, path, read))


def kind_of(text: str) -> Kind:
    """Whether an `__init__.py` does anything of its own, does nothing, or only declares a legacy namespace."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return Kind.CODE
    if "extend_path" in text or "declare_namespace" in text:
        return Kind.NAMESPACE if all(map(_declares_namespace, body)) else Kind.CODE
    return Kind.BARE if all(map(_is_inert, body)) else Kind.CODE


def _declares_namespace(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import(names=[ast.alias(name="pkgutil" | "pkg_resources")]):
            return True
        case ast.ImportFrom(module="pkgutil" | "pkg_resources" | "typing"):
            return True
        case ast.Expr(value=ast.Call()):
            return "declare_namespace" in ast.unparse(statement)
        case ast.Try(body=body, handlers=handlers):
            return all(map(_declares_namespace, [*body, *(line for one in handlers for line in one.body)]))
        case _:
            return _is_inert(statement)


def _is_inert(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.ImportFrom(module="__future__"):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name.startswith("__") and name.endswith("__")
        case _:
            return False
