"""What runs, as read from Google Cloud: values of environment variables are never kept, only their names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a revision says of its own origin.

    `commit` may be abbreviated where another tool wrote it; "" is none. `built` is timezone-aware. `release` is the
    id of the release that made it, "" where another tool did. `labelled` is the commit that the labels name, a copy that
    should agree.
    """

    commit: str = ""
    fingerprint: str = ""
    built: datetime | None = None
    dirty: bool = False
    release: str = ""
    labelled: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a revision runs, in texts that can be compared and shown.

    `env` are names alone; `values` pairs those of plain variables with what stands for their value
    (model.digests), where it could be told. `secrets` pairs a variable or mount path with `SECRET:VERSION`. `vpc` is "" for none.
    `timeout` is in seconds; None stands for what the platform chooses.
    """

    image: str = ""
    service_account: str = ""
    env: tuple[str, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    memory: str = ""
    cpu: str = ""
    concurrency: int | None = None
    timeout: int | None = None
    min_instances: int | None = None
    max_instances: int | None = None
    vpc: str = ""
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class LiveRevision:
    """A revision. `ready` is None while it is not decided; `reason` says why it is not ready."""

    name: str
    created: datetime | None = None
    ready: bool | None = None
    reason: str = ""
    stamp: Stamp = Stamp()
    settings: Settings = Settings()


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the traffic: of a revision by name, `percent` of the requests, and a tag ("" for none).

    `latest`: it follows whichever revision is the latest ready one.
    """

    revision: str
    percent: int
    tag: str = ""
    latest: bool = False
    uri: str = ""


@dataclass(frozen=True, slots=True)
class LiveService:
    """A Cloud Run service, those under second-generation functions included.

    `name` is the short name. `traffic` is what is observed, not what is asked for, and every share has its revision
    resolved. `serving` are the revisions of its shares that get requests, most first. `ingress` is in the words of
    gcloud, such as `internal`. `function` names the function that lies over it. `template_stamp` is that of the newest
    revision, whether it serves or not. `etag` belongs to this reading. `uid` is the key of `Settings.values`: it is
    never written anywhere.
    """

    name: str
    region: str
    uri: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    latest_created: str = ""
    latest_ready: str = ""
    failed: str = ""
    ingress: str = ""
    traffic: tuple[Share, ...] = ()
    serving: tuple[LiveRevision, ...] = ()
    template: Settings = Settings()
    template_stamp: Stamp = Stamp()
    modifier: str = ""
    function: str = ""
    generation: int = 0
    etag: str = ""
    uid: str = field(default="", repr=False)

    def percent(self, revision: str) -> int:
        """Return the part of the requests that a revision gets, in percent."""
        return sum(share.percent for share in self.traffic if share.revision == revision)

    @property
    def left_by(self) -> str:
        """The release that made the newest revision, where that gets no requests; "" where others made it.

        Labels come along when others change a service, so that the label alone does not tell: a release makes one
        revision, and names it, but where a function lies over it.
        """
        release = self.template_stamp.release
        serving = {each.stamp.release for each in self.serving if each.name != self.latest_created}
        is_ours = self.latest_created.endswith(release) or bool(self.function)
        return release if is_ours and not self.percent(self.latest_created) and release not in serving else ""


@dataclass(frozen=True, slots=True)
class LiveFunction:
    """A second-generation function. `service` is the short name of the Cloud Run service under it.

    `source` is `BUCKET/OBJECT#GENERATION` of what was built. `state` is the API's word, such as `ACTIVE`, `FAILED`.
    """

    name: str
    region: str
    state: str = ""
    reason: str = ""
    service: str = ""
    runtime: str = ""
    entry_point: str = ""
    source: str = ""
    trigger_topic: str = ""
    trigger_account: str = ""
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Blind:
    """Something that could not be asked: which region and API, and the cause in words that say what to do."""

    region: str
    api: str
    reason: str


@dataclass(frozen=True, slots=True)
class Live:
    """All that runs in the regions that were asked; `blind` names what could not be seen."""

    project: str
    regions: tuple[str, ...]
    services: tuple[LiveService, ...] = ()
    functions: tuple[LiveFunction, ...] = ()
    blind: tuple[Blind, ...] = ()
    calls: int = field(default=0, compare=False)
