"""Which conditions of an `if` can be computed without running anything."""

from __future__ import annotations

import ast

from deployguard.imports.facts import Term
from deployguard.model.runtime import Runtime

_UNKNOWN = (Term("unknown"),)
_INVERSE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_SWAPPED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_LONGER = ".*"
_LINUX = {"sys.platform": "linux", "os.name": "posix", "platform.system()": "Linux"}


def terms_of(test: ast.expr, wanted: bool = True) -> tuple[Term, ...] | None:
    """Return what must hold for `test` to be `wanted`: () for always, None for never (on Linux, unchecked types)."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return terms_of(operand, not wanted)
        case ast.Constant(value=value):
            return () if bool(value) is wanted else None
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return None if wanted else ()
        case ast.Name(id="PY2") | ast.Attribute(attr="PY2"):
            return None if wanted else ()
        case ast.Name(id="PY3") | ast.Attribute(attr="PY3"):
            return () if wanted else None
        case ast.BoolOp(op=operation, values=values):
            return _joined(
                [terms_of(value, wanted) for value in values], isinstance(operation, ast.And) is wanted
            )
        case ast.Compare(left=left, ops=[operation], comparators=[right]) if type(operation) in _OPERATORS:
            return _compared(left, _OPERATORS[type(operation)], right, wanted)
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as operation], comparators=[right]):
            return _among(left, right, isinstance(operation, ast.In) is wanted)
        case ast.Call(
            func=ast.Attribute(value=value, attr="startswith"), args=[ast.Constant(value=str(prefix))]
        ):
            known = _LINUX.get(_name(value))
            return _UNKNOWN if known is None else _sure(known.startswith(prefix) is wanted)
        case _:
            return _UNKNOWN


def holds(when: tuple[Term, ...], runtime: Runtime, runs_main: bool) -> bool | None:
    """Tell whether all terms hold; None when one cannot be computed and none is false."""
    verdicts = [_term_holds(term, runtime, runs_main) for term in when]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _term_holds(term: Term, runtime: Runtime, runs_main: bool) -> bool | None:
    if term.kind == "main":
        return runs_main is (term.operator == "==")
    if term.kind == "version":
        return _version_holds(runtime, term.operator, term.value)
    return {"asked": False, "starred": False, "listed": True, "present": True}.get(term.kind)


def _version_holds(runtime: Runtime, operator: str, value: str) -> bool | None:
    """Compare a runtime, whose patch level nobody knows, with `3`, `3.11`, `3.11.4`, or `3.*` (see `_version`)."""
    wanted = tuple(int(part) for part in value.removesuffix(_LONGER).split("."))
    known = (runtime.major, runtime.minor)[: len(wanted)]
    if known == wanted[:2] and value.endswith(_LONGER):
        return operator in {">", ">=", "!="}
    return None if known == wanted[:2] and len(wanted) > 2 else _ordered(known, operator, wanted[:2])


def _ordered(left: tuple[int, ...], operator: str, right: tuple[int, ...]) -> bool:
    return {
        "==": left == right, "!=": left != right, "<": left < right,
        "<=": left <= right, ">": left > right, ">=": left >= right,
    }[operator]  # fmt: skip


def _joined(parts: list[tuple[Term, ...] | None], all_needed: bool) -> tuple[Term, ...] | None:
    if all_needed:
        return None if None in parts else tuple(term for part in parts if part for term in part)
    possible = [part for part in parts if part is not None]
    if not possible:
        return None
    if () in possible:
        return ()
    return possible[0] if len(possible) == 1 else _UNKNOWN


def _compared(left: ast.expr, operator: str, right: ast.expr, wanted: bool) -> tuple[Term, ...] | None:
    if isinstance(left, ast.Constant | ast.Tuple):
        left, right, operator = right, left, _SWAPPED[operator]
    name = _name(left)
    operator = operator if wanted else _INVERSE[operator]
    if name == "__name__" and isinstance(right, ast.Constant) and right.value == "__main__":
        return (Term("main", operator),)
    if name in _LINUX and isinstance(right, ast.Constant) and operator in {"==", "!="}:
        return _sure((_LINUX[name] == right.value) is (operator == "=="))
    if name.startswith("sys.version_info"):
        version = _version(name, right)
        return (Term("version", operator, version),) if version else _UNKNOWN
    return _UNKNOWN


def _among(left: ast.expr, right: ast.expr, wanted: bool) -> tuple[Term, ...] | None:
    """Read `sys.platform in ("win32", "cygwin")`."""
    known = _LINUX.get(_name(left))
    parts = right.elts if isinstance(right, ast.Tuple | ast.List | ast.Set) else []
    if known is None or not parts or not all(isinstance(part, ast.Constant) for part in parts):
        return _UNKNOWN
    return _sure(any(getattr(part, "value", None) == known for part in parts) is wanted)


def _name(expression: ast.expr) -> str:
    """Write `sys.version_info[0]`, `os.name` and their like; nothing for what cannot be one of them."""
    root = expression
    while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
        root = root.func if isinstance(root, ast.Call) else root.value
    if not isinstance(root, ast.Name):
        return ""
    if root.id == "version_info":
        return f"sys.{ast.unparse(expression)}"
    return ast.unparse(expression) if root.id in {"sys", "os", "platform", "__name__"} else ""


def _sure(true: bool) -> tuple[Term, ...] | None:
    return () if true else None


def _version(name: str, right: ast.expr) -> str:
    """Read `sys.version_info >= (3, 9)`, `[:2] >= (3, 9)`, `[0] == 3` and `.major == 3`.

    A tuple that is longer than what it is compared with is greater where all written numbers are equal: `> (3,)` holds
    on every Python 3. Such a version ends with `.*`.
    """
    if name in {"sys.version_info[0]", "sys.version_info.major"} and isinstance(right, ast.Constant):
        return str(right.value) if isinstance(right.value, int) else ""
    size = {"sys.version_info": 5, "sys.version_info[:2]": 2, "sys.version_info[:3]": 3}.get(name, 0)
    if not isinstance(right, ast.Tuple) or len(right.elts) > size:
        return ""
    written = [part.value for part in right.elts[:3] if isinstance(part, ast.Constant)]
    numbers = [str(number) for number in written if isinstance(number, int)]
    longer = _LONGER if len(numbers) < min(size, 3) else ""
    return ".".join(numbers) + longer if numbers and len(numbers) == len(right.elts[:3]) else ""
