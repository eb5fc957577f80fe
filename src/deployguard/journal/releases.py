"""The journal of releases: one object for each step, created once and never written again.

    history/REGION/SERVICE/ID.begun.json    what was begun: found by listing, also after a crash
    releases/ID/00-begun.json               the same, and then
    releases/ID/NN-STEP.json                what each step found or made
    releases/ID/NN-closed.json              how it ended
    history/REGION/SERVICE/ID.json          how it ended, for a history that reads one object a release

Names alone are kept of variables; no value of one, and no token.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from deployguard.journal.objects import ABSENT, Objects
from deployguard.journal.reading import damaged, values_of
from deployguard.model.errors import CloudError

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_CLOSED, _WHAT = "closed", "a part of the journal"
_MOMENT = 7  # characters of an id that tell its second: those of one second have no order


class Outcome(StrEnum):
    """How a release ended. `OPEN`: it is under way, or was killed."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNDONE = "undone"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What one step found or made, as texts. `at` is timezone-aware."""

    number: int
    step: str
    at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Release:
    """One release of one service. `action` is `deploy`, `rollback` or `fix-iam`.

    `base` is the revision that served before, `revision` the one that was to serve. `overrides` pairs what was let
    pass with the reason. `reason` tells why it did not succeed. `steps` is empty in a history.
    """

    id: str
    service: str
    kind: str
    region: str
    project: str
    action: str
    commit: str
    fingerprint: str
    who: str
    began: datetime
    ended: datetime | None = None
    outcome: Outcome = Outcome.OPEN
    reason: str = ""
    base: str = ""
    revision: str = ""
    overrides: tuple[tuple[str, str], ...] = ()
    steps: tuple[StepRecord, ...] = ()

    def fact(self, name: str) -> str:
        """Return the newest value of a fact of the steps, "" where none tells it."""
        return next((step.facts[name] for step in reversed(self.steps) if name in step.facts), "")

    def did(self, step: str) -> bool:
        return any(record.step == step for record in self.steps)


_KEPT = frozenset(each.name for each in fields(Release)) - {"steps"}  # a later version may keep more


def new_release_id() -> str:
    """Return 13 characters that sort by time, and can end the name of a revision, a label or a tag.

    A service's name has at most 49 characters and a revision's 63, of which one is a hyphen.
    """
    seconds, digits = int(time.time()), ""
    while seconds:
        seconds, digit = divmod(seconds, 36)
        digits = _DIGITS[digit] + digits
    return f"r{digits:0>6}{''.join(secrets.choice(_DIGITS) for _ in range(6))}"


def begin(objects: Objects, release: Release) -> None:
    """Open the journal of a release.

    Raises:
        CloudError: it could not be written; the release must not go on.
    """
    content = _as_bytes(release)
    _create(objects, f"{_history(release)}.begun.json", content)
    _create(objects, f"releases/{release.id}/00-begun.json", content)


def write_step(objects: Objects, release: Release, step: str, facts: Mapping[str, str]) -> Release:
    """Write what a step found or made, and return the release with it.

    Raises:
        CloudError: it could not be written; kind `conflict` where another process goes on with this release.
    """
    number = max((record.number for record in release.steps), default=0) + 1
    record = StepRecord(number, step, datetime.now(UTC), dict(facts))
    values = {"schema": 1, **asdict(record), "at": record.at.isoformat()}
    _create(objects, f"releases/{release.id}/{number:02d}-{step}.json", json.dumps(values).encode())
    return replace(release, steps=(*release.steps, record))


def close(objects: Objects, release: Release, metadata: Mapping[str, str] | None = None) -> Release:
    """Write how a release ended (its `outcome`, `reason`, `revision`), and return it with the moment.

    Raises:
        CloudError: it could not be written.
    """
    ended = replace(release, ended=datetime.now(UTC))
    number = max((record.number for record in release.steps), default=0) + 1
    name = f"releases/{release.id}/{number:02d}-{_CLOSED}.json"
    _create(objects, name, _as_bytes(ended), metadata)
    _create(objects, f"{_history(release)}.json", _as_bytes(ended), metadata)
    return ended


def read_release(objects: Objects, id: str) -> Release | None:
    """Return a release with its steps, None where there is none of this id.

    Raises:
        CloudError: the bucket cannot be read, or an object in it is damaged.
    """
    names = objects.list(f"releases/{id}/")
    if not names or not names[0].endswith("/00-begun.json"):
        return None
    release = _read_release(objects, names[0])
    steps = [_read_step(objects, name) for name in names[1:] if not name.endswith(f"-{_CLOSED}.json")]
    ends = [name for name in names if name.endswith(f"-{_CLOSED}.json")]
    if ends:
        release = _read_release(objects, ends[-1])
    return replace(release, steps=tuple(sorted(steps, key=lambda step: step.number)))


def unfinished(objects: Objects, region: str, service: str) -> Release | None:
    """Return the newest release of a service where it was begun and never closed, with its steps.

    Raises:
        CloudError: the bucket cannot be read, or an object in it is damaged.
    """
    names = objects.list(f"history/{region}/{service}/")
    if not names:
        return None
    ids = {_id_of(name) for name in names}
    for id in sorted((id for id in ids if id[:_MOMENT] == max(ids)[:_MOMENT]), reverse=True):
        found = None if f"history/{region}/{service}/{id}.json" in names else read_release(objects, id)
        if found is not None and found.outcome is Outcome.OPEN:
            return found
    return None


def history(
    objects: Objects, region: str = "", service: str = "", limit: int | None = None
) -> tuple[Release, ...]:
    """Return releases without their steps, the newest first: of one service, or of all.

    It costs one listing, and one reading for each release that is returned or of the same second as the last of them.

    Raises:
        CloudError: the bucket cannot be read, or an object in it is damaged.
    """
    prefix = f"history/{region}/{service}/" if region and service else "history/"
    told: dict[str, str] = {}
    for name in objects.list(prefix):
        if not service or name.split("/")[2] == service:
            key = name.removesuffix(".json").removesuffix(".begun")
            if told.get(key, ".begun.json").endswith(".begun.json"):
                told[key] = name
    newest = sorted(told.values(), key=lambda name: (_id_of(name), name), reverse=True)
    if limit is not None and limit < len(
        newest
    ):  # of one second, all are read: which came last only they tell
        second = _id_of(newest[limit - 1])[:_MOMENT]
        newest = [name for name in newest if _id_of(name)[:_MOMENT] >= second]
    with ThreadPoolExecutor(8) as pool:
        read = pool.map(lambda name: _told(objects, name), newest)
        by_time = sorted(read, key=lambda one: (one.id[:_MOMENT], one.began, one.id), reverse=True)
    return tuple(by_time[:limit])


def _told(objects: Objects, name: str) -> Release:
    """A release that was killed between its last object and the history's is closed all the same; and what is damaged
    in the history is there once more among the steps.
    """
    try:
        release = _read_release(objects, name)
    except CloudError as error:
        found = read_release(objects, _id_of(name)) if error.kind == "refused" else None
        if found is None or found.outcome is Outcome.OPEN:
            raise
        return replace(found, steps=())
    if release.outcome is Outcome.OPEN:
        found = read_release(objects, release.id)
        return replace(found, steps=()) if found else release
    return release


def _history(release: Release) -> str:
    return f"history/{release.region}/{release.service}/{release.id}"


def _id_of(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]


def _create(objects: Objects, name: str, content: bytes, metadata: Mapping[str, str] | None = None) -> None:
    """Create an object; one that is there with the same content was created by a request whose answer was lost."""
    try:
        objects.put(name, content, when=ABSENT, metadata=metadata)
    except CloudError as error:
        if error.kind != "conflict":
            raise
        stored = objects.get(name)
        if stored is None or stored.content != content:
            raise


def _as_bytes(release: Release) -> bytes:
    values = asdict(replace(release, steps=()))
    values |= {"began": release.began.isoformat(), "ended": release.ended and release.ended.isoformat()}
    del values["steps"]
    return json.dumps({"schema": 1, **values}).encode()


def _read_release(objects: Objects, name: str) -> Release:
    values = _values(objects, name)
    try:
        return Release(
            **{
                **{key: value for key, value in values.items() if key in _KEPT},
                "began": datetime.fromisoformat(values["began"]),
                "ended": datetime.fromisoformat(values["ended"]) if values.get("ended") else None,
                "outcome": Outcome(values["outcome"]),
                "overrides": tuple((str(what), str(why)) for what, why in values["overrides"]),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(name, _WHAT, error) from error


def _read_step(objects: Objects, name: str) -> StepRecord:
    values = _values(objects, name)
    try:
        return StepRecord(
            int(values["number"]),
            str(values["step"]),
            datetime.fromisoformat(values["at"]),
            {str(key): str(value) for key, value in values["facts"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(name, _WHAT, error) from error


def _values(objects: Objects, name: str) -> dict[str, Any]:
    stored = objects.get(name)
    return values_of(name, stored.content if stored else b"", _WHAT)
