"""Small changes to a module that a good test would notice: a condition dropped, a value moved, a statement left out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

_OTHER: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
_NO_CODE = (ast.JoinedStr, ast.Import, ast.ImportFrom)  # places inside an f-string are not those of the file


@dataclass(frozen=True)
class Mutant:
    """One change to one module. The tests of `lines` may notice it."""

    path: str
    line: int
    lines: frozenset[int]
    was: str
    now: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {_short(self.was)}  ->  {_short(self.now)}"


def mutants_of(path: str, text: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines, each once."""
    lines = text.splitlines(keepends=True)
    found: dict[str, Mutant] = {}
    for around, node, now in _changes(ast.parse(text), 1):
        start, end = _offset(lines, node.lineno, node.col_offset), _offset(lines, _end(node), _column(node))
        raw = text.encode()
        changed = (raw[:start] + now.encode() + raw[end:]).decode()
        if not isinstance(node, ast.pattern) or _parses(changed):
            touching = frozenset({around, *range(node.lineno, _end(node) + 1)})
            found.setdefault(
                changed, Mutant(path, node.lineno, touching, raw[start:end].decode(), now, changed)
            )
    return sorted(found.values(), key=lambda one: (one.line, one.was, one.now))


Place = ast.expr | ast.stmt | ast.pattern


def _changes(node: ast.AST, around: int) -> Iterator[tuple[int, Place, str]]:
    """Yield what to replace by what, with the first line of the statement around it."""
    if isinstance(node, _NO_CODE):
        return
    around = node.lineno if isinstance(node, ast.stmt) else around
    yield from ((around, place, now) for place, now in _of(node))
    for child in _children(node):
        yield from _changes(child, around)


def _of(node: ast.AST) -> Iterator[tuple[Place, str]]:
    match node:
        case ast.expr():
            yield from _of_expression(node)
        case ast.stmt():
            yield from _of_statement(node)
        case ast.comprehension(ifs=tests):
            yield from ((test, "True") for test in tests)
        case ast.ExceptHandler(type=kinds):
            yield from _of_handler(kinds)
        case ast.match_case(guard=ast.expr() as guard):
            yield from ((guard, "True"), (guard, "False"))
        case ast.match_case(pattern=pattern) if not _catches_all(pattern):
            yield pattern, "_ if False"
        case _:
            pass


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Everything but annotations, decorators, docstrings and what only a type checker reads."""
    left_out = {"annotation", "returns", "decorator_list"}
    if isinstance(node, ast.Assign) and _is_alias(node.value):
        return
    for name, value in ast.iter_fields(node):
        if name not in left_out:
            yield from (
                one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST)
            )


def _of_expression(node: ast.expr) -> Iterator[tuple[Place, str]]:
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            yield node, f"({_text(left)} {_OTHER[type(operator)]} {_text(right)})"
            yield from _of_strings([left, right])
        case ast.BoolOp(op=operator, values=values):
            word = " and " if isinstance(operator, ast.And) else " or "
            for dropped in values:
                yield node, f"({word.join(_text(one) for one in values if one is not dropped)})"
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.BitOr() | ast.BitAnd(), right=right):
            yield node, f"({_text(left)})"
            yield node, f"({_text(right)})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, f"({_text(operand)})"
        case ast.IfExp(body=body, orelse=other):
            yield node, f"({_text(body)})"
            yield node, f"({_text(other)})"
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int(value)):
            yield node, str(value + 1)
        case ast.Set(elts=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(keys=parts):
            yield from _of_strings(parts)
        case _:
            pass


def _of_strings(nodes: Iterable[ast.expr | None]) -> Iterator[tuple[Place, str]]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, repr(f"{node.value}XX")


def _of_statement(node: ast.stmt) -> Iterator[tuple[Place, str]]:
    match node:
        case ast.If(test=test):
            yield from ((test, "True"), (test, "False"))
        case ast.While(test=test):
            yield test, "False"
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield node, "return None"
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
            yield node, "pass"
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield node, "pass"
        case _:
            pass


def _of_handler(kind: ast.expr | None) -> Iterator[tuple[Place, str]]:
    match kind:
        case ast.Tuple(elts=kinds):
            for dropped in kinds:
                yield kind, f"({', '.join(_text(one) for one in kinds if one is not dropped)},)"
        case ast.expr():
            yield kind, "()"
        case None:
            pass


def _catches_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _is_alias(value: ast.expr) -> bool:
    """`Names = Mapping[str, Path | str]`: a name for a type."""
    name = getattr(value.value, "id", "") if isinstance(value, ast.Subscript) else ""
    return name[:1].isupper() or name in {"dict", "frozenset", "list", "set", "tuple", "type"}


@cache
def _text(node: ast.AST) -> str:
    written = ast.unparse(node)
    return (
        f"({written})" if isinstance(node, ast.BoolOp | ast.IfExp | ast.NamedExpr | ast.Compare) else written
    )


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _offset(lines: list[str], line: int, column: int) -> int:
    return sum(len(one.encode()) for one in lines[: line - 1]) + column


def _end(node: Place) -> int:
    return node.end_lineno or node.lineno


def _column(node: Place) -> int:
    return node.end_col_offset or node.col_offset


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 90 else f"{flat[:87]}..."
