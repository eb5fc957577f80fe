"""What `deployguard init` needs to know of a Dockerfile: does it start Python, and from which folder is it built.

The whole reading, stage by stage, is the artifact's business; here a guess is enough, and it is shown as one.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from deployguard.discovery.evidence import Evidence, candidates
from deployguard.source.tree import SourceTree

_DOCKERFILE = re.compile(r"Dockerfile(?:[.-][\w-]+)?|[\w-]+\.[Dd]ockerfile")
_LEFT_OVER = re.compile(
    r"(?i)[.-](?:bak|backup|old|orig|tmpl|template|j2|md|txt|dockerignore|sh|py|test|tests)$"
)
_PYTHON_IMAGE = re.compile(r"(?:^|[/:-])python(?:[:@]|$)")
_LAUNCHER = re.compile(
    r"""(?:^|[\s"'/,\[])(?:python[\d.]*|gunicorn|uvicorn|hypercorn|daphne|flask|fastapi|streamlit|granian
    |uwsgi|honcho|celery|chainlit|mesop|panel|marimo|solara|waitress-serve|functions-framework(?:-python)?|uv|poetry)(?=$|[\s"',\]])""",
    re.VERBOSE,
)
_SCRIPT = re.compile(r"""\.(?:sh|py)(?=$|[\s"',\]])""")
_TESTS = re.compile(r"\b(?:pytest|unittest|nox|tox)\b")


class Image(NamedTuple):
    """What a Dockerfile says: `sources` are what COPY and ADD read from the context, as written.

    `expected` are paths that must lie in a context that is copied as a whole.
    """

    sources: tuple[str, ...]
    starts_python: bool
    expected: tuple[str, ...] = ()


def is_dockerfile(name: str) -> bool:
    """Tell by its name whether a file is a Dockerfile that somebody means to build."""
    return _DOCKERFILE.fullmatch(name) is not None and not _LEFT_OVER.search(name)


def image_of(text: str) -> Image:
    """Read a Dockerfile. Any text will do; what is not understood is passed over."""
    base, command, entry = "", "", ""
    stages: dict[str, tuple[str, str, str]] = {}
    name = ""
    sources: list[str] = []
    evidence = Evidence()
    for word, rest in _instructions(text):
        match word:
            case "FROM":
                stages[name] = base, command, entry
                name, (base, command, entry) = _from(rest, stages)
                evidence = Evidence(found=evidence.found)
            case "CMD":
                command = rest
            case "ENTRYPOINT":
                entry = rest
            case "WORKDIR":
                evidence.moves(rest)
            case "RUN":
                evidence.runs(rest)
            case "COPY" | "ADD":
                named, dest = _copied(rest)
                sources.extend(named)
                evidence.copies(named, dest)
            case _:
                pass
    start = f"{entry} {command}".strip()
    evidence.starts(start)
    return Image(tuple(dict.fromkeys(sources)), _starts_python(base, start), tuple(evidence.found))


def context_of(tree: SourceTree, dockerfile: str, image: Image) -> tuple[str, tuple[str, ...]]:
    """Return the folder that the image is built from, by what its COPY names, and what is missing there.

    Of the folders from the Dockerfile's own up to the root, the nearest that holds the most of it; of those, the
    nearest with the most of what is used once all of it is copied.
    """
    named = [source for source in image.sources if source.strip("./") and "$" not in source]
    ranked = []
    for distance, folder in enumerate(_upwards(posixpath.dirname(dockerfile))):
        missing = tuple(source for source in named if not _exists(tree, folder, source))
        lost = sum(not any(_exists(tree, folder, one) for one in candidates(path)) for path in image.expected)
        idle = not named and not image.expected and not _has_python(tree, folder)
        ranked.append((len(missing), lost, idle, distance, folder, missing))
    *_, best, missing = min(ranked)
    return best or ".", missing


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    whole = ""
    for line in lines:
        if line.rstrip().endswith("\\"):
            whole += line.rstrip()[:-1] + " "
            continue
        word, *rest = (whole + line).split(None, 1)
        whole = ""
        yield word.upper(), rest[0].strip() if rest else ""


def _from(rest: str, stages: dict[str, tuple[str, str, str]]) -> tuple[str, tuple[str, str, str]]:
    """Return the name of a stage, and what it begins with: a base image and, from an earlier stage, its start command."""
    words = [word for word in rest.split() if not word.startswith("--")]
    image = words[0] if words else ""
    name = words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else ""
    return name, stages.get(image.lower(), (image, "", ""))


def _copied(rest: str) -> tuple[list[str], str]:
    """Return what a COPY or ADD takes from the context, and its destination."""
    words = rest.split()
    flags = [word for word in words if word.startswith("--")]
    plain = [word for word in words if not word.startswith("--")]
    if any(flag.startswith("--from=") for flag in flags):
        return [], ""
    listed = " ".join(plain)
    if listed.startswith("["):
        try:
            plain = [str(word) for word in json.loads(listed)]
        except (ValueError, RecursionError):
            return [], ""
    named = [word for word in plain[:-1] if "://" not in word and not word.startswith("<<")]
    return named, plain[-1] if plain else ""


def launches_python(command: str) -> bool:
    """Whether a command names a program that starts Python."""
    return bool(_LAUNCHER.search(command))


def _starts_python(base: str, command: str) -> bool:
    if not command or _TESTS.search(command):
        return False
    return bool(launches_python(command) or (_PYTHON_IMAGE.search(base) and _SCRIPT.search(command)))


def _exists(tree: SourceTree, folder: str, source: str) -> bool:
    path = posixpath.normpath(posixpath.join(folder, source.lstrip("/")))
    if path.startswith(".."):
        return False
    if tree.entry(path) is not None or tree.is_folder(path):
        return True
    above, _, name = path.rpartition("/")
    return any(mark in name for mark in "*?[") and any(
        fnmatchcase(child, name) for child in tree.children(above)
    )


def _has_python(tree: SourceTree, folder: str) -> bool:
    return any(child.endswith(".py") for child in tree.children(folder))
