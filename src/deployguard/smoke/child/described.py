"""An exception as plain data: what is missing, where, by which chain, and what lies behind it."""

from __future__ import annotations

import re
import traceback
from typing import Any

Result = dict[str, Any]
_NAME = re.compile(r"cannot import name '([^']+)' from (?:partially initialized module )?'([^']+)'")
_MACHINERY = ("<frozen ", "importlib/__init__.py", "/runpy.py", "smoke/child/")
_MOST_FRAMES = 40


def described(
    error: BaseException, spec: dict[str, Any], unset: list[tuple[str, str]], refused: list[str]
) -> Result:
    """Return what happened: `missing` with a name, or `failed` with all that tells its kind."""
    chain = _chain(error)
    lacking = _lacking(error)
    if lacking is not None:
        name, kind = lacking
        module = spec["module"] or ""
        if not chain and kind == "module" and f"{module}.".startswith(f"{name}."):
            return {"outcome": "target", "message": f"there is no module {name!r} to start"}
        return {"outcome": "missing", "name": name, "kind": kind, "chain": chain}
    files = {frame["file"] for frame in chain}
    return {
        "outcome": "failed",
        "type": type(error).__name__,
        "message": _text(error),
        "kinds": [
            f"{kind.__module__}.{kind.__qualname__}"
            for one in _behind(error)
            for kind in type(one).__mro__[:-2]
        ],
        "messages": [_text(one) for one in _behind(error)],
        "file": next((str(one.filename) for one in _behind(error) if isinstance(one, OSError) and one.filename), ""),
        "unset": sorted({name for name, file in unset if file in files}),
        "refused": refused[-5:],
        "chain": chain,
        "traceback": "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-12))[-8000:],
    }  # fmt: skip


def _lacking(error: BaseException) -> tuple[str, str] | None:
    for one in (error, error.__cause__):
        if isinstance(one, ModuleNotFoundError) and one.name:
            return one.name, "module"
        if isinstance(one, ImportError) and not _is_circular(one):
            found = _NAME.search(str(one))
            if found:
                return f"{found[2]}.{found[1]}", "name"
    return None


def _is_circular(error: ImportError) -> bool:
    """A module that another imports too early; one that asks itself for what it lacks is not."""
    if "partially initialized" not in str(error):
        return False
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return not last or last[0].filename != error.path


def _behind(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found and len(found) < 10:
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found


def _chain(error: BaseException) -> list[dict[str, Any]]:
    frames = traceback.extract_tb((error.__cause__ or error).__traceback__)
    if error.__cause__ is not None:
        frames = traceback.StackSummary.from_list([*traceback.extract_tb(error.__traceback__), *frames])
    found = [
        {"file": frame.filename, "line": frame.lineno or 0, "text": (frame.line or "")[:200]}
        for frame in frames
        if not any(part in frame.filename for part in _MACHINERY)
    ]
    if isinstance(error, SyntaxError) and error.filename:
        found.append(
            {"file": error.filename, "line": error.lineno or 0, "text": (error.text or "").strip()[:200]}
        )
    return found[:_MOST_FRAMES]


def _text(error: BaseException) -> str:
    try:
        return str(error)[:2000]
    except Exception as problem:
        return f"(its message cannot be read: {type(problem).__name__})"
