"""Results that are kept: one object for each run, `health/<date>/<run>.json`, never rewritten."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from deployguard.journal.objects import ABSENT, Objects
from deployguard.model.errors import CloudError
from deployguard.model.health import HealthReport, Result, Verdict

_FOLDER = "health/"
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class History:
    """The last verdict of each check and day, by day and then by check."""

    since: date
    runs: int
    results: tuple[Result, ...]


def keep(objects: Objects, report: HealthReport) -> str:
    """Keep a run and return the name of its object; examples are not kept, they are data.

    Raises:
        CloudError: it could not be written.
    """
    taken = report.taken.astimezone(UTC)
    name = f"{_FOLDER}{taken:%Y-%m-%d}/{taken:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.json"
    value = {
        "schema": 1,
        "taken": taken.isoformat(),
        "results": [_value(result) for result in report.results],
    }
    objects.put(name, json.dumps(value).encode(), when=ABSENT)
    return name


def read_history(objects: Objects, since: date) -> History:
    """Return what was found about all days from `since` on.

    Raises:
        CloudError: the place cannot be read, or an object in it is damaged.
    """
    names = [name for name in objects.list(_FOLDER) if name.removeprefix(_FOLDER)[:10] >= since.isoformat()]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = sorted(pool.map(lambda name: _read(objects, name), names), key=lambda run: run.taken)
    last = {(one.date, one.check): one for run in runs for one in run.results if one.date >= since}
    return History(since, len(runs), tuple(last[at] for at in sorted(last)))


def _read(objects: Objects, name: str) -> HealthReport:
    stored = objects.get(name)
    try:
        value = json.loads(stored.content if stored else b"")
        taken = datetime.fromisoformat(value["taken"])
        return HealthReport(taken.astimezone(UTC), tuple(_results(value["results"])))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CloudError("refused", f"{name}: is damaged and cannot be read as a run ({error})") from error


def _results(values: Iterable[Mapping[str, Any]]) -> Iterator[Result]:
    for value in values:
        yield Result(
            check=str(value["check"]),
            kind=str(value["kind"]),
            date=date.fromisoformat(value["date"]),
            verdict=Verdict(value["verdict"]),
            reason=str(value.get("reason", "")),
            counts=tuple((str(name), int(number)) for name, number in value.get("counts", {}).items()),
            seconds=float(value.get("seconds", 0)),
        )


def _value(result: Result) -> dict[str, Any]:
    return {
        "check": result.check,
        "kind": result.kind,
        "date": result.date.isoformat(),
        "verdict": result.verdict.value,
        "reason": result.reason,
        "counts": dict(result.counts),
        "seconds": result.seconds,
    }
