"""uWSGI: its options, and the ini file that they may stand in.

Source: uwsgi-docs, "Options" and "Configuring uWSGI". The current folder is on `sys.path`; `--chdir` moves it, and
`--pythonpath` puts more before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from deployguard.artifact.imagepath import absolute, parent
from deployguard.artifact.launch.servers import application
from deployguard.artifact.launch.start import Ground, Start, Unread, launched
from deployguard.model.artifact import Launch

_NAMES = {
    "-w": "module",
    "--wsgi": "module",
    "--module": "module",
    "--wsgi-file": "wsgi-file",
    "--file": "wsgi-file",
    "--callable": "callable",
    "--chdir": "chdir",
    "--chdir2": "chdir",
    "--pythonpath": "pythonpath",
    "--python-path": "pythonpath",
    "--pp": "pythonpath",
    "--ini": "ini",
    "-i": "ini",
}
_ALIASES = {name.lstrip("-"): meaning for name, meaning in _NAMES.items() if name.startswith("--")}


def read_uwsgi(start: Start, ground: Ground) -> Launch | Unread:
    """Read a uwsgi command line, and the ini file it names."""
    settings = dict(_given(start.rest))
    reads: tuple[str, ...] = ()
    if "ini" in settings:
        path = absolute(settings["ini"].partition(":")[0], start.cwd)
        reads = (path,)
        if path in ground.files:
            settings = dict(_written(ground.read(path) or "")) | settings
    if any("$" in value or "%" in value for name, value in settings.items() if name in _ALIASES.values()):
        return Unread("what uwsgi starts depends on a variable")
    folder = absolute(settings.get("chdir", "."), start.cwd)
    roots = tuple(dict.fromkeys([absolute(path, folder) for path in _paths(settings)] + [folder]))
    found = Launch("uwsgi", roots, needs=("uwsgi",), reads=reads)
    return _started(start, ground, settings, folder, found)


def _started(
    start: Start, ground: Ground, settings: dict[str, str], folder: str, found: Launch
) -> Launch | Unread:
    default = settings.get("callable", "application")
    if module := settings.get("module"):
        name, target = application(module, default)
        return launched(ground, start, replace(found, module=name, target=target))
    if file := settings.get("wsgi-file"):
        path = absolute(file, folder)
        roots = (*found.roots, parent(path))
        return launched(ground, start, replace(found, file=path, target=default, roots=roots))
    return Unread("uwsgi names no application that can be read")


def _given(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in _NAMES:
            yield _NAMES[name], value if equals else next(iter(words[at + 1 : at + 2]), "")
        elif word.endswith(".ini") and not words[at - 1 : at]:
            yield "ini", word


def _written(text: str) -> Iterator[tuple[str, str]]:
    """Yield the settings of the `[uwsgi]` section."""
    section = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("["):
            section = stripped.strip("[]")
        elif section == "uwsgi" and "=" in stripped and not stripped.startswith(("#", ";")):
            name, _, value = stripped.partition("=")
            if (meaning := _ALIASES.get(name.strip())) is not None:
                yield meaning, value.strip()


def _paths(settings: dict[str, str]) -> list[str]:
    return [settings["pythonpath"]] if "pythonpath" in settings else []
