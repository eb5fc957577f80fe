"""What the walk over one file collects: the names it binds, what its expressions mention and call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from deployguard.imports.calls import imported_by, name_of, named_by_string, uses_of
from deployguard.imports.edits import edits_by_assignment, edits_by_call
from deployguard.imports.facts import ClassFacts, DataUse, ModuleFacts, PathEdit, PathValue, Site, Term, Unit
from deployguard.imports.paths import value_of
from deployguard.imports.scope import Scope

_OPENERS = {"exec", "globals", "vars", "locals"}
_SCHEME = re.compile(r"[a-z][a-z0-9+]{0,30}://")


class Collected:
    """The facts of one file while they grow; those of expressions too where it goes `deep`."""

    def __init__(self, deep: bool) -> None:
        self.deep = deep
        self.sites: list[Site] = []
        self.units: list[Unit] = [Unit("", "", 0, False)]
        self.references: list[set[str]] = [set()]
        self.replaced: dict[int, set[str]] = {}
        self.classes: list[ClassFacts] = []
        self.defined: set[str] = set()
        self.beside: set[str] = set()
        self.made: list[str] = []
        self.exported: dict[str, int] = {}
        self.aliases: dict[str, str] = {}
        self.open = False
        self.data: list[DataUse] = []
        self.edits: list[PathEdit] = []
        self.names: dict[str, PathValue | str] = {}

    def facts(self) -> ModuleFacts:
        """Return what has been collected so far."""
        starred = (
            Site("", (name,), 1, line, 0, (Term("starred"),))
            for name, line in self.exported.items()
            if name not in self.defined | self.beside
        )
        return ModuleFacts(
            (*self.sites, *starred), tuple(self.units), tuple(self.classes), tuple(sorted(self.defined | self.beside)),
            tuple(sorted(self.aliases.items())), self.open, tuple(self.data), tuple(self.edits),
            beside=tuple(sorted(self.beside - self.defined)), made=tuple(self.made),
        )  # fmt: skip

    def captured(self, pattern: ast.pattern, scope: Scope) -> None:
        for part in ast.walk(pattern):
            name = part.rest if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
            if name:
                self.bind(name, scope)

    def assign(self, node: ast.Assign, scope: Scope) -> None:
        self.edits += edits_by_assignment(node, self.names)
        for target in node.targets:
            self.target(target, scope)
            self.learn(target, node.value)
            if isinstance(target, ast.Subscript) and ast.unparse(target.value) == "sys.modules":
                self.open = True
                if isinstance(target.slice, ast.Constant):
                    self.made.append(str(target.slice.value))

    def learn(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            known = value_of(value, self.names) if value is not None else None
            if known is None:
                self.names.pop(target.id, None)
            else:
                self.names[target.id] = known

    def target(self, node: ast.expr, scope: Scope) -> None:
        match node:
            case ast.Name(id=name):
                self.bind(name, scope)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self.target(part, scope)
            case ast.Starred(value=value):
                self.target(value, scope)
            case _:
                pass

    def bind(self, name: str, scope: Scope) -> None:
        if scope.at_module_level:
            self.defined.add(name)

    def expressions(self, expressions: Iterable[ast.expr], scope: Scope) -> None:
        if not self.deep:
            return
        references = self.references[scope.unit]
        for node in _nodes(expressions):
            if isinstance(node, ast.Name):
                references.add(node.id)
            elif isinstance(node, ast.Attribute):
                references.add(node.attr)
            elif isinstance(node, ast.Call):
                self.call(node, scope)
                self.replaced.setdefault(scope.unit, set()).update(_replaced(node))
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str) and (scheme := _SCHEME.match(node.value)):
                    references.add(scheme[0])
            elif isinstance(node, ast.keyword):
                if node.arg and isinstance(node.value, ast.Constant) and node.value.value is True:
                    references.add(f"{node.arg}=True")
            elif isinstance(node, ast.NamedExpr):
                self.target(node.target, scope)
            elif isinstance(node, ast.Subscript) and ast.unparse(node) == "sys.modules[__name__]":
                self.open = True
        references.difference_update(self.replaced.get(scope.unit, ()))

    def call(self, node: ast.Call, scope: Scope) -> None:
        imported = imported_by(node)
        if imported is not None:
            module, level = imported
            self.sites.append(Site(module, (), level, node.lineno, scope.unit, scope.when, scope.guards))
        self.references[scope.unit].update(named_by_string(node))
        if scope.at_module_level and name_of(node) in _OPENERS:
            self.open = True
        edits = edits_by_call(node, self.names)
        if edits:
            self.edits += edits
            return
        for path, use in uses_of(node, self.names):
            self.data.append(DataUse(path, use, node.lineno, scope.unit, scope.when, scope.survives))


def exports(node: ast.Assign | ast.AugAssign) -> Iterator[str]:
    """Yield the texts of `__all__ = [...]` and `__all__ += [...]`."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if isinstance(node.value, ast.List | ast.Tuple) and "__all__" in [
        getattr(one, "id", "") for one in targets
    ]:
        for part in node.value.elts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def _replaced(call: ast.Call) -> Iterator[str]:
    """Yield the scheme that `url.replace("postgres://", ...)` does away with."""
    match call:
        case ast.Call(func=ast.Attribute(attr="replace"), args=[ast.Constant(value=str(old)), _, *_]):
            if _SCHEME.fullmatch(old):
                yield old
        case _:
            pass


def _nodes(expressions: Iterable[ast.expr]) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(expressions)
    while stack:
        node = stack.pop()
        yield node
        for name in node._fields:
            value = getattr(node, name)
            if isinstance(value, list):
                stack.extend(part for part in value if isinstance(part, ast.AST))
            elif isinstance(value, ast.AST):
                stack.append(value)
