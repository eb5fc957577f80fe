"""Modules that are imported by a text: names that a package loads when asked for (PEP 562), and registries.

`import_module(TABLE[name])` says nothing by itself; the table of the same file does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from deployguard.imports.bystanders import without_bystanders
from deployguard.imports.calls import name_of
from deployguard.imports.facts import ModuleFacts, Site, Term, Unit

_GETATTR = "__getattr__"
_DOTTED = re.compile(r"\.*[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*)?")
_LISTED = (Term("listed"),)

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def with_texts(tree: ast.Module, facts: ModuleFacts) -> ModuleFacts:
    """Add the sites that a file's tables of names stand for."""
    hook = next((node for node in tree.body if isinstance(node, _Function) and node.name == _GETATTR), None)
    sites = facts.sites
    if hook is not None:
        unit = unit_at(facts.units, hook)
        kept = (site for site in sites if site.unit != unit or not (site.names or site.level))
        sites = (*kept, *_asked(tree, hook))
    elsewhere = [node for node in tree.body if node is not hook]
    calls = [call for node in elsewhere for call in _computed_calls(node)]
    if calls:
        unit = _unit_around(facts.units, tree, calls[0])
        anchored = any(len(call.args) + len(call.keywords) > 1 for call in calls)
        listed = _listed(without_bystanders(elsewhere, calls), unit)
        told = (site for site in listed if anchored or not site.level)
        sites = (*sites, *told, *(one for call in calls for one in _stems(call, unit)))
    return facts if sites is facts.sites else facts._replace(sites=sites)


def _asked(tree: ast.Module, hook: _Function) -> Iterator[Site]:
    """What a module's `__getattr__` loads for each name: by its own statements, or by a table that it mentions."""
    yield from _asked_by_statements(hook.body, frozenset())
    mentioned = {node.id for node in ast.walk(hook) if isinstance(node, ast.Name)}
    for call in _computed_calls(hook):
        prefix = _prefix(call)
        for table in _tables(tree, mentioned):
            for name, module, line in _entries(table):
                yield _site(prefix + module, line, 0, (Term("asked", "==", name),))


def _asked_by_statements(body: list[ast.stmt], names: frozenset[str]) -> Iterator[Site]:
    for node in body:
        if isinstance(node, ast.ImportFrom):
            for name in names or frozenset(alias.asname or alias.name for alias in node.names):
                imported = tuple(alias.name for alias in node.names)
                when = (Term("asked", "==", name),)
                yield Site(node.module or "", imported, node.level, node.lineno, 0, when)
        elif isinstance(node, ast.If):
            texts = {part.value for part in ast.walk(node.test) if isinstance(part, ast.Constant)}
            yield from _asked_by_statements(
                node.body, frozenset(one for one in texts if isinstance(one, str))
            )
            yield from _asked_by_statements(node.orelse, names)
        elif isinstance(node, ast.With | ast.Try):
            yield from _asked_by_statements(node.body, names)


def _tables(tree: ast.Module, mentioned: set[str]) -> Iterator[ast.Dict]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Dict) and any(getattr(one, "id", "") in mentioned for one in targets):
            yield value


def _entries(table: ast.Dict) -> Iterator[tuple[str, str, int]]:
    """Read `{"Name": "module"}`, `{"Name": ("module", "attribute")}` and `{"module": ["Name", ...]}`."""
    for key, value in zip(table.keys, table.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            continue
        match value:
            case ast.Constant(value=str(module)) | ast.Tuple(elts=[ast.Constant(value=str(module)), *_]):
                yield key.value, module, value.lineno
            case ast.List(elts=parts) | ast.Set(elts=parts):
                names = [part.value for part in parts if isinstance(part, ast.Constant)]
                yield from ((name, key.value, key.lineno) for name in names if isinstance(name, str))
            case _:
                pass


def _prefix(call: ast.Call) -> str:
    """Return `.` for `import_module("." + x, __name__)` and `import_module(f"{__name__}.{x}")`."""
    match call.args[0]:
        case ast.JoinedStr(values=[ast.Constant(value="."), *_]) | ast.BinOp(left=ast.Constant(value=".")):
            return "."
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id="__name__" | "__package__")), *_]):
            return "."
        case ast.BinOp(left=ast.BinOp(left=ast.Name(id="__name__" | "__package__"))):
            return "."
        case _:
            return ""


def _listed(body: Iterable[ast.stmt], unit: int) -> Iterator[Site]:
    """Every text of a collection that may be a module's dotted name; which of them are, the closure knows.

    One that begins with a dot is one only where a call says from which package.
    """
    seen: set[str] = set()
    for statement in body:
        for node in ast.walk(statement):
            parts = node.values if isinstance(node, ast.Dict) else getattr(node, "elts", [])
            for part in parts:
                text = part.value if isinstance(part, ast.Constant) else None
                if isinstance(text, str) and "." in text and text not in seen and _DOTTED.fullmatch(text):
                    seen.add(text)
                    yield _site(text.partition(":")[0], part.lineno, unit, _LISTED)


def _stems(call: ast.Call, unit: int) -> Iterator[Site]:
    """`import_module(f"a.b.{name}")` imports `a.b` in any case."""
    match call.args[0]:
        case (
            ast.JoinedStr(values=[ast.Constant(value=str(text)), *_])
            | ast.BinOp(left=ast.Constant(value=str(text)))
        ):
            stem = text.rpartition(".")[0]
            if stem and len(call.args) == 1 and _DOTTED.fullmatch(stem):
                yield _site(stem, call.lineno, unit, _LISTED)
        case _:
            pass


def _site(text: str, line: int, unit: int, when: tuple[Term, ...]) -> Site:
    module = text.lstrip(".")
    return Site(module, (), len(text) - len(module), line, unit, when)


def _computed_calls(within: ast.AST) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(within)
        if isinstance(node, ast.Call)
        and name_of(node) in {"import_module", "__import__"}
        and node.args
        and not isinstance(node.args[0], ast.Constant)
    ]


def unit_at(units: tuple[Unit, ...], function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the unit that a function is; -1 where it lies in another."""
    found = (n for n, unit in enumerate(units) if unit.line == function.lineno and unit.name == function.name)
    return next(found, -1)


def _unit_around(units: tuple[Unit, ...], tree: ast.Module, call: ast.Call) -> int:
    """Return the unit that makes a call: the outermost function around it, else the module itself."""
    around = [
        unit_at(units, node)
        for node in ast.walk(tree)
        if isinstance(node, _Function) and node.lineno <= call.lineno <= (node.end_lineno or 0)
    ]
    return next((unit for unit in around if unit > 0), 0)
