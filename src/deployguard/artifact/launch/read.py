"""A start command read to its end: wrappers off, scripts followed, the launcher known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from deployguard.artifact.imagepath import absolute, joined, parent
from deployguard.artifact.launch.gunicorn import read_gunicorn
from deployguard.artifact.launch.procfile import PROCESS_MANAGERS, by_procfile
from deployguard.artifact.launch.scripts import SHELLS, by_shell, script
from deployguard.artifact.launch.servers import SERVERS, application
from deployguard.artifact.launch.start import Ground, Start, Unread, launched
from deployguard.artifact.launch.uwsgi import read_uwsgi
from deployguard.artifact.launch.wrappers import unwrap
from deployguard.model.artifact import Launch

_PYTHON = re.compile(r"(?:python|pypy)[\d.]*$")
_MOST_WRAPPERS = 30
_PYTHON_VALUES = frozenset({"-X", "-W", "--check-hash-based-pycs"})
# Modules that run another program of Python's, by `python -m`.
_RUNNERS = frozenset({"debugpy", "coverage", "cProfile", "pdb", "trace", "ddtrace"})


def read_launch(words: tuple[str, ...], cwd: str, env: Mapping[str, str], ground: Ground) -> Launch | Unread:
    """Read the words of a start command that runs in `cwd` (a path in the artifact) with the variables `env`.

    What a variable holds only at run time stays as it is written; where that decides what is started, the answer
    is the reason.
    """
    at: Start | Unread | Launch = Start(words, cwd, env)
    for _ in range(_MOST_WRAPPERS):
        if not isinstance(at, Start):
            return at
        at = _step(at, ground)
    return at if isinstance(at, (Launch, Unread)) else Unread("the start command goes round in circles")


def _step(start: Start, ground: Ground) -> Start | Launch | Unread:
    if not start.words or not start.words[0]:
        return Unread("there is no start command")
    if (unwrapped := unwrap(start)) is not None:
        return unwrapped
    name = start.name
    if name in PROCESS_MANAGERS:
        return by_procfile(start, ground)
    if name in SHELLS:
        return by_shell(start, ground)
    if _PYTHON.match(name):
        return _python(start, ground)
    if (followed := _own_script(start, ground)) is not None:
        return followed
    return _program(name, start, ground) or _absent(start, ground) or _unknown(start)


def _own_script(start: Start, ground: Ground) -> Start | Unread | None:
    """Follow a script of the artifact; a bare name is looked for on PATH."""
    if "/" in start.words[0]:
        return script(start, ground)
    for folder in start.env.get("PATH", "").split(":"):
        path = joined(absolute(folder), start.words[0])
        if folder and path in ground.files:
            return script(start.running((f"/{path}", *start.rest)), ground)
    return None


def _program(name: str, start: Start, ground: Ground) -> Launch | Unread | None:
    if name == "gunicorn":
        return read_gunicorn(start, ground)
    if name == "uwsgi":
        return read_uwsgi(start, ground)
    if reader := SERVERS.get(name):
        return reader(start, ground)
    if target := ground.scripts.get(name):
        module, attribute = application(target, "")
        return launched(ground, start, Launch(name, (), module=module, target=attribute or None))
    return None


def _absent(start: Start, ground: Ground) -> Launch | None:
    """Launch a file that should lie among those of the repository, and that neither it nor the build has."""
    path = absolute(start.words[0], start.cwd)
    if "/" not in start.words[0] or "$" in path or path in ground.made:
        return None
    folder = parent(path)
    beside = any(parent(file) == folder for file in ground.files)
    return launched(ground, start, Launch("the start command", (), file=path)) if beside else None


def _unknown(start: Start) -> Unread:
    if "$" in start.words[0]:
        return Unread(f"what is started depends on {start.words[0]}")
    return Unread(f"{start.words[0]} is no launcher of Python that is known here")


def _python(start: Start, ground: Ground) -> Start | Launch | Unread:
    """`python FILE` puts the file's folder first, `python -m MODULE` the current one (using/cmdline.html)."""
    rest = list(start.rest)
    isolated = False
    while rest and rest[0].startswith("-") and rest[0] != "-":
        option = rest.pop(0)
        isolated = isolated or option in {"-I", "-P", "-E"}
        if option in _PYTHON_VALUES:
            rest = rest[1:]
        elif option == "-c" or (option.endswith("c") and not option.startswith("--")):
            return Unread("python -c runs code that is not read")
        elif option.startswith("-m") or option.endswith("m"):
            module = (
                option[2:] if option.startswith("-m") and len(option) > 2 else (rest.pop(0) if rest else "")
            )
            return _module(start.running(("python", *rest)), ground, module, isolated=isolated)
    if not rest or "$" in rest[0]:
        return Unread("python is given no script that can be read")
    path = absolute(rest[0], start.cwd)
    folder = parent(path)
    if joined(path, "__main__.py") in ground.files:
        path, folder = joined(path, "__main__.py"), path
    return launched(ground, start, Launch("python", (folder,), file=path, runs_main=True))


def _module(start: Start, ground: Ground, module: str, *, isolated: bool) -> Start | Launch | Unread:
    if not module or "$" in module:
        return Unread("python -m is given no module that can be read")
    if module in _RUNNERS:
        return _behind(start, module)
    known = _program(module.replace("_", "-"), start.running((module.replace("_", "-"), *start.rest)), ground)
    own = () if isolated else (start.cwd,)
    if isinstance(known, Launch):
        return _with_roots(known, own)
    if known is not None:
        return known
    as_path = module.replace(".", "/")
    roots = (*own, *start.python_path)
    if any(joined(joined(root, as_path), "__main__.py") in ground.files for root in roots):
        module = f"{module}.__main__"
    return launched(ground, start, Launch("python", own, module=module, runs_main=True))


def _with_roots(launch: Launch, own: tuple[str, ...]) -> Launch:
    """`-m` puts the current folder first, whatever the module itself adds afterwards."""
    first = launch.roots[:0] if launch.site_first else launch.roots
    roots = tuple(dict.fromkeys((*first, *own, *launch.roots)))
    return replace(launch, roots=roots, site_first=launch.site_first and not own)


def _behind(start: Start, runner: str) -> Start | Unread:
    """Find the `-m MODULE` or the script behind a runner's own options."""
    rest = start.rest
    for at, word in enumerate(rest):
        if word == "-m" or word.endswith(".py"):
            return start.running(("python", *rest[at:]))
    return Unread(f"{runner} is given nothing to run that can be read")
