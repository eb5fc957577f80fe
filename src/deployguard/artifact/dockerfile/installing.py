"""The commands of RUN that install distributions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from deployguard.artifact.dockerfile.pip import PIP_VALUES, local, pip, place_project, requirements_file
from deployguard.artifact.dockerfile.shop import STDIN, Shop, where_pip
from deployguard.artifact.dockerfile.stage import Installed
from deployguard.artifact.dockerfile.syncing import sync
from deployguard.artifact.imagepath import absolute, joined
from deployguard.artifact.options import Options, valued
from deployguard.model.runtime import Runtime

_PIP = re.compile(r"pip[\d.]*$")
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*$")
_INTERPRETER = re.compile(r"(?:.*/)?(?:python)?3\.(\d+)(?:\.\d+)?")
_FLIT_VALUES = frozenset({"--deps", "--extras", "--python", "-f", "--ini-file"})
_SYSTEM_PYTHON = re.compile(r"python3\.?(\d+)(?:-(?:minimal|full|venv|dev|distutils))?$")
_SYSTEM_TOOLS = re.compile(
    r"(?:lib)?python3?(?:\.\d+)?-?(?:pip|venv|dev|devel|distutils|setuptools|wheel|minimal|full|virtualenv|pkg-resources"
    r"|is-python3|poetry|pipx|apt|software-properties|stdlib)?$"
)


def install(shop: Shop, words: tuple[str, ...], writes: tuple[str, ...]) -> None:
    """Record what a command installs; a command of another kind does nothing."""
    program = words[0]
    name, rest = program.rpartition("/")[2], words[1:]
    if _PYTHON.match(name):
        _python(shop, program, rest, writes)
    elif _PIP.match(name):
        pip(shop, program, rest)
    elif reader := _PROGRAMS.get(name):
        reader(shop, rest, writes)


def _python(shop: Shop, program: str, rest: tuple[str, ...], writes: tuple[str, ...]) -> None:
    rest = tuple(word for word in rest[:3] if word not in {"-u", "-I", "-B", "-O"}) + rest[3:]
    if rest[:1] == ("-m",) and len(rest) > 2:
        module = rest[1]
        if module == "pip":
            pip(shop, program, rest[2:])
        elif reader := _PROGRAMS.get(module):
            reader(shop, rest[2:], writes)
    elif rest[:1] == ("setup.py",) and {"install", "develop"} & set(rest):
        local(shop, ".", where_pip(shop, program, valued((), frozenset())), editable="develop" in rest)


def _uv(shop: Shop, rest: tuple[str, ...], writes: tuple[str, ...]) -> None:
    options = valued(rest, PIP_VALUES)
    action = options.rest[:1]
    if action == ("pip",) and options.rest[1:2] == ("sync",):
        for path in options.rest[2:]:
            shop.stage.installed += [
                Installed(one, where_pip(shop, "uv", options))
                for one in requirements_file(shop, "requirements", path)
            ]
    elif action == ("pip",):
        pip(shop, "uv", tuple(word for word in rest if word != "pip"))
    elif action == ("sync",):
        sync(shop, options)
    elif action == ("export",):
        _export(shop, options, writes)
    elif action == ("venv",):
        _venv(shop, options.rest[1:] or (".venv",), writes)
    elif action == ("add",):
        where = joined(absolute(".venv", shop.cwd), shop.stage.library)
        shop.stage.installed += [Installed(shop.add("direct", text=word), where) for word in options.rest[1:]]


def _poetry(shop: Shop, rest: tuple[str, ...], writes: tuple[str, ...]) -> None:
    options = valued(rest, PIP_VALUES)
    action = options.rest[:1]
    if action == ("export",):
        _export(shop, options, writes)
    elif action in {("install",), ("sync",)}:
        _poetry_install(shop, options, "poetry.lock")


def _poetry_install(shop: Shop, options: Options, lock_name: str) -> None:
    folder = absolute(options.last("--directory", "--project", "-C", "-P") or ".", shop.cwd)
    project = shop.project(folder)
    if project is None:
        shop.lacks(f"/{folder}/pyproject.toml", f"poetry finds no pyproject.toml in /{folder}")
        return
    only = options.all("--only")
    without = _listed(options.all("--without"))
    asked = _listed((*options.all("-E", "--extras"), *options.all("--with"), *only))
    if not only and not options.has("--no-dev"):
        asked += [name for name in project.groups if name not in without]
    asked += ["*"] if options.has("--all-extras") else []
    where = joined("usr/local", shop.stage.library)
    extras = tuple(name for name in dict.fromkeys(asked) if name != "main")
    lock = shop.origin(f"/{folder}/{lock_name}") if lock_name else None
    kind, origin = ("poetry-lock", lock) if lock else ("pyproject", project.origin)
    if not options.has("--only-root"):
        shop.stage.installed.append(Installed(shop.add(kind, origin, extras=extras), where))
    if not options.has("--no-root") and project.installable:
        place_project(shop, Installed(shop.add("local", project.origin), where), project, editable=True)


def _flit(shop: Shop, rest: tuple[str, ...], _writes: tuple[str, ...]) -> None:
    """Record `flit install`: the project of the current folder, with every extra unless `--deps` says less."""
    options = valued(rest, _FLIT_VALUES)
    project = shop.project(shop.cwd)
    if options.rest[:1] != ("install",):
        return
    if project is None:
        shop.lacks(f"/{shop.cwd}/pyproject.toml", f"flit finds no pyproject.toml in /{shop.cwd}")
        return
    asked = _listed(options.all("--extras")) if options.last("--deps") in {"production", "none"} else ["*"]
    where = where_pip(shop, "flit", options)
    if options.has("--only-deps"):
        only = shop.add("pyproject", project.origin, extras=tuple(asked))
        shop.stage.installed.append(Installed(only, where))
    else:
        entry = Installed(shop.add("local", project.origin, extras=tuple(asked)), where)
        place_project(shop, entry, project, editable=options.has("-s", "--symlink", "--pth-file"))


def _listed(values: Iterable[str]) -> list[str]:
    """Poetry takes lists of extras and groups with commas, and of extras with blanks too."""
    return [name for value in values for name in value.replace(",", " ").split()]


def _export(shop: Shop, options: Options, writes: tuple[str, ...]) -> None:
    """`poetry export` and `uv export` write requirements from a lock; what is installed from them is the project's."""
    project = shop.project(shop.cwd)
    target = options.last("-o", "--output", "--output-file") or (writes[0] if writes else f"/{STDIN}")
    if project is None:
        return
    at = absolute(target, shop.cwd)
    shop.stage.made.discard(at)
    source = shop.stage.files.nodes.get(joined(project.folder, "pyproject.toml"))
    if source is not None:
        # Reading the exported file as the pyproject it came from keeps one fact in one place.
        shop.stage.files.put(at, source)


def _venv(shop: Shop, rest: tuple[str, ...], _writes: tuple[str, ...]) -> None:
    """Make a virtual environment; where the image does not tell its Python, `-p` may."""
    options = valued(rest, frozenset({"-p", "--python", "--prompt"}))
    asked = _INTERPRETER.fullmatch(options.last("-p", "--python") or "")
    if asked and shop.stage.base.runtime is None:
        shop.stage.runtime = Runtime(3, int(asked[1]))
    shop.stage.made.update(absolute(word, shop.cwd) for word in options.rest if "$" not in word)


def _apt(shop: Shop, rest: tuple[str, ...], _writes: tuple[str, ...]) -> None:
    packages = [word for word in rest if not word.startswith("-")]
    if not {"install", "add"} & set(packages[:1]):
        return
    for word in packages[1:]:
        package = word.partition("=")[0]
        if version := _SYSTEM_PYTHON.match(package):
            if shop.stage.base.runtime is None or not _has_python(shop.stage.image):
                shop.stage.runtime = Runtime(3, int(version[1][:2]))
        elif _is_distribution(package):
            reason = f"{package} is a distribution that the system's package manager installs"
            covers = "system" if _has_python(shop.stage.image) else "installs"
            shop.stage.doubt(covers, shop.line.place, reason)


def _is_distribution(package: str) -> bool:
    return package.startswith(("python3-", "py3-")) and not _SYSTEM_TOOLS.match(
        package.replace("py3-", "python3-")
    )


def _has_python(image: str) -> bool:
    """Tell whether an image has a Python of its own before the system's, so that the latter is not the one run."""
    return "python" in image or "astral" in image


def _cat(shop: Shop, rest: tuple[str, ...], writes: tuple[str, ...]) -> None:
    node = shop.stage.files.nodes.get(absolute(rest[0], shop.cwd)) if len(rest) == 1 and not writes else None
    if node is not None:
        shop.stage.files.put(STDIN, node)


def _xargs(shop: Shop, rest: tuple[str, ...], writes: tuple[str, ...]) -> None:
    """`xargs pip install` installs what is listed in the file that it is handed."""
    options = valued(rest, frozenset({"-a", "-n", "-P", "-L", "-I", "-d", "-s", "--arg-file"}), stop=True)
    listed = options.last("-a", "--arg-file") or f"/{STDIN}"
    if "install" in options.rest:
        install(shop, (*options.rest, "-r", listed), writes)


def _conda(shop: Shop, rest: tuple[str, ...], _writes: tuple[str, ...]) -> None:
    if {"install", "create", "env"} & set(rest[:2]):
        shop.doubt("conda environments are not read")


def _pipenv(shop: Shop, rest: tuple[str, ...], _writes: tuple[str, ...]) -> None:
    if {"install", "sync"} & set(rest[:1]):
        shop.doubt("a Pipfile is not read")


def _pip_sync(shop: Shop, rest: tuple[str, ...], _writes: tuple[str, ...]) -> None:
    options = valued(rest, PIP_VALUES)
    for path in options.rest or ("requirements.txt",):
        shop.stage.installed += [
            Installed(one, where_pip(shop, "pip", options))
            for one in requirements_file(shop, "requirements", path)
        ]


def _pdm(shop: Shop, rest: tuple[str, ...], _writes: tuple[str, ...]) -> None:
    if rest[:1] in {("install",), ("sync",)}:
        _poetry_install(shop, valued(rest, PIP_VALUES), "")


_PROGRAMS: dict[str, Callable[[Shop, tuple[str, ...], tuple[str, ...]], None]] = {
    "uv": _uv,
    "poetry": _poetry,
    "pdm": _pdm,
    "flit": _flit,
    "pipenv": _pipenv,
    "pip-sync": _pip_sync,
    "venv": _venv,
    "virtualenv": _venv,
    "apt-get": _apt,
    "apt": _apt,
    "apk": _apt,
    "yum": _apt,
    "dnf": _apt,
    "microdnf": _apt,
    "cat": _cat,
    "xargs": _xargs,
    "conda": _conda,
    "mamba": _conda,
    "micromamba": _conda,
}
