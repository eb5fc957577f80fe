"""Which functions of a main.py Google Cloud could call: read from its syntax, nothing is run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_FRAMEWORK = "functions_framework"
# functions-framework, README: the decorators that register a function.
_DECORATORS = {"http": "http", "typed": "http", "cloud_event": "event"}
# firebase_functions: a module for each kind of trigger, whose `on_...` register a function.
_FIREBASE = "firebase_functions"
_FIREBASE_HTTP = frozenset({"https_fn", "tasks_fn"})
_MARKED = re.compile(
    rf"^@(?:{_FRAMEWORK}\.)?(?P<kind>{'|'.join(_DECORATORS)})\b.*\n(?:@.*\n)*(?:async )?def (?P<name>\w+)",
    re.MULTILINE,
)
# Cloud Run functions, "Write Cloud Run functions": the signatures that need no decorator, by their arguments; those of
# the first generation's events have a context as their second, by whatever name.
_SIGNATURES: Mapping[tuple[str, ...], str] = {
    ("request",): "http",
    ("cloud_event",): "event",
    ("cloudevent",): "event",
}
_WEB_APPLICATIONS = frozenset({"Flask", "FastAPI", "Starlette", "Quart", "Bottle", "Sanic"})


class Target(NamedTuple):
    """A function that could be the entry point. `trigger` is `http` or `event`; `marked` by a decorator, or guessed."""

    name: str
    trigger: str
    line: int
    marked: bool


def marked_by_text(content: bytes) -> tuple[Target, ...]:
    """Return the functions below a decorator of functions_framework, in a file that does not parse."""
    text = content.decode("utf-8", "replace")
    return tuple(
        Target(match["name"], _DECORATORS[match["kind"]], text.count("\n", 0, match.start("name")) + 1, True)
        for match in _MARKED.finditer(text)
    )


def targets_of(content: bytes) -> tuple[Target, ...]:
    """Return the marked functions, or, where there are none, those whose signature and name look like one.

    Raises:
        SyntaxError: this is not Python that the running interpreter reads.
    """
    module = parsed(content)
    functions = tuple(_functions(module.body))
    names = _framework_names(module)
    marked = tuple(_marked(functions, names))
    if marked or _is_web_application(module):
        return marked
    shipped = (statement for statement in module.body if not _is_for_trying(statement))
    used = {node.id for statement in shipped for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return tuple(_guessed(functions, used))


def _is_for_trying(statement: ast.stmt) -> bool:
    """Whether this is an `if __name__ == "__main__"`, in which authors call their own entry point."""
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test)
    )


def bound_in(content: bytes) -> tuple[Target, ...]:
    """Return every name that a module binds at its top: functions, imports, assignments.

    Raises:
        SyntaxError: this is not Python that the running interpreter reads.
    """
    return tuple(_bound(parsed(content).body))


def _bound(body: list[ast.stmt]) -> Iterator[Target]:
    for statement in body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                arguments = (*statement.args.posonlyargs, *statement.args.args)
                trigger = _trigger(tuple(argument.arg for argument in arguments)) or "http"
                yield Target(statement.name, trigger, statement.lineno, False)
            case ast.Import() | ast.ImportFrom():
                for alias in statement.names:
                    yield Target(alias.asname or alias.name, "http", statement.lineno, False)
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield Target(name, "http", statement.lineno, False)
            case ast.If() | ast.Try():
                yield from _bound(statement.body)
            case _:
                pass


def parsed(content: bytes) -> ast.Module:
    """Parse a module, whatever its warnings.

    Raises:
        SyntaxError: this is not Python that the running interpreter reads.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(content)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or "nested too deep") from error


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(body: list[ast.stmt]) -> Iterator[_Function]:
    for statement in body:
        if isinstance(statement, _Function):
            yield statement
        elif isinstance(statement, ast.If | ast.Try):
            yield from _functions(statement.body)


def _framework_names(module: ast.Module) -> dict[str, str]:
    """Map each name that the framework or one of its decorators goes by in this module to what it stands for."""
    names = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names.update(
                {alias.asname or alias.name: _FRAMEWORK for alias in node.names if alias.name == _FRAMEWORK}
            )
        elif isinstance(node, ast.ImportFrom) and node.module == _FIREBASE:
            names.update({alias.asname or alias.name: f"{_FIREBASE}.{alias.name}" for alias in node.names})
        elif isinstance(node, ast.ImportFrom) and node.module == _FRAMEWORK:
            names.update({alias.asname or alias.name: alias.name for alias in node.names})
    return names


def _marked(functions: tuple[_Function, ...], names: dict[str, str]) -> Iterator[Target]:
    for function in functions:
        for decorator in function.decorator_list:
            trigger = _DECORATORS.get(_decorator_name(decorator, names)) or _of_firebase(decorator, names)
            if trigger:
                yield Target(function.name, trigger, function.lineno, True)
                break


def _of_firebase(decorator: ast.expr, names: dict[str, str]) -> str:
    """What calls a function below a decorator of Firebase's; empty for any other."""
    inner = decorator.func if isinstance(decorator, ast.Call) else decorator
    match inner:
        case ast.Attribute(value=ast.Name(id=module), attr=name) if name.startswith("on_"):
            package, _, kind = names.get(module, "").partition(".")
            return ("http" if kind in _FIREBASE_HTTP else "event") if package == _FIREBASE else ""
        case _:
            return ""


def _decorator_name(decorator: ast.expr, names: dict[str, str]) -> str:
    inner = decorator.func if isinstance(decorator, ast.Call) else decorator
    match inner:
        case ast.Attribute(value=ast.Name(id=module), attr=name) if names.get(module) == _FRAMEWORK:
            return name
        case ast.Name(id=name):
            return names.get(name, "")
        case _:
            return ""


def _guessed(functions: tuple[_Function, ...], used: set[str]) -> Iterator[Target]:
    """A function that the module itself calls, or that something else decorates, is not the entry point."""
    for function in functions:
        arguments = function.args
        plain = not (arguments.kwonlyargs or arguments.kwarg or arguments.vararg or function.decorator_list)
        trigger = _trigger(tuple(argument.arg for argument in (*arguments.posonlyargs, *arguments.args)))
        if trigger and plain and not function.name.startswith("_") and function.name not in used:
            yield Target(function.name, trigger, function.lineno, False)


def _trigger(arguments: tuple[str, ...]) -> str:
    """What calls a function with these arguments; empty when they do not tell."""
    match arguments:
        case (_, second) if second.lower().strip("_").endswith(("context", "ctx")):
            return "event"
        case _:
            return _SIGNATURES.get(arguments, "")


def _is_web_application(module: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Call) and _called(node.func) in _WEB_APPLICATIONS for node in ast.walk(module)
    )


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
