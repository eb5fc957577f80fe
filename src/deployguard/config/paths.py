"""The paths that a project names, each with where it is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from deployguard.config.faults import key_text
from deployguard.config.lines import line_of
from deployguard.config.merge import DEFAULTS
from deployguard.model.service import Project, Service

_Named = tuple[tuple[str | int, ...], str]


class ConfiguredPath(NamedTuple):
    """`path` stands at `key` (`services.orders.include[0].from`) in line `line` of the configuration."""

    service: str
    key: str
    line: int
    path: str


def configured_paths(project: Project) -> tuple[ConfiguredPath, ...]:
    """Return every repository path of every service, whether or not it exists; `.` is the root."""
    return tuple(
        _placed(project, service, *named) for service in project.services for named in _paths(service)
    )


def _paths(service: Service) -> Iterator[_Named]:
    for key, path in (
        ("source", service.source),
        ("dockerfile", service.dockerfile),
        ("context", service.context),
    ):
        if key in service.table:
            yield (key,), path
    given = service.table.get("include")
    forms = given if isinstance(given, tuple) else ()
    for index, (form, include) in enumerate(zip(forms, service.include, strict=True)):
        yield ("include", index) if isinstance(form, str) else ("include", index, "from"), include.source


def _placed(project: Project, service: Service, key: tuple[str | int, ...], path: str) -> ConfiguredPath:
    """A value that `[services.defaults]` gave is placed there."""
    own = ("services", service.name, *key)
    default = ("services", DEFAULTS, *key)
    at = default if own[:3] not in project.lines and default in project.lines else own
    return ConfiguredPath(service.name, key_text(at), line_of(project.lines, at), path)
