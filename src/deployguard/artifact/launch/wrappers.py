"""Programs that only start another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from deployguard.artifact.launch.start import Start, Unread
from deployguard.artifact.options import flagged, valued
from deployguard.artifact.shell import assignment

# For each: its options that take a value.
_OPTIONS: dict[str, frozenset[str]] = {
    "exec": frozenset({"-a"}),
    "command": frozenset(),
    "nohup": frozenset(),
    "time": frozenset({"-f", "-o"}),
    "nice": frozenset({"-n", "--adjustment"}),
    "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "setsid": frozenset(),
    "dumb-init": frozenset({"-r", "--rewrite"}),
    "tini": frozenset({"-p", "-e"}),
    "tini-static": frozenset({"-p", "-e"}),
    "catatonit": frozenset(),
    "ddtrace-run": frozenset(),
    "elastic-apm-run": frozenset({"--config"}),
    "xvfb-run": frozenset({"-s", "-n", "-e", "--server-args", "--server-num", "--error-file"}),
    "sudo": frozenset({"-u", "-g", "--user", "--group"}),
    "setpriv": frozenset({"--reuid", "--regid", "--groups"}),
    "berglas": frozenset(),
    "doppler": frozenset({"-p", "-c", "-t", "--project", "--config", "--token"}),
    "infisical": frozenset({"--env", "--projectId", "--path", "--token"}),
    "datadog-init": frozenset(),
    "serverless-init": frozenset(),
    "memray": frozenset({"-o", "--output"}),
    "viztracer": frozenset({"-o"}),
}
_NEEDS = {
    "ddtrace-run": "ddtrace",
    "opentelemetry-instrument": "opentelemetry-instrumentation",
    "elastic-apm-run": "elastic-apm",
}
_LEADS = {"berglas": "exec", "doppler": "run", "infisical": "run", "memray": "run"}
_UV_VALUES = frozenset(
    [
        "--with",
        "--with-requirements",
        "--with-editable",
        "--env-file",
        "--python",
        "-p",
        "--project",
        "--directory",
        "--package",
        "--extra",
        "--group",
        "--only-group",
        "--no-group",
        "--index",
        "--default-index",
        "--index-url",
        "-i",
        "--cache-dir",
        "--config-file",
        "--refresh-package",
    ]
)


def unwrap(start: Start) -> Start | Unread | None:
    """Take one wrapper off; None when the command is none."""
    name = start.name
    if reader := _SPECIAL.get(name):
        return reader(start)
    if pair := assignment(start.words[0]):
        return replace(start, words=start.rest, env={**start.env, pair[0]: pair[1]})
    if name not in _OPTIONS:
        return None
    words = valued(start.rest, _OPTIONS[name], stop=True).rest
    if lead := _LEADS.get(name):
        words = words[1:] if words[:1] == (lead,) else words
        words = words[1:] if words[:1] == ("--",) else words
    return _goes_on(start, words, *([_NEEDS[name]] if name in _NEEDS else []))


def _goes_on(start: Start, words: tuple[str, ...], *needs: str) -> Start | Unread:
    return start.running(words, *needs) if words else Unread(f"{start.name} is given nothing to start")


def _env(start: Start) -> Start | Unread:
    options = valued(start.rest, frozenset({"-u", "--unset", "-C", "--chdir"}), stop=True)
    words = options.rest
    if split := options.last("-S", "--split-string"):
        words = (*split.split(), *words)
    env = {} if options.has("-i", "-", "--ignore-environment") else dict(start.env)
    while words and (pair := assignment(words[0])):
        env[pair[0]] = pair[1]
        words = words[1:]
    return _goes_on(replace(start, env=env), words)


def _as_user(start: Start) -> Start | Unread:
    return _goes_on(start, start.rest[1:])


def _runner(start: Start) -> Start | Unread:
    """`poetry run`, `pipenv run`, `pdm run`, `hatch run`, `conda run`."""
    values = frozenset(
        {"-n", "--name", "-p", "--prefix", "--cwd", "-C", "--directory", "-P", "--project", "-e"}
    )
    words = valued(start.rest, values, stop=True).rest
    if words[:1] != ("run",):
        return Unread(f"{start.name} {' '.join(words[:1])} starts nothing that is known")
    words = valued(words[1:], values, stop=True).rest
    return _goes_on(start, words)


def _uv(start: Start) -> Start | Unread:
    """`uv run` starts a module (`-m`), a script of its own accord, or a command."""
    outer = valued(start.rest, _UV_VALUES, stop=True).rest
    if outer[:1] != ("run",):
        return Unread("uv starts nothing that is known")
    options = valued(outer[1:], _UV_VALUES, stop=True)
    words = options.rest
    if options.has("-m", "--module"):
        return _goes_on(start, ("python", "-m", *words))
    if words and words[0].endswith(".py"):
        return start.running(("python", *words))
    return _goes_on(start, words)


def _opentelemetry(start: Start) -> Start | Unread:
    """Each of its options stands for an environment variable and takes a value (auto_instrumentation/__init__.py)."""
    words = flagged(start.rest, frozenset({"--version", "--help", "-h"}), stop=True).rest
    return _goes_on(start, words, _NEEDS["opentelemetry-instrument"])


def _newrelic(start: Start) -> Start | Unread:
    words = start.rest[1:] if start.rest[:1] == ("run-program",) else start.rest
    return _goes_on(start, words, "newrelic")


_SPECIAL: dict[str, Callable[[Start], Start | Unread]] = {
    "env": _env,
    "su-exec": _as_user,
    "gosu": _as_user,
    "chpst": _as_user,
    "poetry": _runner,
    "pipenv": _runner,
    "pdm": _runner,
    "hatch": _runner,
    "conda": _runner,
    "micromamba": _runner,
    "mamba": _runner,
    "uv": _uv,
    "newrelic-admin": _newrelic,
    "opentelemetry-instrument": _opentelemetry,
}
