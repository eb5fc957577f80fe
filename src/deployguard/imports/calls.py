"""What a call means for the closure: an import by name, a change of `sys.path`, a file that is read."""

from __future__ import annotations

import ast

from deployguard.imports.facts import PathValue
from deployguard.imports.paths import Names, path_of, value_of

_READERS = {
    "open", "read_text", "read_bytes", "read_csv", "read_json", "read_excel", "read_parquet", "read_pickle",
    "open_text", "open_binary", "get_data", "safe_load", "load_workbook", "from_pretrained", "load_model",
}  # fmt: skip
_WRITERS = {
    "mkdir", "makedirs", "write_text", "write_bytes", "touch", "unlink", "remove", "rmtree", "to_csv", "to_json",
    "to_parquet", "to_pickle", "savefig", "FileHandler", "RotatingFileHandler", "TimedRotatingFileHandler", "dump",
    "NamedTemporaryFile", "rename", "replace", "copy", "copyfile", "move", "save", "insert", "append", "chdir",
}  # fmt: skip
_TESTS = {"exists", "is_file", "is_dir", "isfile", "isdir", "access", "load_dotenv", "find_dotenv", "relative_to",
          "with_suffix", "stat", "getmtime", "getsize", "StaticFiles", "print", "str", "info", "debug"}  # fmt: skip
_LISTERS = {"glob", "rglob", "iterdir", "listdir", "scandir", "walk", "FileSystemLoader"}
_NAMED_BY_STRING = {"getattr", "hasattr", "attrgetter", "methodcaller"}


def name_of(call: ast.Call) -> str:
    """Return the last part of the called name, or an empty string."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def imported_by(call: ast.Call) -> tuple[str, int] | None:
    """Return the module that a call imports by a literal name, with its relative level."""
    name = name_of(call)
    literal = _literal(call.args[0]) if call.args else None
    if literal is None:
        return None
    if name in {"import_module", "__import__"}:
        module = literal.lstrip(".")
        level = len(literal) - len(module)
        if not _is_dotted(module) and (module or not level):
            return None
        return _anchored(call, module, level) if level else (module, 0)
    if (
        name == "run"
        and isinstance(call.func, ast.Attribute)
        and getattr(call.func.value, "id", "") == "uvicorn"
    ):
        module = literal.partition(":")[0]
        return (module, 0) if _is_dotted(module) else None
    return None


def _anchored(call: ast.Call, module: str, level: int) -> tuple[str, int] | None:
    """What `import_module(".name", package)` asks for; None where the package cannot be told."""
    said = [keyword.value for keyword in call.keywords if keyword.arg == "package"] or call.args[1:2]
    if not said or getattr(said[0], "id", "") in {"__package__", "__name__"}:
        return module, level
    parts = (_literal(said[0]) or "").split(".")
    if parts == [""] or len(parts) < level:
        return None
    return ".".join([*parts[: len(parts) - level + 1], *filter(None, [module])]), 0


def named_by_string(call: ast.Call) -> tuple[str, ...]:
    """Return the names that `getattr(x, "name")` and its kin mention; `on_*` for `getattr(x, f"on_{kind}")`."""
    if name_of(call) not in _NAMED_BY_STRING:
        return ()
    literals = (_literal(argument) for argument in call.args)
    begun = (_beginning(argument) for argument in call.args[1:])
    return (
        *(text for text in literals if text and text.isidentifier()),
        *(f"{text}*" for text in begun if len(text) > 1 and text.isidentifier()),
    )


def _beginning(node: ast.expr) -> str:
    """Return what a text that is put together begins with."""
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add() | ast.Mod()):
            return text.partition("%")[0]
        case _:
            return ""


def uses_of(call: ast.Call, names: Names) -> list[tuple[PathValue, str]]:
    """Return the computed paths that a call is given, with what it does to them."""
    name = name_of(call)
    found: list[tuple[PathValue, str]] = []
    if isinstance(call.func, ast.Attribute):
        base = path_of(call.func.value, names)
        if base is not None and base.anchor != "cwd":
            found.append((base, _use(name, call)))
    if name in {"get_data", "open_text", "open_binary", "read_text", "read_binary"} and len(call.args) > 1:
        package, resource = call.args[0], value_of(call.args[1], names)
        folder = path_of(ast.Call(ast.Name("files"), [package], []), names)
        if folder is not None and isinstance(resource, str):
            found.append((PathValue(folder.anchor, (*folder.parts, *resource.split("/"))), "read"))
    for argument in call.args:
        value = path_of(argument, names)
        if value is not None and value.parts and value.anchor != "cwd":
            found.append((value, _use(name, call)))
    return found


def _use(name: str, call: ast.Call) -> str:
    if name in _LISTERS:
        return "list"
    if name in _WRITERS:
        return "write"
    if name in _TESTS:
        return "test"
    if name in _READERS:
        return "write" if name == "open" and _opens_to_write(call) else "read"
    return "mention"


def _opens_to_write(call: ast.Call) -> bool:
    position = 0 if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") != "io" else 1
    modes = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] or call.args[
        position : position + 1
    ]
    mode = _literal(modes[0]) if modes else "r"
    return mode is None or any(letter in mode for letter in "wax+")


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_dotted(text: str) -> bool:
    return bool(text) and all(part.isidentifier() for part in text.split("."))
