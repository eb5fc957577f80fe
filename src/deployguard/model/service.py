"""The configured project: one list of services feeds every command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deployguard.model.runtime import DEFAULT_RUNTIME, Runtime


@dataclass(frozen=True, slots=True)
class Include:
    """A folder or file of the repository, staged at `to` (a path in the artifact) before the build."""

    source: str
    to: str


@dataclass(frozen=True, slots=True)
class Service:
    """A deployable.

    A function has `source` (its folder); a run service has `dockerfile` and `context`, or `source` alone when a
    buildpack builds it. `table` keeps every configured key as given, for the commands that deploy.
    """

    name: str
    kind: str
    source: str = ""
    dockerfile: str = ""
    context: str = "."
    runtime: Runtime = DEFAULT_RUNTIME
    entry_point: str | None = None
    include: tuple[Include, ...] = ()
    deploy_with: str = "deployguard"
    ignore: tuple[str, ...] = ()
    build_args: tuple[tuple[str, str], ...] = ()
    command: tuple[str, ...] = ()
    required_env: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    line: int = 0
    table: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_uploaded(self) -> bool:
        """Whether its folder is uploaded as it is, links dereferenced, and built without a Dockerfile."""
        return self.kind == "function" or not self.dockerfile


@dataclass(frozen=True, slots=True)
class Project:
    """What deployguard.toml says. `path` is where it was read from, for messages.

    `tables` holds the other tables as read-only mappings, lists as tuples. `lines` gives the line of each key, by its
    path from the top, such as `("services", "orders", "include", 0)`.
    """

    path: str
    services: tuple[Service, ...]
    tables: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, repr=False, compare=False)

    def table(self, name: str) -> Mapping[str, Any]:
        """Return the table `[name]`, empty where there is none; its values have the types that its keys ask for."""
        table = self.tables.get(name)
        return table if isinstance(table, Mapping) else {}

    def region_of(self, service: Service) -> str:
        """Return where a service runs, "" where the configuration does not say."""
        return str(service.table.get("region") or self.table("project").get("region", ""))
