"""Servers that import an application by name.

Where each puts the application's folder on `sys.path` was read in its own source, named beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from deployguard.artifact.imagepath import absolute, joined, parent
from deployguard.artifact.launch.start import Ground, Start, Unread, launched
from deployguard.artifact.options import Options, flagged
from deployguard.model.artifact import Launch

_UVICORN_FLAGS = frozenset({
    "--reload", "--factory", "--proxy-headers", "--no-proxy-headers", "--server-header",
    "--no-server-header", "--date-header", "--no-date-header", "--use-colors", "--no-use-colors",
    "--access-log", "--no-access-log", "--version", "--help", "--reset-contextvars",
})  # fmt: skip
_HYPERCORN_FLAGS = frozenset({"--debug", "--reload", "-r", "--version", "--no-server-header"})
_WAITRESS_FLAGS = frozenset({
    "--call", "--expose-tracebacks", "--no-expose-tracebacks", "--clear-untrusted-proxy-headers", "--ipv4",
    "--no-ipv4", "--ipv6", "--no-ipv6", "--log-untrusted-proxy-headers",
})  # fmt: skip
_GRANIAN_FLAGS = frozenset({
    "--ws", "--no-ws", "--http1-pipeline-flush", "--log", "--no-log", "--access-log", "--no-access-log",
    "--reload", "--no-reload", "--factory", "--no-factory", "--respawn-failed-workers",
    "--blocking-threads-idle", "--opt", "--no-opt",
})  # fmt: skip
_DAPHNE_FLAGS = frozenset({"--no-server-name", "--proxy-headers"})
_FLASK_FLAGS = frozenset({
    "--debug", "--no-debug", "--reload", "--no-reload", "--debugger", "--no-debugger", "--with-threads",
    "--without-threads",
})  # fmt: skip
_FLASK_DEFAULTS = ("wsgi.py", "app.py")  # flask/cli.py, "ScriptInfo.load_app"
_FASTAPI_DEFAULTS = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py")


def application(spec: str, default: str) -> tuple[str, str]:
    """Split `module:attribute`; of an attribute that is called or reached through, the first name."""
    module, _, attribute = spec.partition(":")
    return module, attribute.partition("(")[0].partition(".")[0].strip() or default


def read_uvicorn(start: Start, ground: Ground) -> Launch | Unread:
    """uvicorn/main.py: `sys.path.insert(0, app_dir)`, the current folder unless told otherwise."""
    return _by_name(start, ground, flagged(start.rest, _UVICORN_FLAGS), "--app-dir", ("--log-config",))


def read_hypercorn(start: Start, ground: Ground) -> Launch | Unread:
    """hypercorn/utils.py, "load_application": the current folder first; `asgi:` and `wsgi:` may lead."""
    options = flagged(start.rest, _HYPERCORN_FLAGS)
    rest = tuple(word.removeprefix("asgi:").removeprefix("wsgi:") for word in options.rest)
    return _by_name(start, ground, options._replace(rest=rest), "--root")


def read_daphne(start: Start, ground: Ground) -> Launch | Unread:
    """daphne/cli.py: `sys.path.insert(0, ".")`."""
    return _by_name(start, ground, flagged(start.rest, _DAPHNE_FLAGS), "")


def read_granian(start: Start, ground: Ground) -> Launch | Unread:
    """Granian imports from its working directory."""
    return _by_name(start, ground, flagged(start.rest, _GRANIAN_FLAGS), "--working-dir")


def read_waitress(start: Start, ground: Ground) -> Launch | Unread:
    """waitress/runner.py appends the current folder, so that distributions come first."""
    options = flagged(start.rest, _WAITRESS_FLAGS)
    spec = options.last("--app") or (options.rest[0] if options.rest else "")
    if not spec or "$" in spec:
        return Unread("waitress-serve names no application that can be read")
    module, target = application(spec, "application")
    return launched(
        ground,
        start,
        Launch(
            "waitress",
            (start.cwd,),
            module=module,
            target=target,
            needs=("waitress",),
            site_first=True,
        ),
    )


def _by_name(
    start: Start, ground: Ground, options: Options, folder_option: str, file_options: tuple[str, ...] = ()
) -> Launch | Unread:
    spec = options.rest[0] if options.rest else ""
    if not spec or "$" in spec:
        return Unread(f"{start.name} names no application that can be read")
    folder = options.last(folder_option) if folder_option else None
    module, target = application(spec, "app")
    if module.endswith(".py"):
        module = module.removesuffix(".py").replace("/", ".")
    root = absolute(folder or ".", start.cwd)
    reads = tuple(absolute(path, start.cwd) for path in options.all(*file_options) if "$" not in path)
    return launched(
        ground,
        start,
        Launch(start.name, (root,), module=module, target=target, needs=(start.name,), reads=reads),
    )


def read_flask(start: Start, ground: Ground) -> Launch | Unread:
    """flask/cli.py, "prepare_import": the folder above the outermost package of the application comes first."""
    options = flagged(start.rest, _FLASK_FLAGS)
    if "run" not in options.rest:
        return Unread(f"flask {' '.join(options.rest[:1])} is no server")
    spec = options.last("--app", "-A") or start.env.get("FLASK_APP") or ""
    if not spec:
        spec = next((name for name in _FLASK_DEFAULTS if joined(start.cwd, name) in ground.files), "")
    if not spec or "$" in spec:
        return Unread("flask run names no application, and there is neither wsgi.py nor app.py")
    name, _, attribute = spec.partition(":")
    root, module = _outermost(absolute(name, start.cwd), ground)
    called = attribute.partition("(")[0] or None
    return launched(ground, start, Launch("flask", (root,), module=module, target=called, needs=("flask",)))


def read_fastapi(start: Start, ground: Ground) -> Launch | Unread:
    """fastapi_cli/discover.py: as flask's; without a path, the first of its usual names."""
    options = flagged(
        start.rest, frozenset({"--reload", "--no-reload", "--proxy-headers", "--no-proxy-headers"})
    )
    action, *paths = options.rest or ("",)
    if action not in {"run", "dev"}:
        return Unread(f"fastapi {action} is no server")
    given = (
        paths[0]
        if paths
        else next((p for p in _FASTAPI_DEFAULTS if joined(start.cwd, p) in ground.files), "")
    )
    if spec := options.last("--entrypoint", "-e"):
        module, target = application(spec, "app")
        return launched(
            ground,
            start,
            Launch(
                "fastapi",
                (start.cwd,),
                module=module,
                target=target,
                needs=("fastapi-cli", "uvicorn"),
            ),
        )
    if not given or "$" in given:
        return Unread("fastapi run names no file, and there is none of its usual names")
    root, module = _outermost(absolute(given, start.cwd), ground)
    named = options.last("--app")
    return launched(
        ground,
        start,
        Launch("fastapi", (root,), module=module, target=named, needs=("fastapi-cli", "uvicorn")),
    )


def _outermost(path: str, ground: Ground) -> tuple[str, str]:
    """Walk up from a file or a dotted name while there is an `__init__.py`; return the root and the dotted module."""
    at = path.removesuffix(".py")
    folder, name = parent(at), at.rpartition("/")[2]
    if name == "__init__":
        folder, name = parent(folder), folder.rpartition("/")[2]
    while folder and joined(folder, "__init__.py") in ground.files:
        folder, name = parent(folder), f"{folder.rpartition('/')[2]}.{name}"
    return folder, name


def read_functions_framework(start: Start, ground: Ground) -> Launch | Unread:
    """functions_framework/_function_registry.py: the source's folder is appended, after the distributions."""
    options = flagged(start.rest, frozenset({"--debug", "--dry-run"}))
    source = options.last("--source") or start.env.get("FUNCTION_SOURCE") or "main.py"
    target = options.last("--target") or start.env.get("FUNCTION_TARGET") or None
    if "$" in source or (target and "$" in target):
        return Unread("functions-framework is given a variable whose value is not known")
    path = absolute(source, start.cwd)
    return launched(
        ground,
        start,
        Launch(
            "functions-framework",
            (parent(path),),
            module=path.rpartition("/")[2].removesuffix(".py"),
            file=path,
            target=target,
            needs=("functions-framework",),
            site_first=True,
        ),
    )


def read_celery(start: Start, ground: Ground) -> Launch | Unread:
    """celery puts the current folder first (celery/bin/celery.py, "--workdir"; celery/app/utils.py, "find_app")."""
    options = flagged(
        start.rest, frozenset({"--quiet", "-q", "--no-color", "-C", "-E", "-B", "--beat", "-D"})
    )
    spec = options.last("-A", "--app") or start.env.get("CELERY_APP") or ""
    if not spec or "$" in spec:
        return Unread("celery names no application")
    root = absolute(options.last("--workdir") or ".", start.cwd)
    module = spec.partition(":")[0]
    return launched(ground, start, Launch("celery", (root,), module=module, needs=("celery",)))


_SCRIPT_ACTIONS = {"panel": "serve", "bokeh": "serve", "mesop": "", "gradio": ""}
_SCRIPT_FLAGS = frozenset({
    "-w", "-h", "--watch", "--headless", "-d", "--debug", "--ci", "--show", "--dev", "--no-dev",
    "--no-token", "--prod", "--production", "--include-code", "--reuse-sessions", "--autoreload",
})  # fmt: skip


def read_script_server(start: Start, ground: Ground) -> Launch | Unread:
    """`streamlit run FILE`, `panel serve FILE` and their kin: the file's folder first (streamlit/web/bootstrap.py)."""
    options = flagged(start.rest, _SCRIPT_FLAGS)
    action = _SCRIPT_ACTIONS.get(start.name, "run")
    before, paths = (options.rest[:1], options.rest[1:]) if action else ((action,), options.rest)
    if before != (action,) or not paths or "$" in paths[0]:
        return Unread(f"{start.name} runs no file that can be read")
    path = absolute(paths[0], start.cwd)
    return launched(
        ground, start, Launch(start.name, (parent(path),), file=path, needs=(start.name,), runs_main=True)
    )


SERVERS: dict[str, Callable[[Start, Ground], Launch | Unread]] = {
    "uvicorn": read_uvicorn,
    "hypercorn": read_hypercorn,
    "daphne": read_daphne,
    "granian": read_granian,
    "waitress-serve": read_waitress,
    "waitress": read_waitress,
    "flask": read_flask,
    "fastapi": read_fastapi,
    "functions-framework": read_functions_framework,
    "functions_framework": read_functions_framework,
    "celery": read_celery,
    "streamlit": read_script_server,
    "chainlit": read_script_server,
    "solara": read_script_server,
    "marimo": read_script_server,
    "panel": read_script_server,
    "bokeh": read_script_server,
    "mesop": read_script_server,
    "gradio": read_script_server,
}
