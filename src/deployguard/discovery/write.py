"""A commented deployguard.toml from what was discovered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from deployguard.config.faults import path_fault
from deployguard.config.forms import PYTHON_NAME
from deployguard.discovery.discover import Discovered
from deployguard.discovery.targets import Target
from deployguard.model.runtime import DEFAULT_RUNTIME, Runtime
from deployguard.model.service import Include


class ProjectFacts(NamedTuple):
    """What is known of the Google Cloud project; empty text where it is not."""

    id: str = ""
    region: str = ""
    branch: str = ""


_OPENING = """\
# What this repository deploys. Every command of deployguard reads this file.
# Written by `deployguard init` from what lies in the repository: read it through, and correct it.
"""
_HTTP = "trigger = { http = true }"
_EVENT = '# trigger = { topic = "..." }  # it takes events: name its topic, bucket or event-type'


def render(discovered: Iterable[Discovered], facts: ProjectFacts) -> str:
    """Write a configuration that `parse_project` accepts; what could not be read is listed as a comment."""
    found = tuple(discovered)
    written = tuple(one for one in found if not _why_not(one))
    default = _common_runtime(written)
    blocks = [_OPENING, _project(facts), _defaults(written, default)]
    blocks += [_service(one, default) for one in written]
    blocks += [_left_out(found)] if len(written) < len(found) else []
    return "\n".join(block for block in blocks if block)


def _project(facts: ProjectFacts) -> str:
    examples = (("id", facts.id, "my-project"), ("region", facts.region, "us-west2"))
    lines = [
        f"{key} = {_quoted(value)}" if value else f'# {key} = "{example}"' for key, value, example in examples
    ]
    return "\n".join(("[project]", *lines, f"branch = {_quoted(facts.branch or 'main')}", ""))


def _common_runtime(written: tuple[Discovered, ...]) -> Runtime:
    ranked = [one for one in written if one.runtime is not None and not one.source] or written
    runtimes = [one.runtime for one in ranked if one.runtime is not None]
    return max(runtimes, key=lambda runtime: (runtimes.count(runtime), runtime), default=DEFAULT_RUNTIME)


def _defaults(written: tuple[Discovered, ...], default: Runtime) -> str:
    if not any(one.kind == "function" for one in written):
        return ""
    is_read = any(one.runtime is not None and not one.source for one in written)
    return f'[services.defaults]\nruntime = "{default.name}"{"" if is_read else "  # a guess: nothing here says it"}\n'


def _service(one: Discovered, default: Runtime) -> str:
    body = _function(one, default) if one.kind == "function" else _run(one)
    if one.ignore:
        body = chain(body, (f"ignore = [{', '.join(map(_quoted, one.ignore))}]",))
    notes = (f"# {_plain(note)}" for note in one.notes)
    return "\n".join((f"[services.{one.name}]", f'kind = "{one.kind}"', *body, *notes, ""))


def _function(one: Discovered, default: Runtime) -> Iterator[str]:
    yield f"source = {_quoted(one.folder)}"
    if one.runtime is not None and one.runtime != default:
        yield f'runtime = "{one.runtime.name}"'
    target, others = one.targets[0], one.targets[1:]
    doubt = "" if target.marked else "  # a guess, from its arguments"
    hidden = "" if re.fullmatch(PYTHON_NAME.pattern, target.name) else "# "
    yield f"{hidden}entry-point = {_quoted(target.name)}{doubt}"
    if others:
        yield "# main.py has more that could be deployed: " + ", ".join(
            _plain(other.name) for other in others
        )
    yield _trigger(one, target)
    yield from _include(one)
    if one.linked:
        yield "# symbolic links bring in: " + ", ".join(_plain(name) for name in one.linked)


def _trigger(one: Discovered, target: Target) -> str:
    for key, value in one.trigger:
        return f"trigger = {{ {key} = {_quoted(value)} }}" if value else _HTTP
    return _HTTP if target.trigger == "http" else _EVENT


def _include(one: Discovered) -> Iterator[str]:
    if one.include:
        yield f"include = [{', '.join(_included(include) for include in one.include)}]"


def _included(include: Include) -> str:
    if include.source == include.to:
        return _quoted(include.source)
    return f"{{ from = {_quoted(include.source)}, to = {_quoted(include.to)} }}"


def _run(one: Discovered) -> Iterator[str]:
    if one.source:
        yield f"source = {_quoted(one.source)}"
        if one.runtime is not None:
            yield f'runtime = "{one.runtime.name}"'
    else:
        yield f"dockerfile = {_quoted(one.dockerfile)}"
        yield f"context = {_quoted(one.context)}"
    if one.command:
        yield f"command = [{', '.join(map(_quoted, one.command))}]"
    yield from _include(one)
    if one.lacking:
        yield "# its COPY names what is not in that context: " + ", ".join(map(_plain, one.lacking))


def _left_out(found: tuple[Discovered, ...]) -> str:
    lines = (f"# {_plain(one.folder)}: {_plain(why)}" for one in found if (why := _why_not(one)))
    return "\n".join(("# Left out, to be looked at:", *lines, ""))


def _why_not(one: Discovered) -> str:
    paths = (one.folder, one.dockerfile or ".", one.context)
    return next((f"the path {fault}" for path in paths if (fault := _path_fault(path))), one.left_out)


def _path_fault(path: str) -> str:
    if not path.isprintable():
        return "holds characters that TOML text cannot show"
    return path_fault(path)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _plain(text: str) -> str:
    """A comment ends at its line's end, and TOML refuses control characters in it."""
    return text if text.isprintable() else ascii(text)
