"""What one Python file says about imports, as plain values that a cache can keep.

Nothing here depends on a service, an artifact or a runtime: the same bytes always give the same facts.
"""

from __future__ import annotations

from typing import NamedTuple

MAIN_UNIT = "__main__"  # the name of the unit under `if __name__ == "__main__"`


class Term(NamedTuple):
    """One condition that must hold for a statement to run.

    `kind` is `main` (runs under `__name__ == "__main__"`; `operator` is `==` or `!=`), `version`
    (`sys.version_info operator value`, `value` like `3.9`), `asked` (somebody imports the name `value` from this module,
    whose `__getattr__` makes it), `starred` (somebody imports `*` from it: a name of its `__all__` that it does not bind),
    `listed` (a text in a table of modules, if it is one), `present` (imported where there is such a module), or
    `unknown` (cannot be computed).
    """

    kind: str
    operator: str = ""
    value: str = ""


class Guard(NamedTuple):
    """A `try` (or `contextlib.suppress`) that survives a failing import.

    `number` tells the guards of one file apart; `part` is `body`, `handler` or `orelse`; `wide` is false when only
    ModuleNotFoundError is caught, which a missing name does not raise.
    """

    number: int
    part: str
    wide: bool = True


class Site(NamedTuple):
    """One import statement, or a call that imports a literal name.

    `module` is dotted, without the leading dots that `level` counts. `names` are those after `from ... import`;
    empty for a plain `import`. `unit` is the place in `ModuleFacts.units` of the code that runs it.
    """

    module: str
    names: tuple[str, ...]
    level: int
    line: int
    unit: int
    when: tuple[Term, ...] = ()
    guards: tuple[Guard, ...] = ()


class Unit(NamedTuple):
    """A piece of code that runs as one: the module's body (always first), a function, a method, or the
    block under `if __name__ == "__main__"` (named `__main__`).

    `owner` is the class of a method. `decorated` says that something may have registered it.
    """

    name: str
    owner: str
    line: int
    decorated: bool


References = tuple[tuple[str, ...], ...]
"""For each unit of a file, the names and attributes that it mentions, the schemes of addresses in its strings (`s3://`),
and the keywords that it sets to True (`http2=True`)."""


class ClassFacts(NamedTuple):
    """A class of the module's own level, and the last part of each base's name."""

    name: str
    bases: tuple[str, ...]


class PathValue(NamedTuple):
    """A path that can be computed from the code alone.

    `anchor` is `file` (parts start at `__file__` itself, so the first `..` is its folder), `root` (absolute), `cwd`
    (where the process starts), or `package:NAME` (the folder of a package, from importlib.resources).
    """

    anchor: str
    parts: tuple[str, ...]


class DataUse(NamedTuple):
    """A computed path and what is done with it: `read`, `list`, `write`, `test` or `mention`."""

    path: PathValue
    use: str
    line: int
    unit: int
    when: tuple[Term, ...] = ()
    guarded: bool = False


class PathEdit(NamedTuple):
    """A change to `sys.path`; `path` is None when it cannot be computed."""

    path: PathValue | None
    line: int


class ProgramCall(NamedTuple):
    """A call that runs one of Google's command-line tools, in the function of that name (None: at import)."""

    program: str
    line: int
    function: str | None
    guarded: bool = False


class ModuleFacts(NamedTuple):
    """Everything that deployguard wants to know of one Python file.

    `defined` are the names bound at module level. `open` says that names may appear in ways nobody can list
    (a module `__getattr__`, `globals()`, `exec`). `aliases` maps a local name to the imported one it stands for.
    `beside` are the defined names that nothing but `from . import name` binds; `made` the modules that the code itself
    puts into `sys.modules`.
    """

    sites: tuple[Site, ...] = ()
    units: tuple[Unit, ...] = ()
    classes: tuple[ClassFacts, ...] = ()
    defined: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    open: bool = False
    data: tuple[DataUse, ...] = ()
    edits: tuple[PathEdit, ...] = ()
    programs: tuple[ProgramCall, ...] = ()
    beside: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


class Fault(NamedTuple):
    """Why a file is not Python: the compiler's message and its line."""

    message: str
    line: int
