"""From the report of the importing process to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from deployguard.model.artifact import ArtifactFile
from deployguard.smoke.verdict import Broken, CannotTell, Fine, Link, Missing, Reason, Verdict

Report = Mapping[str, Any]
_CREDENTIAL = (
    "google.auth.exceptions.",
    "botocore.exceptions.NoCredentials",
    "azure.core.exceptions.ClientAuth",
)
_NETWORK = (
    "google.api_core.exceptions.",
    "google.auth.exceptions.TransportError",
    "grpc.",
    "requests.exceptions.",
    "urllib3.exceptions.",
    "urllib.error.",
    "httpx.",
    "httpcore.",
    "aiohttp.client_exceptions.",
    "socket.",
    "ssl.",
    "builtins.ConnectionError",
    "builtins.TimeoutError",
    "redis.exceptions.ConnectionError",
    "psycopg2.OperationalError",
    "psycopg.OperationalError",
    "pymysql.err.OperationalError",
    "sqlalchemy.exc.OperationalError",
    "pymongo.errors.",
    "_smoke_surveillance.NetworkRefused",
)
# These speak of the code, whatever the surroundings are.
_OF_THE_CODE = (
    "builtins.SyntaxError",
    "builtins.IndentationError",
    "builtins.TabError",
    "builtins.NameError",
    "builtins.UnboundLocalError",
    "builtins.ImportError",
    "builtins.ZeroDivisionError",
)
_WAITING = ("/grpc/", "/google/api_core/", "/urllib3/", "/google/auth/", "/asyncio/", "/socket.py")
_LIBRARY = (
    "cannot open shared object file",
    "undefined symbol",
    "GLIBC",
    "wrong ELF class",
    "invalid ELF header",
)


class Ground(NamedTuple):
    """Where the artifact and its environment lie, and which file of the repository each path of it is."""

    root: Path
    venv: Path
    files: Mapping[str, ArtifactFile]


def judged(report: Report, ground: Ground, output: Sequence[str], *, exact: bool) -> Verdict:
    """Judge a report, with the end of what was written; `exact` is false when another Python than the runtime's was used.

    What is missing outweighs what stopped a later attempt: behind a stand-in nothing else can be believed.
    """
    missing = _missing(report, ground)
    last = report.get("last") or {}
    if missing:
        return Broken(missing)
    match last.get("outcome"):
        case "imported" | "serving":
            return Fine()
        case "target":
            return Broken(message=str(last["message"]))
        case "failed":
            return _failed(last, ground.root, exact=exact)
        case "late":
            return _late(output)
        case "forked":
            return CannotTell(
                Reason.LIMIT, f"the import started more than {last['most']} processes; they were ended"
            )
        case "died":
            return Broken(message=f"the process that imports it came to its end: {last['message']}")
        case _:
            return CannotTell(Reason.ENVIRONMENT, "the importing process left no report")


def _missing(report: Report, ground: Ground) -> tuple[Missing, ...]:
    """Leave out a package where a module in it is missed at the same place."""
    found = [Missing(one["name"], tuple(_links(one["chain"], ground))) for one in report.get("missing", ())]
    return tuple(
        one
        for one in found
        if not any(
            other.name.startswith(f"{one.name}.") and other.chain[-1:] == one.chain[-1:] for other in found
        )
    )


def _failed(last: Report, root: Path, *, exact: bool) -> Verdict:
    kinds, message = last["kinds"], f"{last['type']}: {_first(last['message'])}"
    trace = str(last["traceback"]).replace(f"{root}/", "")
    if any(part in text for part in _LIBRARY for text in last["messages"]):
        return CannotTell(Reason.ENVIRONMENT, f"this machine lacks a system library: {message}", trace)
    if kinds and kinds[0] == "builtins.MemoryError":
        return CannotTell(Reason.LIMIT, "the import asks for more memory than smoke gives it", trace)
    if exact and _starts(kinds[:1], _OF_THE_CODE):
        return Broken(message=message, traceback=trace)
    if not exact:
        return CannotTell(Reason.PYTHON, f"on another Python than the runtime's: {message}", trace)
    if _starts(kinds, _NETWORK):
        return CannotTell(Reason.NETWORK, f"it needs the network to be imported: {message}", trace)
    if _starts(kinds, _CREDENTIAL):
        return CannotTell(Reason.CREDENTIAL, f"it needs credentials to be imported: {message}", trace)
    if last["unset"]:
        names = ", ".join(last["unset"])
        advice = "list it under required-env if it is set where this runs"
        return CannotTell(Reason.ENVIRONMENT, f"{names} is not set here ({advice}): {message}", trace)
    if last["file"].startswith("/") and not last["file"].startswith(str(root)):
        return CannotTell(Reason.ENVIRONMENT, f"{last['file']} is not on this machine: {message}", trace)
    if last["refused"]:
        return CannotTell(
            Reason.NETWORK, f"it asked for the network ({last['refused'][-1]}): {message}", trace
        )
    return Broken(message=message, traceback=trace)


def _late(output: Sequence[str]) -> Verdict:
    """The stack that an attempt leaves behind tells what it waited for."""
    stack = [line.strip() for line in output if line.startswith('  File "')]
    if any(part in line for line in stack for part in _WAITING):
        return CannotTell(Reason.NETWORK, "it waits for the network while it is imported")
    return CannotTell(Reason.LIMIT, "the import did not end in time; --timeout gives it longer")


def _starts(kinds: Iterable[str], prefixes: tuple[str, ...]) -> bool:
    return any(kind.startswith(prefixes) for kind in kinds)


def _first(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else ""


def _links(chain: Iterable[Report], ground: Ground) -> Iterable[Link]:
    for one in chain:
        file = str(one["file"])
        yield Link(_shown(file, ground), int(one["line"]), str(one["text"]))


def _shown(file: str, ground: Ground) -> str:
    if file.startswith(f"{ground.root}/"):
        path = file[len(str(ground.root)) + 1 :]
        return ground.files[path].origin if path in ground.files else path
    _, found, rest = file.partition("/site-packages/")
    return f"site-packages/{rest}" if found and file.startswith(str(ground.venv)) else file
