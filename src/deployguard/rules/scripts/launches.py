"""Python to calls: argument lists and command lines that a script hands to another program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from deployguard.rules.scripts.calls import Call, Word
from deployguard.rules.scripts.gcloud import without_values
from deployguard.rules.scripts.shell import PROGRAMS, shell_calls, stamps

_RUNS = re.compile(r"run|call|popen|system|output|sh$|shell|exec|command|cmd|spawn|split", re.IGNORECASE)
_UNCHECKED = frozenset({"subprocess.run", "subprocess.call", "os.system"})
_Lists = Mapping[str, Sequence[Word]]


def python_calls(text: str) -> list[Call]:
    """List the calls in a Python file; none when it does not parse (another rule says so)."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    lines = text.split("\n")
    found = [call for scope in _scopes(tree) for call in _in_scope(scope, lines)]
    return sorted(set(found), key=lambda call: call.line)


def _scopes(tree: ast.Module) -> Iterator[list[ast.AST]]:
    """Yield the nodes of the module's own code, and of each function's, nested ones apart."""
    pending: list[ast.AST] = [tree]
    while pending:
        nodes: list[ast.AST] = []
        inside = list(ast.iter_child_nodes(pending.pop()))
        while inside:
            node = inside.pop(0)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                pending.append(node)
                continue
            nodes.append(node)
            inside = [*ast.iter_child_nodes(node), *inside]
        yield nodes


def _in_scope(nodes: list[ast.AST], lines: list[str]) -> Iterator[Call]:
    lists, named = _lists(nodes)
    ignored = {name: line for node in nodes for name, line in _ignored(node)}
    for key, words in lists.items():
        program = words[0].text.rpartition("/")[2]
        if program in PROGRAMS:
            line = ignored.get(key, ignored.get(named.get(key, ""), 0))
            yield Call(
                program=program,
                words=without_values(words[1:]),
                line=words[0].line,
                stamped=stamps([*(word.text for word in words), *_source(lines, words)]),
                opaque=any(word.text == "$@" for word in words),
                swallowed="its exit status is not looked at" if line else "",
                swallowed_line=line,
            )
    for node in nodes:
        if isinstance(node, ast.Call) and node.args and _RUNS.search(_dotted(node.func).rpartition(".")[2]):
            yield from _command_line(node, lines, ignored)


def _lists(nodes: list[ast.AST]) -> tuple[dict[str, list[Word]], dict[str, str]]:
    """Return the words of each list literal by its position, grown by what is added to its name; and the names."""
    lists: dict[str, list[Word]] = {}
    latest: dict[str, str] = {}
    named: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.List | ast.Tuple):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            key = _key(node.value)
            for target in targets:
                latest[_dotted(target)] = key
                named[key] = _dotted(target)
        if isinstance(node, ast.List | ast.Tuple) and (words := _words(node)):
            lists[_key(node)] = words
        for name, added in _added(node):
            if latest.get(name) in lists:
                lists[latest[name]] += _words(added)
    return lists, named


def _added(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        yield _dotted(node.target), node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        name = node.func.attr
        if name in {"append", "extend"}:
            yield _dotted(node.func.value), node.args[0]


def _words(node: ast.AST) -> list[Word]:
    if isinstance(node, ast.List | ast.Tuple):
        return [word for element in node.elts for word in _words(element)]
    if isinstance(node, ast.Starred):
        return (
            _words(node.value) if isinstance(node.value, ast.List | ast.Tuple) else [Word("$@", node.lineno)]
        )
    text = _text(node)
    return [Word("$" if text is None else text, getattr(node, "lineno", 0))]


def _text(node: ast.AST) -> str | None:
    """Return a string as far as it can be read; what is computed stands as `$`."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = (_text(value) for value in node.values)
        return "".join("$" if part is None else part for part in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None and right is None else (left or "$") + (right or "$")
    return None


def _source(lines: list[str], words: Sequence[Word]) -> list[str]:
    """The source of the lines with the words: a computed value is stamped when its name says so."""
    return [lines[line - 1] for line in sorted({word.line for word in words}) if 0 < line <= len(lines)]


def _command_line(node: ast.Call, lines: list[str], ignored: Mapping[str, int]) -> Iterator[Call]:
    said = node.args[0]
    text = _text(said)
    if text is None or not text.lstrip().startswith(tuple(PROGRAMS)):
        return
    last = said.end_lineno or said.lineno
    source = lines[said.lineno - 1 : last]
    line = ignored.get(_key(said), 0)
    for call in shell_calls(text):
        yield call._replace(
            line=said.lineno,
            words=tuple(Word(word.text, _line_of(word.text, source, said.lineno)) for word in call.words),
            stamped=call.stamped or stamps(source),
            swallowed=call.swallowed or ("its exit status is not looked at" if line else ""),
            swallowed_line=line or (said.lineno if call.swallowed else 0),
        )


def _line_of(word: str, source: list[str], first: int) -> int:
    return next((first + at for at, line in enumerate(source) if word and word in line), first)


def _ignored(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield what a statement runs without looking at how it ended: a position or a name, and the line."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not call.args or _dotted(call.func) not in _UNCHECKED:
        return
    if any(word.arg in {"check", None} and not _is_false(word.value) for word in call.keywords):
        return
    yield _key(call.args[0]), call.lineno
    if isinstance(call.args[0], ast.Name):
        yield call.args[0].id, call.lineno


def _is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _key(node: ast.AST) -> str:
    return f"{getattr(node, 'lineno', 0)}:{getattr(node, 'col_offset', 0)}"


def _dotted(node: ast.AST) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id if isinstance(node, ast.Name) else "?", *reversed(parts)])
