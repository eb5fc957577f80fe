"""A YAML or JSON document with the line of each of its keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from deployguard.model.alert import Fault, KeyPath
from deployguard.model.errors import UsageError
from deployguard.model.extras import lacks

if TYPE_CHECKING:
    from yaml import Node

_LONGEST = 1_000_000


class Document(NamedTuple):
    """What a text holds: a `value`, or the `fault` that keeps it from being read, at a line; 0 is no line."""

    value: object = None
    lines: dict[KeyPath, int] = {}  # noqa: RUF012  a NamedTuple's default, never written to
    fault: Fault | None = None
    line: int = 0


def read_document(path: str, content: bytes) -> Document:
    """Read a document: JSON by the name `*.json`, anything else as YAML.

    Raises:
        UsageError: it is YAML, and PyYAML is not installed.
    """
    if len(content) > _LONGEST:
        return _failed("longer than a policy can be")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _failed("not UTF-8; save the file as UTF-8", content.count(b"\n", 0, error.start) + 1)
    return _json(text) if path.endswith(".json") else _yaml(text, path)


def _json(text: str) -> Document:
    """Read JSON; its lines are known where PyYAML is installed, as JSON without tabs is YAML."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return _failed(f"not valid JSON: {error.msg}", error.lineno)
    except RecursionError:
        return _failed("nested too deep to be read")
    try:
        import yaml

        node = yaml.compose(text.replace("\t", " "), yaml.SafeLoader)
        return Document(value, dict(_lines(node)) if node is not None else {})
    except (ImportError, RecursionError, ValueError):
        return Document(value)
    except yaml.YAMLError:
        return Document(value)


def _yaml(text: str, path: str) -> Document:
    try:
        import yaml
    except ImportError as error:
        raise UsageError(lacks(error, f"{path}: reading YAML", "gcp")) from error
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            return _failed("empty")
        return Document(loader.construct_document(node), dict(_lines(node)))
    except yaml.MarkedYAMLError as error:
        return _failed(_cause(error), error.problem_mark.line + 1 if error.problem_mark else 0)
    except yaml.YAMLError as error:
        return _failed(f"not valid YAML: {' '.join(str(error).split())[:200]}")
    except (RecursionError, ValueError, TypeError) as error:  # nested too deep, or a date that is none
        return _failed(f"not valid YAML: {' '.join(str(error).split())[:200]}")


def _cause(error: object) -> str:
    problem = str(getattr(error, "problem", "") or error)
    if "single document" in problem or "another document" in problem:
        return "several documents: gcloud takes one policy a file"
    return f"not valid YAML: {' '.join(problem.split())[:200]}"


def _lines(root: Node) -> Iterator[tuple[KeyPath, int]]:
    """Yield the line of each key and element; what an alias repeats is not gone through again."""
    import yaml

    waiting: list[tuple[KeyPath, Node]] = [((), root)]
    seen = set()
    while waiting:
        path, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                below = (*path, str(key.value))
                yield below, key.start_mark.line + 1
                waiting.append((below, value))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                yield (*path, index), value.start_mark.line + 1
                waiting.append(((*path, index), value))


def _failed(message: str, line: int = 0) -> Document:
    return Document(fault=Fault((), message), line=line)
