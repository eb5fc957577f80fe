"""Stand-ins for modules that are missing, so that an import can go on and meet the next one."""

from __future__ import annotations

import builtins
import sys
import types
from importlib.machinery import ModuleSpec
from typing import Any, cast


class _Kind(type):
    """Answers everything that a module does with a name while it is imported."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return thing(name)

    def __call__(cls, *given: Any, **named: Any) -> Any:
        if "_is_stand_in" not in vars(cls):
            return super().__call__(*given, **named)
        return given[0] if len(given) == 1 and not named and callable(given[0]) else thing("called")

    def __getitem__(cls, _: Any) -> Any:
        return cls

    def __iter__(cls) -> Any:
        return iter(())

    def _operate(cls, *_: Any) -> Any:
        return cls

    __add__ = __radd__ = __sub__ = __mul__ = __rmul__ = __truediv__ = __matmul__ = _operate
    __enter__ = _operate

    def __exit__(cls, *_: Any) -> None:
        return None


def thing(name: str) -> Any:
    """Return what serves as a class, a decorator, a function and a base at once."""

    def accept(_: Any, *given: Any, **named: Any) -> None: ...

    return _Kind(
        name, (), {"_is_stand_in": True, "__init__": accept, "__init_subclass__": classmethod(accept)}
    )


class StandIn(types.ModuleType):
    """An empty module that has every name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return thing(name)


class StandIns:
    """A finder, last in line, for exactly the modules that were found missing."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, cast("Any", self), is_package=True) if name in self.names else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return StandIn(spec.name)

    def exec_module(self, _: types.ModuleType) -> None: ...


def provide(modules: frozenset[str], names: frozenset[str]) -> None:
    """Let imports of these modules, and of these names (`module.name`), succeed."""
    sys.meta_path.append(StandIns(modules))
    original = builtins.__import__

    def importing(
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        module = original(name, globals, locals, fromlist, level)
        for one in fromlist or ():
            if f"{getattr(module, '__name__', '')}.{one}" in names and not hasattr(module, one):
                setattr(module, one, thing(one))
        return module

    if names:
        builtins.__import__ = importing
