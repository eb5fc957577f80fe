"""Where Python code runs gcloud, gsutil or bq: they are not in the image that serves it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from deployguard.imports.facts import ProgramCall

_PROGRAMS = frozenset({"gcloud", "gsutil", "bq"})
_MODULES = {
    "subprocess": frozenset({"run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput"}),
    "os": frozenset({"system", "popen", "execv", "execve", "execvp", "execvpe", "execl", "execlp", "spawnlp", "spawnvp"}),
    "asyncio": frozenset({"create_subprocess_exec", "create_subprocess_shell"}),
    "pexpect": frozenset({"run", "spawn", "runu"}),
}  # fmt: skip
_ANYWHERE = re.compile(r"(?:^|[\s;&|(/])(gcloud|gsutil|bq)(?=\s)")


class _Scope(NamedTuple):
    nodes: list[tuple[ast.AST, bool]]
    function: str | None


def runs_cli(tree: ast.Module) -> tuple[ProgramCall, ...]:
    """List the calls in a parsed module that run one of Google's command-line tools, in the order of lines.

    Calls under `if __name__ == "__main__"` are left out: a service is imported, not run as a script.
    """
    aliases = _aliases(tree)
    found = [call for scope in _scopes(tree) for call in _in_scope(scope, aliases)]
    return tuple(sorted(set(found), key=lambda call: (call.line, call.program)))


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Map what the module calls a module or function to its full name."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            aliases |= {name.asname: name.name for name in node.names if name.asname}
        elif isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            aliases |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    return aliases


def _scopes(tree: ast.Module) -> Iterator[_Scope]:
    """Yield the module's own code, then that of each function, nested ones apart."""
    pending: list[tuple[ast.AST, str | None, bool]] = [(tree, None, False)]
    while pending:
        scope, function, guarded_before = pending.pop()
        nodes: list[tuple[ast.AST, bool]] = []
        inside = [(node, guarded_before) for node in ast.iter_child_nodes(scope)]
        while inside:
            node, guarded = inside.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                pending.append((node, node.name, guarded))
            elif isinstance(node, ast.Try) and node.handlers:
                inside += [(below, True) for below in node.body]
                inside += [(below, guarded) for below in (*node.handlers, *node.orelse, *node.finalbody)]
            elif isinstance(node, ast.If) and _asks_for_main(node.test):
                inside += [(below, guarded) for below in node.orelse]
            else:
                nodes.append((node, guarded))
                inside += [(below, guarded) for below in ast.iter_child_nodes(node)]
        yield _Scope(nodes, function)


def _asks_for_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _in_scope(scope: _Scope, aliases: dict[str, str]) -> Iterator[ProgramCall]:
    named = {
        target.id: node.value
        for node, _ in scope.nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node, guarded in scope.nodes:
        if isinstance(node, ast.Call) and node.args and _starts_program(node.func, aliases):
            said = node.args[0]
            if isinstance(said, ast.Name) and said.id in named:
                said = named[said.id]
            program = _program(said)
            if program:
                yield ProgramCall(program, node.lineno, scope.function, guarded)


def _starts_program(called: ast.expr, aliases: dict[str, str]) -> bool:
    name = _dotted(called)
    first, dot, rest = name.partition(".")
    module, _, function = (aliases.get(first, first) + dot + rest).rpartition(".")
    return function in _MODULES.get(module, ())


def _program(said: ast.expr) -> str | None:
    """Return the tool that an argument list begins with, or that a command line runs."""
    if isinstance(said, ast.BinOp):
        return _program(said.left)
    if isinstance(said, ast.List | ast.Tuple):
        words = [_leading_text(element) for element in said.elts[:3]]
        if words[:1] and words[0].rpartition("/")[2] in {"sh", "bash"}:
            return _in_line(words[-1])
        name = words[0].rpartition("/")[2] if words else ""
        return name if name in _PROGRAMS else None
    text = _leading_text(said)
    return text if text in _PROGRAMS else _in_line(text)


def _in_line(text: str) -> str | None:
    for match in _ANYWHERE.finditer(text):
        before = text[: match.start(1)].rstrip()
        # A word that only mentions the tool, as in `echo gcloud`, runs nothing.
        if not before or before[-1] in ";&|(/" or before.split()[-1] in {"sudo", "time", "exec", "env"}:
            return match[1]
    return None


def _leading_text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_leading_text(value) or "$" for value in node.values)
    return ""


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
