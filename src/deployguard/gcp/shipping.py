"""Shipping a revision of a Cloud Run service without traffic, and moving traffic by the names of revisions.

Every write is a reading, changed and sent back with its etag over gRPC, so that fields which this program does not know
survive; a change by somebody else in between is read again, never overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deployguard.gcp import revision_template as template
from deployguard.gcp.connection import Connection
from deployguard.gcp.ingress import ingress_number
from deployguard.gcp.names import short
from deployguard.gcp.operations import RUN, named
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import ONCE, patiently
from deployguard.gcp.services import Services
from deployguard.gcp.shares import BY_NAME, LATEST, send, shares_of
from deployguard.model.errors import CloudError
from deployguard.model.stamp_names import StampNames

_CONFLICTS = 5


@dataclass(frozen=True, slots=True)
class ShipRun:
    """A revision to be made.

    `env` are plain values and `secrets` pairs a variable, or a file (`/path/name`), with `SECRET:VERSION`; both are
    merged: what they do not name survives. `labels` go on the service and on the revision. `settings` are the keys of
    `[services.NAME.settings]`. `revision` is the full name of the new revision (at most 63 characters, beginning with
    the service's name and a hyphen), `tag` its tag (at most 46 characters together with the service's name), "" for none.
    `serving` is a revision that must be getting requests when this is sent, "" where nothing serves yet; `generation` is
    the one that the service must be at, 0 for whichever.
    """

    service: str
    region: str
    image: str
    revision: str
    tag: str
    serving: str = ""
    generation: int = 0
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict, repr=False)


def ship_run(connection: Connection, spec: ShipRun) -> str:
    """Ask for a new revision that gets its tag and no requests; return the operation, for `operations.wait`.

    What serves keeps serving, pinned by name, in the shares it has. A first revision cannot be kept from the traffic
    (Cloud Run has nothing else to send it to): a new service has no invoker binding, so nobody reaches it before one is
    added. Asked for twice, it makes one revision.

    Raises:
        CloudError: kind `refused` when something else serves than `serving`, or at another generation; `conflict` when a revision of that name
            exists already and is not the latest.
    """
    return patiently(lambda: _shipped(connection, spec), connection.patience, conflicts=_CONFLICTS)


def set_traffic(
    connection: Connection,
    region: str,
    service: str,
    shares: Mapping[str, int],
    tags: Mapping[str, str] | None = None,
) -> str:
    """Give each revision its percentage, by name, and `tags` (tag: revision) theirs; return the operation.

    The percentages add up to 100. Tags that are not named stay.

    Raises:
        CloudError: kind `missing` when there is no such service or revision.
    """

    def move() -> str:
        raw = _existing(connection, region, service)
        send(raw, shares, tags or {})
        return _update(connection, raw, "moving the traffic of", ("traffic",))

    return patiently(move, connection.patience, conflicts=_CONFLICTS)


def shift_traffic(
    connection: Connection, region: str, service: str, shares: Mapping[str, int], generation: int
) -> str:
    """Give each revision its percentage, as `set_traffic` does, where the service is still at `generation`.

    Raises:
        CloudError: kind `refused` when somebody else changed the service, `missing` when it is not there.
    """

    def move() -> str:
        raw = _existing(connection, region, service)
        if raw.generation != generation and _is_asked(raw, shares):
            return named(RUN, raw.name)  # moved before, but the answer was lost
        _at(raw, generation, "moving the traffic of")
        send(raw, shares, {})
        return _update(connection, raw, "moving the traffic of", ("traffic",))

    return patiently(move, connection.patience, conflicts=_CONFLICTS)


def pin_traffic(connection: Connection, region: str, service: str) -> str:
    """Name the revisions that serve, in the shares they have, so that no newer one takes over by itself; return the
    operation, "" where the traffic is by name already.

    Raises:
        CloudError: the service is not there, nothing of it serves, or the call failed.
    """

    def pin() -> str:
        raw = _existing(connection, region, service)
        shares = shares_of(raw)
        if not shares:
            raise CloudError("refused", f"no revision of {service} serves, so none can be kept serving")
        if not any(target.type_ == LATEST and target.percent for target in raw.traffic):
            return ""
        send(raw, shares, {})
        return _update(connection, raw, "pinning the traffic of", ("traffic",))

    return patiently(pin, connection.patience, conflicts=_CONFLICTS)


def remove_tag(connection: Connection, region: str, service: str, tag: str) -> str:
    """Take a tag away and leave all else as it is; return the operation, "" where there is no such tag.

    Raises:
        CloudError: the service is not there, or the call failed.
    """

    def remove() -> str:
        raw = _existing(connection, region, service)
        kept = [target for target in raw.traffic if target.tag != tag or target.percent]
        if not any(target.tag == tag for target in raw.traffic):
            return ""
        for target in kept:
            if target.tag == tag:
                target.tag = ""
        asked = [type(target).FromString(target.SerializeToString()) for target in kept]
        del raw.traffic[:]
        raw.traffic.extend(asked)
        return _update(connection, raw, f"removing the tag {tag} of", ("traffic",))

    return patiently(remove, connection.patience, conflicts=_CONFLICTS)


def _shipped(connection: Connection, spec: ShipRun) -> str:
    raw = Services(connection, StampNames()).raw(spec.region, spec.service)
    if raw is None:
        return _created(connection, spec)
    if short(raw.latest_created_revision) == spec.revision:
        return _tagged(connection, spec, raw)
    shares = shares_of(raw)
    if spec.serving not in (shares or {"": 100}):
        raise CloudError(
            "refused",
            f"shipping {spec.service}: {', '.join(sorted(shares)) or 'nothing'} serves now, and not "
            f"{spec.serving or 'nothing'} as planned; plan again",
        )
    _at(raw, spec.generation, "shipping")
    _fill(raw, spec)
    if shares:
        send(raw, shares, {spec.tag: spec.revision} if spec.tag else {})
    else:
        _to_the_first(raw, spec)
    return _update(connection, raw, "shipping a revision of")


def _created(connection: Connection, spec: ShipRun) -> str:
    from google.cloud import run_v2

    parent = f"projects/{connection.project}/locations/{spec.region}"
    request = run_v2.CreateServiceRequest.pb()(parent=parent, service_id=spec.service)
    _fill(request.service, spec)
    _to_the_first(request.service, spec)
    with refusals(f"creating the service {spec.service} in {spec.region}"):
        made = connection.client(run_v2.ServicesClient).create_service(
            run_v2.CreateServiceRequest.wrap(request), **ONCE
        )
    return named(RUN, made.operation.name)


def _tagged(connection: Connection, spec: ShipRun, raw: Any) -> str:
    """The revision is there, made by an earlier try: see to its tag, and give the service itself to wait for."""
    has_tag = any(each.tag == spec.tag and short(each.revision) == spec.revision for each in raw.traffic)
    if has_tag or not spec.tag or not shares_of(raw):
        return named(RUN, raw.name)
    send(raw, shares_of(raw), {spec.tag: spec.revision})
    return _update(connection, raw, f"tagging {spec.revision} of", ("traffic",))


def _fill(raw: Any, spec: ShipRun) -> None:
    raw.labels.update(spec.labels)
    raw.template.labels.update(spec.labels)
    raw.template.revision = spec.revision
    template.set_image(raw.template, spec.image)
    template.merge_env(raw.template, spec.env)
    template.merge_secrets(raw.template, spec.secrets)
    template.apply_settings(raw.template, spec.settings)
    if "ingress" in spec.settings:
        raw.ingress = ingress_number(spec.settings["ingress"])


def _to_the_first(raw: Any, spec: ShipRun) -> None:
    """Send all to the revision that comes. Its tag may name it before it is there, as `gcloud run deploy --tag` does."""
    del raw.traffic[:]
    raw.traffic.add(type_=LATEST, percent=100)
    if spec.tag:
        raw.traffic.add(type_=BY_NAME, revision=spec.revision, tag=spec.tag)


def _is_asked(raw: Any, shares: Mapping[str, int]) -> bool:
    """Tell whether these shares are asked for already, in force or not yet."""
    asked = {short(target.revision): target.percent for target in raw.traffic if target.percent}
    return asked == {revision: percent for revision, percent in shares.items() if percent}


def _at(raw: Any, generation: int, doing: str) -> None:
    """See to it that nobody has changed the service since it was looked at: a stale etag is read again, this is not."""
    if generation and raw.generation != generation:
        by = f" by {raw.last_modifier}" if raw.last_modifier else ""
        raise CloudError(
            "refused",
            f"{doing} {short(raw.name)}: the service was changed meanwhile{by} (generation {generation} became "
            f"{raw.generation})",
        )


def _existing(connection: Connection, region: str, service: str) -> Any:
    raw = Services(connection, StampNames()).raw(region, service)
    if raw is None:
        raise CloudError("missing", f"there is no service {service} in {region} of {connection.project}")
    return raw


def _update(connection: Connection, raw: Any, doing: str, mask: tuple[str, ...] = ()) -> str:
    from google.cloud import run_v2

    request = run_v2.UpdateServiceRequest.pb()(service=raw)
    request.update_mask.paths.extend(mask)
    with refusals(f"{doing} the service {short(raw.name)}"):
        asked = connection.client(run_v2.ServicesClient).update_service(
            run_v2.UpdateServiceRequest.wrap(request), **ONCE
        )
    return named(RUN, asked.operation.name)
