"""Generates monorepos: services, Python files, links, depth; the same arguments always give the same repository."""

from __future__ import annotations

import argparse
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_DISTRIBUTIONS = ("requests", "PyYAML", "google-cloud-bigquery", "google-cloud-storage", "pandas", "tenacity")
_MODULES = ("requests", "yaml", "google.cloud.bigquery", "google.cloud.storage", "pandas", "tenacity")


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a monorepo is; `lines` is the median length of a Python file."""

    services: int = 60
    files: int = 2500
    links: int = 430
    depth: int = 4
    lines: int = 120
    seed: int = 1


def generate(folder: Path, shape: Shape) -> Path:
    """Write a repository of that shape and commit it."""
    source = random.Random(shape.seed)
    for path, text in _files(shape, source):
        at = folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text)
    for path, target in _links(shape):
        at = folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.symlink_to(target)
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Begin"]):
        subprocess.run(
            ["git", "-c", "user.name=Ana", "-c", "user.email=ana@example.com", *command],
            cwd=folder,
            check=True,
        )
    return folder


def _shared(shape: Shape) -> list[str]:
    per_service = max(1, shape.links // shape.services)
    return [f"shared/part{number // 10}/module{number}.py" for number in range(per_service * 4)]


def _files(shape: Shape, source: random.Random) -> Iterator[tuple[str, str]]:
    shared = _shared(shape)
    yield "deployguard.toml", _configuration(shape)
    for folder in sorted({path.rpartition("/")[0] for path in shared} | {"shared"}):
        yield f"{folder}/__init__.py", ""
    for number, path in enumerate(shared):
        yield path, _code(source, shape.lines, [], number)
    own = max(1, (shape.files - len(shared)) // shape.services)
    for service in range(shape.services):
        folder = f"functions/group{service % 7}/service{service}"
        modules = [f"work{number}" for number in range(own - 1)]
        imports = [f"import pkg.{name}" for name in modules[: own // 2]]
        imports += [f"from shared.{_dotted(path)} import function0" for path in _linked(shape, service)]
        yield f"{folder}/main.py", _code(source, shape.lines, imports, service) + _HANDLER
        yield (
            f"{folder}/requirements.txt",
            "functions-framework\n" + "".join(f"{one}\n" for one in _DISTRIBUTIONS),
        )
        yield f"{folder}/pkg/__init__.py", ""
        for name in modules:
            yield f"{folder}/pkg/{name}.py", _code(source, shape.lines, [], service)


def _linked(shape: Shape, service: int) -> list[str]:
    shared = _shared(shape)
    per_service = max(1, shape.links // shape.services)
    return [shared[(service * 3 + number) % len(shared)] for number in range(per_service)]


def _dotted(path: str) -> str:
    return path.removeprefix("shared/").removesuffix(".py").replace("/", ".")


def _links(shape: Shape) -> Iterator[tuple[str, str]]:
    for service in range(shape.services):
        folder = f"functions/group{service % 7}/service{service}"
        for path in dict.fromkeys(_linked(shape, service)):
            yield f"{folder}/{path}", f"../../../../../{path}"


def _configuration(shape: Shape) -> str:
    head = '[project]\nid = "sample-project"\nregion = "us-west2"\n'
    return head + "".join(
        f'\n[services.service{number}]\nkind = "function"\n'
        f'source = "functions/group{number % 7}/service{number}"\nentry-point = "handle"\n'
        for number in range(shape.services)
    )


def _code(source: random.Random, lines: int, imports: list[str], salt: int) -> str:
    chosen = source.sample(_MODULES, 2)
    parts = [
        f'"""Module {salt} {source.random()}."""',
        "import os",
        *(f"import {name}" for name in chosen),
        *imports,
    ]
    count = max(1, int(source.lognormvariate(0, 0.6) * lines / 12))
    parts += [_FUNCTION.format(number=number, salt=source.randrange(10**6)) for number in range(count)]
    return "\n".join(parts) + "\n"


_FUNCTION = '''

def function{number}(rows, limit={salt}):
    """Add up what is below a limit."""
    total = 0
    for row in rows:
        if row.get("value", 0) < limit:
            total += row["value"] * {salt}
        else:
            total -= row.setdefault("other", [x for x in range(3)])[0]
    return {{"total": total, "path": os.path.join("a", str(total))}}
'''
_HANDLER = """

def handle(request):
    return function0([])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for name, default in (("services", 60), ("files", 2500), ("links", 430), ("lines", 120)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    generate(given.folder, Shape(given.services, given.files, given.links, lines=given.lines))


if __name__ == "__main__":
    main()
