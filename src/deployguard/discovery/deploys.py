"""The deploys of functions, services and jobs that the files of a repository write down: commands, workflow steps, Terraform.

Only literal words count: a word with a variable that the same file does not set to a literal is not known.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from deployguard.discovery.copies import Copy, copies_in
from deployguard.discovery.declarations import declarations_in
from deployguard.discovery.images import is_dockerfile
from deployguard.discovery.paths import joined
from deployguard.discovery.playing import Line
from deployguard.discovery.scripts import Script, scripts_of
from deployguard.discovery.words import words_of
from deployguard.source.tree import SourceTree

_COMMAND = re.compile(
    r"\bgcloud\s+(?:(?:beta|alpha)\s+)?(?P<what>functions|run(?:\s+jobs)?)\s+deploy\s+(?P<rest>.*)"
)
_MAKES_IMAGE = re.compile(r"(?m)^[^#\n]*>\s*[^\s;&|]*\bDockerfile(?=[\s;&|\"']|$)")
_FLAGS_ALONE = re.compile(r"(?=.*\s--source[= ])(?=.*\s--entry-point[= ]).*?\s(?P<rest>--[a-z].*)")


@dataclass(frozen=True, slots=True)
class Deploy:
    """One deploy, in line `line` of `script`. `kind` is `function`, `run` or `job`.

    `source` is what it names as its source; `folders` are where that may be, or what was copied there: `staged`.
    `images` are where the Dockerfile may be that its script copies there first; `makes_image` tells that it writes one.
    """

    name: str
    flags: Mapping[str, tuple[str, ...]]
    source: str
    folders: tuple[str, ...]
    script: str
    line: int
    kind: str = "function"
    staged: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    makes_image: bool = False

    def flag(self, name: str) -> str:
        """The last value of a flag; empty when it is not given, or not literal."""
        value = self.flags.get(name, ("",))[-1]
        return "" if "$" in value else value


def deploys_of(tree: SourceTree) -> Iterator[Deploy]:
    """Yield each deploy that a tree writes down, in the order of paths and lines."""
    for script in scripts_of(tree):
        yield from deploys_in(script)
    for declaration in declarations_in(tree):
        flags = {name: (value,) for name, value in declaration.flags.items()}
        yield Deploy(
            declaration.name,
            flags,
            "" if declaration.kind == "function" else declaration.folders[0],
            declaration.folders,
            declaration.file,
            declaration.line,
            declaration.kind,
        )


def deploys_in(script: Script) -> Iterator[Deploy]:
    """Yield the deploy commands of one script."""
    copies = copies_in(script)
    makes_image = _MAKES_IMAGE.search(script.text) is not None
    for line in script.lines:
        command = _COMMAND.search(line.text)
        match = command or _FLAGS_ALONE.match(line.text)
        deploy = _deploy(match["rest"], line, match.re is _COMMAND) if match else None
        if deploy is not None:
            staged = tuple(_copied_to(deploy.source, copies))
            deploy = replace(
                deploy,
                folders=(*deploy.folders, *staged),
                staged=staged,
                images=tuple(_images(line.number, copies)),
                makes_image=makes_image,
            )
            yield _of_kind(deploy, command["what"].split()) if command else deploy


def _of_kind(deploy: Deploy, what: list[str]) -> Deploy:
    """Tell what a command deploys: `gcloud run deploy --function` makes a function of a service."""
    if what == ["functions"]:
        return deploy
    entry = deploy.flags.get("function")
    if entry is None:
        return replace(deploy, kind="job" if "jobs" in what else "run")
    base = deploy.flag("base-image").rpartition("/")[2]
    return replace(deploy, flags={**deploy.flags, "entry-point": entry, "runtime": (base,)})


def _deploy(rest: str, line: Line, is_command: bool) -> Deploy | None:
    words = words_of(rest) if is_command else [word.strip("\"',])") for word in rest.split()]
    if not words:
        return None
    name = words[0] if is_command and not words[0].startswith("-") else ""
    flags = _flags(words)
    source = flags.get("source", ("",))[-1]
    folders = tuple(joined(base, source) for base in line.bases) if "$" not in source else ()
    return Deploy("" if "$" in name else name, flags, source, folders, line.script, line.number)


def _flags(words: list[str]) -> dict[str, tuple[str, ...]]:
    flags: dict[str, tuple[str, ...]] = {}
    for at, word in enumerate(words):
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            following = words[at + 1] if at + 1 < len(words) else ""
            given = value if equals or following.startswith("-") else following
            flags[name] = (*flags.get(name, ()), given)
    return flags


def _copied_to(source: str, copies: tuple[Copy, ...]) -> Iterator[str]:
    """Yield the folders whose whole content, or main.py, a script lays where it then deploys from."""
    for copy in copies if source.strip("./") else ():
        folder = copy.source if copy.is_content else posixpath.dirname(copy.source)
        if copy.is_into(source) and (copy.is_content or posixpath.basename(copy.source) == "main.py"):
            yield from (joined(base, folder) for base in copy.bases if "$" not in folder)


def _images(line: int, copies: tuple[Copy, ...]) -> Iterator[str]:
    """Yield where the last Dockerfile may lie that a script copies to be one before a line."""
    before = [copy for copy in copies if copy.line <= line and _is_image(copy)]
    for copy in before[-1:]:
        yield from (joined(base, copy.source) for base in copy.bases)


def _is_image(copy: Copy) -> bool:
    to = posixpath.basename(copy.to.rstrip("/"))
    return is_dockerfile(posixpath.basename(copy.source)) and (to == "Dockerfile" or "." not in to.strip("."))
