"""Runs other checkers of dependencies, one folder at a time, and the check, over one monorepo with planted defects.

    python -m benchmarks.peers [--services 60 --files 600]

deptry, FawltyDeps and pip-missing-reqs are installed by uv into an environment of their own, together with the
distributions that the services declare: that is their best case, since they read what is installed. A defect counts as
found when the tool names its module for its service; every other module it names is a false alarm.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from benchmarks.monorepo import Shape, generate

_UV = str(Path(sys.executable).with_name("uv"))  # of the environment that runs this

_INSTALLED = (
    *("deptry==0.25.1", "fawltydeps==0.20.0", "pip-check-reqs==3.1.0"),
    *(
        "functions-framework",
        "requests",
        "PyYAML",
        "google-cloud-bigquery",
        "google-cloud-storage",
        "pandas",
        "tenacity",
    ),
    *("google-cloud-firestore", "sqlalchemy"),
)

Named = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Defect:
    """What is planted into a service: `module` cannot be imported there, or would fail at the first call."""

    service: int
    what: str
    module: str
    plant: Callable[[Path], None]


@dataclass(slots=True)
class Score:
    """What one tool did."""

    name: str
    seconds: float = 0.0
    megabytes: float = 0.0
    named: Named = field(default_factory=set)


def append(line: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        with (folder / "main.py").open("a") as file:
            file.write(line)

    return plant


def unlink_one(folder: Path) -> None:
    next(path for path in sorted(folder.rglob("*.py")) if path.is_symlink()).unlink()


def undeclare(name: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        at = folder / "requirements.txt"
        at.write_text("".join(line for line in at.read_text().splitlines(True) if name not in line))
        append(f"import {_MODULES[name]}\n")(folder)

    return plant


_MODULES = {"PyYAML": "yaml", "google-cloud-storage": "google.cloud.storage"}
DEFECTS = (
    Defect(1, "a link to shared code is missing", "shared", unlink_one),
    Defect(3, "the line of a requirement is missing", "yaml", undeclare("PyYAML")),
    Defect(5, "part of the namespace google is not declared", "google", undeclare("google-cloud-storage")),
    Defect(
        7,
        "imported in a function",
        "sqlalchemy",
        append("\n\ndef late():\n    import sqlalchemy\n    return sqlalchemy\n\n\nlate()\n"),
    ),
    Defect(9, "a name that its module lacks", "pkg", append("from pkg.work0 import no_such_name\n")),
    Defect(11, "a local module that is not there", "pkg", append("import pkg.no_such_module\n")),
)
# What looks like a defect and is none: it is never imported by the service.
TRAPS = ((13, "test_main.py", "import pytest\n"), (15, "pkg/unused_copy.py", "import boto3\n"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--services", type=int, default=60)
    parser.add_argument("--files", type=int, default=600)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tools = _installed(Path(folder) / "tools")
        shape = Shape(given.services, given.files)
        repository = generate(Path(folder) / "monorepo", shape)
        folders = [f"functions/group{number % 7}/service{number}" for number in range(given.services)]
        _plant(repository, folders)
        scores = [
            _peer(name, tools, repository, folders) for name in ("deptry", "FawltyDeps", "pip-missing-reqs")
        ]
        scores.append(_ours(repository, Path(folder) / "cache"))
        _report(scores, len(folders))


def _plant(repository: Path, folders: list[str]) -> None:
    for defect in DEFECTS:
        defect.plant(repository / folders[defect.service])
    for service, path, text in TRAPS:
        (repository / folders[service] / path).write_text(text)
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)


def _installed(at: Path) -> Path:
    print("installing the other tools ...", file=sys.stderr)
    subprocess.run([_UV, "venv", "--quiet", "--python", sys.executable, str(at)], check=True)
    subprocess.run(
        [_UV, "pip", "install", "--quiet", "--python", str(at / "bin/python"), *_INSTALLED], check=True
    )
    return at / "bin"


def _peer(name: str, tools: Path, repository: Path, folders: list[str]) -> Score:
    score = Score(name)
    for number, folder in enumerate(folders):
        said = _timed(score, _command(name, tools), repository / folder)
        score.named |= {(f"service{number}", module) for module in _modules(name, said)}
    return score


def _command(name: str, tools: Path) -> list[str]:
    match name:
        case "deptry":
            return [
                str(tools / "deptry"),
                ".",
                "--ignore",
                "DEP002,DEP005",
                "--json-output",
                "/dev/stdout",
                "--no-ansi",
            ]
        case "FawltyDeps":
            return [str(tools / "fawltydeps"), "--check-undeclared", "--json"]
        case _:
            return [str(tools / "pip-missing-reqs"), "--requirements-file", "requirements.txt", "."]


def _modules(name: str, said: str) -> set[str]:
    match name:
        case "deptry":
            start = said.find("[")
            found = json.JSONDecoder().raw_decode(said[start:])[0] if start >= 0 else []
            return {each["module"].partition(".")[0] for each in found}
        case "FawltyDeps":
            start = said.find("{")
            found = json.JSONDecoder().raw_decode(said[start:])[0] if start >= 0 else {}
            return {each["name"].partition(".")[0] for each in found.get("undeclared_deps") or ()}
        case _:
            return {match.partition(".")[0] for match in re.findall(r"dist=\S+ module=(\S+)", said)}


def _ours(repository: Path, cache: Path) -> Score:
    score = Score("deployguard check")
    command = [sys.executable, "-m", "deployguard", "check", "--staged", "--output-format", "json"]
    said = _timed(score, command, repository, {"DEPLOYGUARD_CACHE_DIR": str(cache)})
    for service in json.loads(said)["services"]:
        errors = (one for one in service["findings"] if one["severity"] == "error")
        score.named |= {(service["name"], _top(one)) for one in errors}
    return score


def _top(finding: dict[str, str]) -> str:
    """Return the module that a finding is about; distributions by the module they were missed for."""
    named = {"pyyaml": "yaml", "google-cloud-storage": "google"}
    return named.get(finding["subject"], finding["subject"].partition(".")[0])


def _timed(score: Score, command: list[str], folder: Path, more: dict[str, str] | None = None) -> str:
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if "pip-missing" in command[0] else subprocess.DEVNULL,
        env={**os.environ, **(more or {})},
    )
    with cast(IO[bytes], process.stdout) as out:
        said = out.read()
    _, _, usage = os.wait4(process.pid, 0)
    score.seconds += time.monotonic() - start
    score.megabytes = max(score.megabytes, usage.ru_maxrss / 1024)
    return said.decode("utf-8", "replace")


def _report(scores: list[Score], services: int) -> None:
    wanted = {(f"service{one.service}", one.module) for one in DEFECTS}
    print(
        f"{services} services, {len(wanted)} defects, {len(TRAPS)} traps, Python {sys.version.split()[0]}; {' '.join(_INSTALLED[:3])}"
    )
    print("| tool | time | memory | defects found | false alarms |\n|---|---|---|---|---|")
    for score in scores:
        found, false = score.named & wanted, score.named - wanted
        print(
            f"| {score.name} | {score.seconds:.1f} s | {score.megabytes:.0f} MB | {len(found)} of {len(wanted)} | {len(false)} |"
        )


if __name__ == "__main__":
    main()
