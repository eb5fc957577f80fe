"""What a build step of Cloud Build asks for, where the emulator can do it: `docker build` and `docker push`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deployguard.runtime.command import BuildFailed
from deployguard.runtime.image import Recipe

_SUBSTITUTION = re.compile(r"\$(?:\{(\w+)\}|(\w+)|(\$))")
_WITH_VALUE = {
    "--network",
    "--target",
    "--platform",
    "--cache-from",
    "--label",
    "--progress",
    "--pull-policy",
    "--add-host",
    "--memory",
}


@dataclass(frozen=True, slots=True)
class DockerBuild:
    """A `docker build`: the recipe, and the tags it gives."""

    recipe: Recipe
    tags: tuple[str, ...]


def docker_build(step: Any, substitutions: Mapping[str, str]) -> DockerBuild | None:
    """Return what a step builds, None for one that only pushes; raises BuildFailed for any other step."""
    words = [substituted(word, substitutions) for word in step.args]
    name = step.name.partition("@")[0]
    if "kaniko" in name:
        return _kaniko(words)
    if not re.search(r"(^|/)docker(:[\w.-]+)?$", name) or step.entrypoint not in {"", "docker"}:
        raise BuildFailed(
            f"the emulator does not run the step {step.name}; it knows docker build and docker push"
        )
    if words[:1] == ["push"]:
        return None
    if words[:2] == ["buildx", "build"]:
        words = words[1:]
    if words[:1] != ["build"]:
        raise BuildFailed(f"the emulator does not run docker {' '.join(words[:1])}; it knows build and push")
    return _docker(words[1:])


def substituted(text: str, substitutions: Mapping[str, str]) -> str:
    """Replace `$NAME` and `${NAME}` (cloud.google.com/build/docs/configuring-builds/substitute-variable-values)."""

    def value(match: re.Match[str]) -> str:
        return "$" if match[3] else substitutions.get(match[1] or match[2], "")

    return _SUBSTITUTION.sub(value, text)


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (option, value); a plain word comes with the option ""."""
    takes = {"-t", "--tag", "-f", "--file", "--build-arg", *_WITH_VALUE}
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            yield "", word
        elif equals and word.startswith("--"):
            yield name, value
        elif word in takes:
            yield word, next(waiting, "")
        else:
            yield word, ""


def _docker(words: list[str]) -> DockerBuild:
    tags, arguments, dockerfile, context = [], [], "", ""
    for option, value in _options(words):
        match option:
            case "-t" | "--tag":
                tags.append(value)
            case "-f" | "--file":
                dockerfile = value
            case "--build-arg":
                name, equals, text = value.partition("=")
                arguments += [(name, text)] if equals else []
            case "":
                context = value
            case _:
                pass
    if not context:
        raise BuildFailed("docker build names no context")
    dockerfile = dockerfile or f"{context.rstrip('/')}/Dockerfile"
    return DockerBuild(Recipe(_inside(dockerfile), _inside(context), tuple(arguments)), tuple(tags))


def _kaniko(words: list[str]) -> DockerBuild:
    given = [word.partition("=")[::2] for word in words]
    arguments = tuple(
        (text.partition("=")[0], text.partition("=")[2]) for name, text in given if name == "--build-arg"
    )
    single = dict(given)
    context = single.get("--context", ".").removeprefix("dir://")
    dockerfile = single.get("--dockerfile", "Dockerfile")
    tags = tuple(text for name, text in given if name == "--destination")
    return DockerBuild(Recipe(_inside(dockerfile), _inside(context), arguments), tags)


def _inside(path: str) -> str:
    return path.removeprefix("/workspace/") if path != "/workspace" else "."
