"""What Terraform and the steps of GitHub workflows declare, as far as their literal values tell."""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from deployguard.discovery.matrix import matrices_in, rows_at
from deployguard.discovery.paths import above, joined
from deployguard.discovery.rows import Rows, turns_of
from deployguard.discovery.scripts import Script, scripts_of
from deployguard.source.tree import SourceTree

_STEP = re.compile(r"\buses:\s*google-github-actions/deploy-cloud(?P<what>-functions|run)@")
_KEY = re.compile(r"""\s*(?P<key>[a-z_]+):\s*["']?(?P<value>[^"'#\n]*?)["']?\s*(?:#.*)?""")
_STEP_FLAGS = {
    "entry_point": "entry-point",
    "runtime": "runtime",
    "event_trigger_pubsub_topic": "trigger-topic",
    "event_trigger_type": "trigger-event",
    "region": "region",
    "project_id": "project",
}
_VALUE = re.compile(
    r"""(?m)^\s*(?P<key>entry_point|runtime|source_dir|source_path|path)\s*=\s*"(?P<value>[^"\n]+)\""""
)
_HERE = re.compile(r"^\$\{(?:abspath\()?path\.(?:module|root|cwd)\)?\}/?")
_UNKNOWN = re.compile(r"^\$\{[^}]*\}/?")


class Declaration(NamedTuple):
    """What is deployed, declared in line `line` of `file`; `folders` are where its source may be, `flags` gcloud's names."""

    name: str
    flags: Mapping[str, str]
    folders: tuple[str, ...]
    file: str
    line: int
    kind: str = "function"


def declarations_in(tree: SourceTree) -> Iterator[Declaration]:
    """Yield what a tree declares. Terraform gives no names: which source belongs to which, its references alone tell."""
    modules: dict[str, list[Script]] = defaultdict(list)
    for script in scripts_of(tree):
        if script.path.endswith(".tf"):
            modules[posixpath.dirname(script.path)].append(script)
        elif script.path.endswith((".yml", ".yaml")):
            yield from _steps(script)
    for folder, scripts in modules.items():
        yield from _terraform(tree, folder, scripts)


def _steps(script: Script) -> Iterator[Declaration]:
    lines = script.text.splitlines() if _STEP.search(script.text) else []
    matrices = tuple(matrices_in(script.text)) if lines else ()
    for number, line in enumerate(lines, 1):
        step = _STEP.search(line)
        if step and not line.lstrip().startswith("#"):
            for values in _runs(dict(_step_values(lines[number:])), rows_at(matrices, number)):
                flags = {flag: values[key] for key, flag in _STEP_FLAGS.items() if values.get(key)}
                if step["what"] == "-functions":
                    folder = joined("", values.get("source_dir", ""))
                    yield Declaration(values.get("name", ""), flags, (folder,), script.path, number)
                elif values.get("source"):
                    kind, name = (
                        ("job", values["job"]) if "job" in values else ("run", values.get("service", ""))
                    )
                    yield Declaration(name, flags, (joined("", values["source"]),), script.path, number, kind)


def _runs(written: Mapping[str, str], rows: Rows) -> Iterator[Mapping[str, str]]:
    """Yield a step's values in each run of its job's matrix; one that is still unknown is as if it were not there."""
    for turn in turns_of(json.dumps(written), [rows]):
        yield {key: value for key, value in json.loads(turn).items() if "${{" not in value}


def _step_values(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.lstrip().startswith("- "):
            return
        match = _KEY.fullmatch(line)
        if match:
            yield match["key"], match["value"]


def _terraform(tree: SourceTree, home: str, scripts: list[Script]) -> Iterator[Declaration]:
    found = [(script, match) for script in scripts for match in _VALUE.finditer(script.text)]
    paths = [match["value"] for _, match in found if match["key"] not in {"entry_point", "runtime"}]
    folders = tuple(dict.fromkeys(folder for path in paths for folder in _folders(tree, home, path)))
    runtimes = {match["value"] for _, match in found if match["key"] == "runtime"}
    runtime = {"runtime": runtimes.pop()} if len(runtimes) == 1 else {}
    for script, match in found if folders else []:
        if match["key"] == "entry_point" and "$" not in match["value"]:
            line = script.text.count("\n", 0, match.start("key")) + 1
            yield Declaration("", {"entry-point": match["value"], **runtime}, folders, script.path, line)


def _folders(tree: SourceTree, home: str, path: str) -> Iterator[str]:
    """Where a path may lead that holds a main.py: from the module, the repository, or below what cannot be told."""
    bare = _UNKNOWN.sub("", _HERE.sub("", path))
    for base in (home, *above(home)):
        folder = joined(base, bare)
        if bare and "$" not in bare and tree.is_folder(folder) and "main.py" in tree.children(folder):
            yield folder
            return
