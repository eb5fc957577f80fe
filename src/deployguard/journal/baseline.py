"""The state that the last release left, for whoever asks later whether somebody else changed it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from deployguard.journal.objects import Objects
from deployguard.journal.reading import damaged, values_of
from deployguard.model.baseline import Baseline

_FOLDER, _WHAT = "baselines/", "the state that a release left"


def write_baseline(objects: Objects, region: str, service: str, baseline: Baseline) -> None:
    """Keep what a release left; the one before is replaced: the journal has it too.

    Raises:
        CloudError: it could not be written.
    """
    values = {"schema": 1, **asdict(baseline), "at": baseline.at and baseline.at.isoformat()}
    metadata = {"release": baseline.release, "revision": baseline.revision, "image": baseline.image}
    objects.put(_name(region, service), json.dumps(values).encode(), metadata=metadata)


def read_baseline(objects: Objects, region: str, service: str) -> Baseline | None:
    """Return what the last release of a service left, None where there was none. One reading.

    Raises:
        CloudError: it cannot be read, or is damaged.
    """
    stored = objects.get(_name(region, service))
    if stored is None:
        return None
    values = values_of(stored.name, stored.content, _WHAT)
    try:
        return Baseline(
            release=str(values["release"]),
            revision=str(values["revision"]),
            image=str(values["image"]),
            env=tuple(map(str, values["env"])),
            secrets=tuple((str(name), str(reference)) for name, reference in values["secrets"]),
            labels=tuple((str(name), str(value)) for name, value in values["labels"]),
            at=datetime.fromisoformat(values["at"]) if values["at"] else None,
            values=tuple((str(name), str(digest)) for name, digest in values.get("values", ())),
            key=str(values.get("key", "")),
            left=str(values.get("left", "")),
            why=str(values.get("why", "")),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(stored.name, _WHAT, error) from error


def kept_baselines(objects: Objects) -> frozenset[tuple[str, str]]:
    """Return region and name of each service that a release left in some state. One listing.

    Raises:
        CloudError: the objects cannot be listed.
    """
    places = (name.removesuffix(".json").split("/") for name in objects.list(_FOLDER))
    return frozenset((place[1], place[2]) for place in places if len(place) == 3)


def _name(region: str, service: str) -> str:
    return f"{_FOLDER}{region}/{service}.json"
