"""One walk over the statements of a file, in the order in which Python runs them: bodies of functions last."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from deployguard.imports.collected import Collected, exports
from deployguard.imports.conditions import terms_of
from deployguard.imports.edits import edits_by_assignment, edits_by_import
from deployguard.imports.facts import MAIN_UNIT, ClassFacts, Guard, ModuleFacts, Site, Term, Unit
from deployguard.imports.guards import caught_by, suppressed_by, survives_reading
from deployguard.imports.scope import Scope

_NOT_REGISTERING = {
    "abstractmethod", "cache", "cached_property", "classmethod", "contextmanager", "asynccontextmanager", "dataclass",
    "lru_cache", "override", "property", "setter", "staticmethod", "total_ordering", "wraps", "deprecated", "final",
    "retry", "on_exception", "singledispatch", "overload", "timer", "timed", "synchronized",
}  # fmt: skip

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Statements(Collected):
    """Collects the facts of one file while walking its statements."""

    def __init__(self, deep: bool, telling: Sequence[int] | None = None) -> None:
        """`telling`: the only lines on which a function's body can hold what matters, where expressions do not."""
        super().__init__(deep)
        self.telling = telling
        self.later: list[tuple[list[ast.stmt], Scope]] = []
        self.tries = 0

    def read(self, tree: ast.Module) -> ModuleFacts:
        self.walk(tree.body, Scope(0))
        known = dict(self.names)
        while self.later:
            body, scope = self.later.pop(0)
            self.names = dict(known)
            self.walk(body, scope)
        return self.facts()

    def walk(self, body: Iterable[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self.statement(statement, scope)

    def statement(self, node: ast.stmt, scope: Scope) -> None:
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

    def plain_import(self, node: ast.Import, scope: Scope) -> None:
        for name in node.names:
            self.sites.append(Site(name.name, (), 0, node.lineno, scope.unit, scope.when, scope.guards))
            self.bind(name.asname or name.name.partition(".")[0], scope)
            if name.asname:
                self.aliases[name.asname] = name.name.rpartition(".")[2]

    def from_import(self, node: ast.ImportFrom, scope: Scope) -> None:
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

    def function(self, node: _Function, scope: Scope) -> None:
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
        if self.tells(node):
            self.later.append((node.body, Scope(len(self.units) - 1, scope.when)))

    def tells(self, node: _Function) -> bool:
        if self.deep or self.telling is None:
            return True
        first = bisect_left(self.telling, node.lineno)
        return first < len(self.telling) and self.telling[first] <= (node.end_lineno or node.lineno)

    def class_(self, node: ast.ClassDef, scope: Scope) -> None:
        self.bind(node.name, scope)
        self.expressions(
            [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)], scope
        )
        if scope.unit == 0:
            self.classes.append(ClassFacts(node.name, tuple(map(_last, node.bases))))
            scope = scope._replace(owner=node.name)
        self.walk(node.body, scope)

    def condition(self, node: ast.If, scope: Scope) -> None:
        self.expressions([node.test], scope)
        for body, wanted in ((node.body, True), (node.orelse, False)):
            terms = terms_of(node.test, wanted)
            if terms is not None and body:
                self.walk(body, self.main(node, scope, terms).only(terms))

    def main(self, node: ast.If, scope: Scope, terms: tuple[Term, ...]) -> Scope:
        """Give the block under `if __name__ == "__main__"` a unit of its own."""
        if scope.unit or not any(term.kind == "main" and term.operator == "==" for term in terms):
            return scope
        self.units.append(Unit(MAIN_UNIT, "", node.lineno, False))
        self.references.append(set())
        return scope._replace(unit=len(self.units) - 1)

    def attempt(self, node: ast.Try | ast.TryStar, scope: Scope) -> None:
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

    def with_(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            self.expressions([item.context_expr], scope)
            if item.optional_vars:
                self.target(item.optional_vars, scope)
        caught = suppressed_by(node)
        if caught:
            self.tries += 1
            scope = scope.guarded(Guard(self.tries, "body", caught == "import"))
        self.walk(node.body, scope._replace(survives=scope.survives or survives_reading(node)))

    def other(self, node: ast.stmt, scope: Scope) -> None:
        if isinstance(node, ast.Assign | ast.AugAssign) and scope.at_module_level:
            self.exported.update(dict.fromkeys(exports(node), node.lineno))
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


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _last(node.value)
    return node.id if isinstance(node, ast.Name) else "?"


def _registers(decorator: ast.expr) -> bool:
    return _last(decorator.func if isinstance(decorator, ast.Call) else decorator) not in _NOT_REGISTERING
