"""One Python file to its facts: a single walk over its syntax tree, nothing imported, nothing run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from deployguard.imports.by_text import with_texts
from deployguard.imports.calls import imported_by, name_of, named_by_string, uses_of
from deployguard.imports.cli_calls import runs_cli
from deployguard.imports.conditions import terms_of
from deployguard.imports.edits import edits_by_assignment, edits_by_call, edits_by_import
from deployguard.imports.facts import (
    MAIN_UNIT,
    ClassFacts,
    DataUse,
    Fault,
    Guard,
    ModuleFacts,
    PathEdit,
    PathValue,
    References,
    Site,
    Term,
    Unit,
)
from deployguard.imports.guards import caught_by, suppressed_by, survives_reading
from deployguard.imports.paths import value_of

_NOT_REGISTERING = {
    "abstractmethod", "cache", "cached_property", "classmethod", "contextmanager", "asynccontextmanager", "dataclass",
    "lru_cache", "override", "property", "setter", "staticmethod", "total_ordering", "wraps", "deprecated", "final",
    "retry", "on_exception", "singledispatch", "overload", "timer", "timed", "synchronized",
}  # fmt: skip
_OPENERS = {"exec", "globals", "vars", "locals"}

_BY_TEXT = re.compile(rb"^(?:async )?def __getattr__|import_module|__import__", re.MULTILINE)
_PROGRAMS = re.compile(rb"\b(?:gcloud|gsutil|bq)\b")

# Without any of these words, no call in the file imports, edits sys.path, opens a computed path, or binds names.
_TELLING = re.compile(
    rb"__file__|__import__|import_module|importlib|pkgutil|resources|sys\.path|addsitedir|uvicorn|:=|sys\.modules"
    rb"|\b(?:exec|globals|vars|locals)\s*\(|['\"]/(?:app|workspace|srv|code|usr|opt|home)/"
)
_SCHEME = re.compile(r"[a-z][a-z0-9+]{0,30}://")

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class _Scope(NamedTuple):
    """Where a statement stands: the unit that runs it, the conditions and guards around it."""

    unit: int
    when: tuple[Term, ...] = ()
    guards: tuple[Guard, ...] = ()
    owner: str = ""
    survives: bool = False

    def only(self, terms: tuple[Term, ...]) -> _Scope:
        return self._replace(when=self.when + terms)

    def guarded(self, guard: Guard) -> _Scope:
        return self._replace(guards=(*self.guards, guard))

    @property
    def at_module_level(self) -> bool:
        return self.unit == 0 and not self.owner


def read_module(content: bytes) -> ModuleFacts | Fault:
    """Read a file's facts.

    Returns a `Fault` for what this interpreter's compiler rejects, symbol-table errors included (`ast.parse` alone
    accepts some files that `compileall`, which the buildpack runs, does not).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
            compile(tree, "<file>", "exec", dont_inherit=True)
            programs = runs_cli(tree) if _PROGRAMS.search(content) else ()
            facts = _Reader(deep=bool(_TELLING.search(content))).read(tree)._replace(programs=programs)
            return with_texts(tree, facts) if _BY_TEXT.search(content) else facts
    except SyntaxError as error:
        return Fault(error.msg or "invalid syntax", error.lineno or 0)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return Fault(str(error) or type(error).__name__, 0)


def read_references(content: bytes) -> References:
    """Read which names each unit of a file mentions; the order is that of `ModuleFacts.units`.

    Kept apart from the facts because only a lazy import that fails makes anybody ask, and every expression has to be
    visited to answer.
    """
    reader = _Reader(deep=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader.read(ast.parse(content))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return ()
    return tuple(tuple(sorted(references)) for references in reader.references)


class _Reader:
    """Collects the facts of one file while walking it; the expressions too where it goes `deep`."""

    def __init__(self, deep: bool) -> None:
        self.deep = deep
        self.sites: list[Site] = []
        self.units: list[Unit] = [Unit("", "", 0, False)]
        self.references: list[set[str]] = [set()]
        self.classes: list[ClassFacts] = []
        self.defined: set[str] = set()
        self.beside: set[str] = set()
        self.made: list[str] = []
        self.aliases: dict[str, str] = {}
        self.open = False
        self.data: list[DataUse] = []
        self.edits: list[PathEdit] = []
        self.names: dict[str, PathValue | str] = {}
        self.later: list[tuple[list[ast.stmt], _Scope]] = []
        self.tries = 0

    def read(self, tree: ast.Module) -> ModuleFacts:
        self.walk(tree.body, _Scope(0))
        known = dict(self.names)
        while self.later:
            body, scope = self.later.pop(0)
            self.names = dict(known)
            self.walk(body, scope)
        return ModuleFacts(
            tuple(self.sites), tuple(self.units), tuple(self.classes), tuple(sorted(self.defined | self.beside)),
            tuple(sorted(self.aliases.items())), self.open, tuple(self.data), tuple(self.edits),
            beside=tuple(sorted(self.beside - self.defined)), made=tuple(self.made),
        )  # fmt: skip

    def walk(self, body: Iterable[ast.stmt], scope: _Scope) -> None:
        for statement in body:
            self.statement(statement, scope)

    def statement(self, node: ast.stmt, scope: _Scope) -> None:
        match node:
            case ast.Expr() | ast.Return():
                self.expressions([node.value] if node.value else [], scope)
            case ast.Import():
                self.plain_import(node, scope)
            case ast.ImportFrom():
                self.from_import(node, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node, scope)
            case ast.ClassDef():
                self.class_(node, scope)
            case ast.If():
                self.condition(node, scope)
            case ast.Try() | ast.TryStar():
                self.attempt(node, scope)
            case ast.With() | ast.AsyncWith():
                self.with_(node, scope)
            case ast.Global():
                self.defined.update(node.names)
            case _:
                self.other(node, scope)

    def plain_import(self, node: ast.Import, scope: _Scope) -> None:
        for name in node.names:
            self.sites.append(Site(name.name, (), 0, node.lineno, scope.unit, scope.when, scope.guards))
            self.bind(name.asname or name.name.partition(".")[0], scope)
            if name.asname:
                self.aliases[name.asname] = name.name.rpartition(".")[2]

    def from_import(self, node: ast.ImportFrom, scope: _Scope) -> None:
        names = tuple(name.name for name in node.names)
        self.sites.append(
            Site(node.module or "", names, node.level, node.lineno, scope.unit, scope.when, scope.guards)
        )
        self.edits += edits_by_import(node)
        for name in node.names:
            if node.level == 1 and not node.module and not name.asname and scope.at_module_level:
                self.beside.add(name.name)
            else:
                self.bind(name.asname or name.name, scope)
            if name.asname and name.asname != name.name:
                self.aliases[name.asname] = name.name

    def function(self, node: _Function, scope: _Scope) -> None:
        self.bind(node.name, scope)
        if scope.at_module_level and node.name == "__getattr__":
            self.open = True
        arguments = node.args
        self.expressions(
            [*node.decorator_list, *arguments.defaults, *filter(None, arguments.kw_defaults)], scope
        )
        if scope.unit:
            self.walk(node.body, scope._replace(guards=()))
            return
        self.units.append(
            Unit(node.name, scope.owner, node.lineno, any(map(_registers, node.decorator_list)))
        )
        self.references.append(set())
        self.later.append((node.body, _Scope(len(self.units) - 1, scope.when)))

    def class_(self, node: ast.ClassDef, scope: _Scope) -> None:
        self.bind(node.name, scope)
        self.expressions(
            [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)], scope
        )
        if scope.unit == 0:
            self.classes.append(ClassFacts(node.name, tuple(map(_last, node.bases))))
            scope = scope._replace(owner=node.name)
        self.walk(node.body, scope)

    def condition(self, node: ast.If, scope: _Scope) -> None:
        self.expressions([node.test], scope)
        for body, wanted in ((node.body, True), (node.orelse, False)):
            terms = terms_of(node.test, wanted)
            if terms is not None and body:
                self.walk(body, self.main(node, scope, terms).only(terms))

    def main(self, node: ast.If, scope: _Scope, terms: tuple[Term, ...]) -> _Scope:
        """Give the block under `if __name__ == "__main__"` a unit of its own."""
        if scope.unit or not any(term.kind == "main" and term.operator == "==" for term in terms):
            return scope
        self.units.append(Unit(MAIN_UNIT, "", node.lineno, False))
        self.references.append(set())
        return scope._replace(unit=len(self.units) - 1)

    def attempt(self, node: ast.Try | ast.TryStar, scope: _Scope) -> None:
        caught = caught_by(node) if isinstance(node, ast.Try) else ""
        inside = handling = otherwise = scope
        if caught:
            self.tries += 1
            inside, handling, otherwise = (
                scope.guarded(Guard(self.tries, part, caught == "import"))
                for part in ("body", "handler", "orelse")
            )
        self.walk(node.body, inside._replace(survives=scope.survives or survives_reading(node)))
        for handler in node.handlers:
            self.expressions([handler.type] if handler.type else [], scope)
            self.walk(handler.body, handling)
        self.walk(node.orelse, otherwise)
        self.walk(node.finalbody, scope)

    def with_(self, node: ast.With | ast.AsyncWith, scope: _Scope) -> None:
        for item in node.items:
            self.expressions([item.context_expr], scope)
            if item.optional_vars:
                self.target(item.optional_vars, scope)
        caught = suppressed_by(node)
        if caught:
            self.tries += 1
            scope = scope.guarded(Guard(self.tries, "body", caught == "import"))
        self.walk(node.body, scope)

    def other(self, node: ast.stmt, scope: _Scope) -> None:
        if isinstance(node, ast.Assign):
            self.assign(node, scope)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.target(node.target, scope)
            self.learn(node.target, node.value)
        elif isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor):
            if isinstance(node, ast.AugAssign):
                self.edits += edits_by_assignment(node, self.names)
            self.target(node.target, scope)
            self.learn(node.target, None)
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            self.walk(node.body, scope)
            self.walk(node.orelse, scope)
        elif isinstance(node, ast.Match):
            for case in node.cases:
                self.captured(case.pattern, scope)
                self.expressions([case.guard] if case.guard else [], scope)
                self.walk(case.body, scope)
        if self.deep:
            self.expressions(
                [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)], scope
            )

    def captured(self, pattern: ast.pattern, scope: _Scope) -> None:
        for part in ast.walk(pattern):
            name = part.rest if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
            if name:
                self.bind(name, scope)

    def assign(self, node: ast.Assign, scope: _Scope) -> None:
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

    def target(self, node: ast.expr, scope: _Scope) -> None:
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

    def bind(self, name: str, scope: _Scope) -> None:
        if scope.at_module_level:
            self.defined.add(name)

    def expressions(self, expressions: Iterable[ast.expr], scope: _Scope) -> None:
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

    def call(self, node: ast.Call, scope: _Scope) -> None:
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


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _last(node.value)
    return node.id if isinstance(node, ast.Name) else "?"


def _registers(decorator: ast.expr) -> bool:
    return _last(decorator.func if isinstance(decorator, ast.Call) else decorator) not in _NOT_REGISTERING
