"""Which statements survive a failing import."""

from __future__ import annotations

import ast

_WIDE = {"ImportError", "Exception", "BaseException"}
_READING = {"OSError", "IOError", "FileNotFoundError", "EnvironmentError", "Exception", "BaseException"}
_NARROW = "ModuleNotFoundError"


def caught_by(statement: ast.Try) -> str:
    """Return `import` or `not-found` for what the handlers survive, or `""` when a failed import still escapes."""
    for handler in statement.handlers:
        names = _names(handler.type)
        if not names & (_WIDE | {_NARROW}):
            continue
        if _gives_up(handler.body):
            return ""
        return "import" if names & _WIDE else "not-found"
    return ""


def suppressed_by(statement: ast.With | ast.AsyncWith) -> str:
    """As `caught_by`, for `with contextlib.suppress(ImportError)`."""
    names = _suppressed(statement)
    if names & _WIDE:
        return "import"
    return "not-found" if _NARROW in names else ""


def survives_reading(statement: ast.Try | ast.TryStar | ast.With | ast.AsyncWith) -> bool:
    """Tell whether a file that is not there is survived."""
    if isinstance(statement, ast.With | ast.AsyncWith):
        return not _READING.isdisjoint(_suppressed(statement))
    return any(
        _names(handler.type) & _READING and not _gives_up(handler.body) for handler in statement.handlers
    )


def _suppressed(statement: ast.With | ast.AsyncWith) -> set[str]:
    calls = [item.context_expr for item in statement.items]
    suppressing = [call for call in calls if isinstance(call, ast.Call) and _last(call.func) == "suppress"]
    return {_last(argument) for call in suppressing for argument in call.args}


def _names(kind: ast.expr | None) -> set[str]:
    if kind is None:
        return {"BaseException"}
    return {_last(part) for part in kind.elts} if isinstance(kind, ast.Tuple) else {_last(kind)}


def _last(expression: ast.expr) -> str:
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def _gives_up(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if isinstance(last, ast.Raise):
        return True
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and ast.unparse(last.value.func) in {"sys.exit", "exit", "quit", "os._exit"}
    )
