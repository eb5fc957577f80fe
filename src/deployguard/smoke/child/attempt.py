"""One attempt to start a service: the launcher's own `sys.path`, the import, and a look at the target."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable
from typing import Any

Spec = dict[str, Any]
Result = dict[str, Any]
_NOTHING = object()
_PLAIN = (str, bytes, int, float, dict, list, tuple, set, type(None), type(sys))


class Unstartable(Exception):
    """The start command names something that is not there; the message says what."""


def attempt(spec: Spec, described: Callable[[BaseException, Spec], Result]) -> Result:
    """Start the service as its launcher does, up to the point where it would serve."""
    try:
        _launcher(spec)
        _check(spec, _loaded(spec))
    except Unstartable as problem:
        return {"outcome": "target", "message": str(problem)}
    except BaseException as error:
        return described(error, spec)
    return {"outcome": "imported"}


def _launcher(spec: Spec) -> None:
    """Import what the start command is: it comes before the service's own folders."""
    for need in spec["needs"]:
        name = need.replace("-", "_")
        if not _installed(need) and importlib.util.find_spec(name) is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    if spec["by"] == "functions-framework":
        importlib.import_module("functions_framework")


def _installed(distribution: str) -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


def _loaded(spec: Spec) -> Any:
    """Return the module, or the names of what ran as `__main__`."""
    if spec["site_first"]:
        sys.path.extend(spec["roots"])
    else:
        sys.path[:0] = spec["roots"]
    file, module = spec["file"], spec["module"]
    if file and not os.path.isfile(file):
        raise Unstartable(f"{spec['shown_file']} is not there")
    if file and spec["by"] == "functions-framework":
        return _as_functions_framework(file)
    import runpy

    if spec["runs_main"]:
        sys.argv = [file or module]
        return runpy.run_path(file, run_name="__main__") if file else runpy.run_module(module, run_name="__main__", alter_sys=True)  # fmt: skip
    return importlib.import_module(module) if module else runpy.run_path(file)


def _as_functions_framework(file: str) -> Any:
    """Load the file as functions_framework/_function_registry.py does: a package whose folder is its own."""
    name = os.path.splitext(os.path.basename(file))[0]
    folder = os.path.dirname(file)
    found = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[folder])
    if found is None or found.loader is None:
        raise Unstartable(f"{name}.py cannot be loaded")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    return module


def _check(spec: Spec, module: Any) -> None:
    target = spec["target"]
    if target is None:
        return
    value = module.get(target, _NOTHING) if isinstance(module, dict) else getattr(module, target, _NOTHING)
    if value is _NOTHING:
        raise Unstartable(f"{spec['shown_module']} does not define {target!r}")
    function = spec["by"] == "functions-framework"
    if isinstance(value, _PLAIN) or (function and not callable(value)):
        raise Unstartable(f"{target!r} of {spec['shown_module']} is {_a(value)}, which nothing can call")
    if function:
        _check_signature(spec, target, value)


def _a(value: Any) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"


def _check_signature(spec: Spec, target: str, function: Any) -> None:
    """A decorator's own signature type wins over the configured one, as in functions_framework."""
    import inspect

    registry: Any = sys.modules.get("functions_framework._function_registry")
    kind = getattr(registry, "REGISTRY_MAP", {}).get(target) or spec["signature"]
    count = 2 if kind in {"event", "backgroundevent"} else 1
    try:
        inspect.signature(function).bind(*range(count))
    except ValueError:
        return
    except TypeError as problem:
        given = "1 argument" if count == 1 else "2 arguments"
        raise Unstartable(
            f"{target!r} is called with {given} ({kind}), and does not take them: {problem}"
        ) from None
