"""gunicorn: options, its environment variable and its configuration file.

Source: gunicorn/app/base.py ("load_config", "chdir", "run") and gunicorn/app/wsgiapp.py. The current folder goes first
on `sys.path`, then `--chdir` before it, then each entry of `--pythonpath` before that.
"""

from __future__ import annotations

from deployguard.artifact.imagepath import absolute, joined
from deployguard.artifact.launch.servers import application
from deployguard.artifact.launch.start import Ground, Start, Unread, launched
from deployguard.artifact.options import Options, flagged
from deployguard.artifact.shell import commands
from deployguard.model.artifact import Launch

_FLAGS = frozenset(
    [
        "--reload",
        "--preload",
        "--daemon",
        "-D",
        "--check-config",
        "--print-config",
        "--spew",
        "--no-sendfile",
        "--reuse-port",
        "--capture-output",
        "--enable-stdio-inheritance",
        "--initgroups",
        "--proxy-protocol",
        "--log-syslog",
        "--disable-redirect-access-to-syslog",
        "--do-handshake-on-connect",
        "--suppress-ragged-eofs",
        "--strip-header-spaces",
        "--permit-unconventional-http-method",
        "--permit-unconventional-http-version",
        "--permit-obsolete-folding",
        "--casefold-http-method",
        "--version",
        "-v",
        "--help",
        "-h",
        "-R",
        "--no-control-socket",
    ]
)
_WORKERS = {
    "gevent": ("gevent",),
    "gevent_wsgi": ("gevent",),
    "gevent_pywsgi": ("gevent",),
    "eventlet": ("eventlet",),
    "tornado": ("tornado",),
    "uvicorn": ("uvicorn",),
    "uvicorn_worker": ("uvicorn-worker", "uvicorn"),
    "aiohttp": ("aiohttp",),
}
_SETTINGS = {
    "--chdir": "chdir",
    "--pythonpath": "pythonpath",
    "-k": "worker_class",
    "--worker-class": "worker_class",
}


def read_gunicorn(start: Start, ground: Ground) -> Launch | Unread:
    """Read a gunicorn command line: options win over GUNICORN_CMD_ARGS, and both over the configuration file."""
    options = flagged(start.rest, _FLAGS)
    extra = [word for one in commands(start.env.get("GUNICORN_CMD_ARGS", ""), {}) for word in one.words]
    settings = _configured(start, ground, options, flagged(extra, _FLAGS))
    if isinstance(settings, Unread):
        return settings
    spec = options.rest[0] if options.rest else settings.get("wsgi_app", "")
    if options.has("--paste", "--paster") or not spec or "$" in spec:
        return Unread("gunicorn names no application that can be read")
    cwd = start.cwd
    folders = [absolute(path, cwd) for path in settings.get("pythonpath", "").split(",") if path]
    roots = (*reversed(folders), absolute(settings.get("chdir", "."), cwd), cwd)
    module, target = application(spec, "application")
    worker = settings.get("worker_class", "sync").partition(".")[0]
    needs = ("gunicorn", *_WORKERS.get(worker, ()))
    reads = _read_at_start(start, options)
    return launched(
        ground, start, Launch("gunicorn", roots, module=module, target=target, needs=needs, reads=reads)
    )


def _read_at_start(start: Start, options: Options) -> tuple[str, ...]:
    """Return the files without which gunicorn ends at once (gunicorn/app/base.py, "get_config_from_filename")."""
    named = options.all("-c", "--config", "--log-config", "--log-config-json")
    paths = [
        name.removeprefix("file:") for name in named if not name.startswith("python:") and "$" not in name
    ]
    return tuple(absolute(path, start.cwd) for path in paths)


def _configured(start: Start, ground: Ground, options: Options, extra: Options) -> dict[str, str] | Unread:
    settings: dict[str, str] = {}
    named = options.last("-c", "--config") or extra.last("-c", "--config")
    path = joined(start.cwd, "gunicorn.conf.py")
    if named:
        path = absolute(named.removeprefix("file:"), start.cwd)
        if named.startswith("python:"):
            path = joined(start.cwd, named.removeprefix("python:").replace(".", "/") + ".py")
    if path in ground.files:
        settings |= _assigned(ground.read(path) or "")
    for source in (extra, options):
        settings |= {name: value for flag, name in _SETTINGS.items() if (value := source.last(flag))}
    unknown = [name for name in ("chdir", "pythonpath") if "$" in settings.get(name, "")]
    return Unread(f"gunicorn's {unknown[0]} depends on a variable") if unknown else settings


def _assigned(text: str) -> dict[str, str]:
    """Return the plain assignments of strings in a configuration file."""
    import ast

    found: dict[str, str] = {}
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            value = statement.value.value
            for target in statement.targets:
                if isinstance(target, ast.Name) and isinstance(value, str):
                    found[target.id] = value
    return found
