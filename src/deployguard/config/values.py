"""From well-formed tables to the project's values."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from types import MappingProxyType

from deployguard.config.lines import line_of
from deployguard.config.shape import KeyPath
from deployguard.model.runtime import DEFAULT_RUNTIME, Runtime
from deployguard.model.service import Include, Service


def repository_path(text: str) -> str:
    """Write a path of the repository without `.`, `..` and doubled slashes; `.` stands for the root."""
    return posixpath.normpath(text)


def include_of(value: object) -> Include:
    """Read one element of `include`: a path that keeps its place, or a table that moves it."""
    if isinstance(value, Mapping):
        return Include(repository_path(str(value["from"])), repository_path(str(value["to"])))
    path = repository_path(str(value))
    return Include(path, path)


def service_of(name: str, table: Mapping[str, object], lines: Mapping[KeyPath, int]) -> Service:
    """Make a service of a table in which nothing is wrong."""
    return Service(
        name=name,
        kind=str(table["kind"]),
        source=_path(table, "source", ""),
        dockerfile=_path(table, "dockerfile", ""),
        context=_path(table, "context", "."),
        runtime=Runtime.named(str(table.get("runtime", ""))) or DEFAULT_RUNTIME,
        entry_point=str(table["entry-point"]) if "entry-point" in table else None,
        include=tuple(include_of(value) for value in _list(table, "include")),
        deploy_with=str(table.get("deploy-with", "deployguard")),
        ignore=_texts(table, "ignore"),
        build_args=_pairs(table.get("build-args")),
        command=_texts(table, "command"),
        required_env=_texts(table, "required-env"),
        after=_texts(table, "after"),
        line=line_of(lines, ("services", name)),
        table=MappingProxyType({key: read_only(value) for key, value in table.items()}),
    )


def read_only(value: object) -> object:
    """Turn tables into read-only mappings and lists into tuples, all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: read_only(below) for key, below in value.items()})
    if isinstance(value, list):
        return tuple(read_only(element) for element in value)
    return value


def _path(table: Mapping[str, object], key: str, default: str) -> str:
    return repository_path(str(table[key])) if key in table else default


def _list(table: Mapping[str, object], key: str) -> list[object]:
    value = table.get(key)
    return value if isinstance(value, list) else []


def _texts(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(str(value) for value in _list(table, key))


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(text)) for key, text in value.items()) if isinstance(value, Mapping) else ()
