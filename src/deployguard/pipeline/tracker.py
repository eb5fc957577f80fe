"""A tracker: where the completion documents of one phase lie, and what a whole one looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deployguard.model.errors import ConfigurationError, UsageError
from deployguard.model.extras import how_to_get
from deployguard.model.service import Project

CLAIM = "_trigger_claim"
RECONCILED_AT, RECONCILED_REASON = "_reconciled_at", "_reconciled_reason"


@dataclass(frozen=True, slots=True)
class NextPhase:
    """The message that starts the next phase: its topic, and attributes beside those that identify it."""

    topic: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tracker:
    """One document for each date, named by it: a key for each processor that is done, and bookkeeping beside them.

    `expects` are days of the week and `calendar` is a file of dates, "" for every day: on others no document is needed.
    `store` is `firestore` or a SQLAlchemy URL. `counts_all`: every processor's key counts, not the expected alone.
    """

    name: str
    collection: str
    store: str = "firestore"
    database: str = "(default)"
    expected: tuple[str, ...] = ()
    counts_all: bool = False
    count_field: str = "_completed_count"
    triggered_field: str = "_triggered"
    zone: tzinfo = UTC
    written_by: tuple[str, ...] = ()
    next: NextPhase | None = None
    optional: bool = False
    expects: str = ""
    calendar: str = ""

    def is_bookkeeping(self, name: str) -> bool:
        """Tell a field about the document from a processor's own."""
        return name.startswith("_") or name in {self.count_field, *self.trigger_fields}

    @property
    def trigger_fields(self) -> tuple[str, str, str]:
        """The names of: whether, when and why the next phase was triggered."""
        return self.triggered_field, f"{self.triggered_field}_at", f"{self.triggered_field}_reason"

    def trigger_id(self, day: date) -> str:
        """Return what every message for a date carries, whoever sends it: by this its receiver tells duplicates."""
        return f"{self.name}:{day.isoformat()}"


def trackers_of(project: Project, names: Sequence[str] = ()) -> tuple[Tracker, ...]:
    """Return the trackers of these names, each once; all of them, in the order of the file, where none is given.

    Raises:
        UsageError: there is no tracker of that name, or none at all.
        ConfigurationError: a time zone that this machine does not know.
    """
    known = project.table("trackers")
    if not known:
        raise UsageError(f"{project.path}: no tracker is configured; add a table [trackers.NAME]")
    for name in names:
        if name not in known:
            raise UsageError(f"{name}: {project.path} has no such tracker; {_nearest(name, list(known))}")
    return tuple(_tracker(project, name, known[name]) for name in dict.fromkeys(names or known))


def _tracker(project: Project, name: str, table: Mapping[str, object]) -> Tracker:
    text = {key: str(table[key]) for key in ("store", "database", "expects", "calendar") if key in table}
    return Tracker(
        name=name,
        collection=str(table["collection"]),
        **text,
        expected=_texts(table.get("expected")),
        counts_all=table.get("count", "expected") == "all",
        count_field=str(table.get("count-field", "_completed_count")),
        triggered_field=str(table.get("triggered-field", "_triggered")),
        zone=_zone(project, name, str(table.get("timezone", "Etc/UTC"))),
        written_by=_texts(table.get("written-by")),
        next=_next(table.get("next")),
        optional=bool(table.get("optional", False)),
    )


def _zone(project: Project, name: str, key: str) -> tzinfo:
    if key in {"UTC", "Etc/UTC"}:
        return UTC
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        line = project.lines.get(("trackers", name, "timezone"), 0)
        place = f"{project.path}:{line}" if line else project.path
        raise ConfigurationError(
            [
                f"{place}: trackers.{name}.timezone: {key} is no time zone that this machine knows; "
                f"the extra `data` brings them all: {how_to_get('data')}"
            ]
        ) from error


def _next(table: object) -> NextPhase | None:
    if not isinstance(table, Mapping):
        return None
    attributes = table.get("attributes")
    given = attributes if isinstance(attributes, Mapping) else {}
    return NextPhase(str(table["topic"]), {str(name): str(value) for name, value in given.items()})


def _texts(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, value))) if isinstance(value, tuple) else ()


def _nearest(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}"
