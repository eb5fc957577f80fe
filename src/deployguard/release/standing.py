"""How a service stands, in what a release must not change unless it says so: compared before and after."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from deployguard.model.errors import CloudError
from deployguard.model.live import LiveRevision, LiveService


@dataclass(frozen=True, slots=True)
class Standing:
    """The revision that serves most (`base`, "" for none), the shares of all, and what a new revision is made from.

    That is the template, which is not always what serves: others may have changed it, and the plan has said so.
    `settings` are texts by the names that the configuration has for them. `env` are names. `invokers` is None where
    they could not be read. `generation` is that of the Cloud Run service.
    """

    exists: bool = False
    base: str = ""
    shares: tuple[tuple[str, int], ...] = ()
    env: tuple[str, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    invokers: tuple[str, ...] | None = None
    generation: int = 0
    commit: str = ""

    def as_text(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that differs and was not announced, with the command that undoes it."""

    what: str
    before: str
    after: str
    undo: str


def standing_of(live: LiveService | None, invokers: Collection[str] | None) -> Standing:
    """Return how a service stands; of several serving revisions, the one with most traffic speaks."""
    if live is None:
        return Standing()
    shares = tuple(
        sorted(
            ((one.name, live.percent(one.name)) for one in live.serving), key=lambda one: (-one[1], one[0])
        )
    )
    standing = Standing(
        exists=True,
        shares=shares,
        invokers=None if invokers is None else tuple(sorted(invokers)),
        generation=live.generation,
    )
    serving = next((one for one in live.serving if shares and one.name == shares[0][0]), None)
    return standing if serving is None else _with(standing, serving, live)


def _with(standing: Standing, serving: LiveRevision, live: LiveService) -> Standing:
    held = live.template
    texts: dict[str, object] = {
        "service-account": held.service_account,
        "memory": held.memory,
        "cpu": held.cpu,
        "concurrency": held.concurrency,
        "timeout": held.timeout,
        "min-instances": held.min_instances,
        "max-instances": held.max_instances,
        "vpc": held.vpc,
        "ingress": live.ingress,
    }
    return replace(
        standing,
        base=serving.name,
        env=held.env,
        secrets=held.secrets,
        settings=tuple((name, "" if value is None else str(value)) for name, value in texts.items()),
        commit=serving.stamp.commit,
    )


def read_standing(text: str) -> Standing:
    """Read what `as_text` wrote; an empty text is no service.

    Raises:
        CloudError: the text is damaged.
    """
    try:
        values = json.loads(text or "{}")
        pairs = {name: tuple(map(tuple, values.get(name, ()))) for name in ("shares", "secrets", "settings")}
        invokers = values.get("invokers")
        return Standing(
            **{
                **values,
                **pairs,
                "env": tuple(values.get("env", ())),
                "invokers": None if invokers is None else tuple(invokers),
            }
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise CloudError(
            "refused", f"the journal tells how the service stood before, and that is damaged ({error})"
        ) from error


def expected(
    before: Standing, env: Collection[str], secrets: Mapping[str, str], announced: Collection[str]
) -> tuple[Standing, frozenset[str]]:
    """Return how the service is to stand after `env` and `secrets` are merged; `announced` settings may differ."""
    after = replace(
        before,
        env=tuple(sorted({*before.env, *env, *(name for name in secrets if not name.startswith("/"))})),
        secrets=tuple(sorted({**dict(before.secrets), **secrets}.items())),
    )
    return after, frozenset(announced)


def differences(
    service: str, region: str, wanted: Standing, found: Standing, announced: Collection[str] = ()
) -> Iterator[Difference]:
    """Yield what differs from what is wanted, apart from the settings that were announced."""
    back = f"deployguard rollback {service}{f' {wanted.base}' if wanted.base else ''}"
    for what, was, now in (
        ("env", frozenset(wanted.env), frozenset(found.env)),
        ("secrets", frozenset(_texts(wanted.secrets)), frozenset(_texts(found.secrets))),
    ):
        if was != now:
            yield Difference(what, _names(was - now, "-"), _names(now - was, "+"), back)
    held = dict(found.settings)
    for name, value in wanted.settings:
        if name not in announced and held.get(name, "") != value:
            yield Difference(name, value, held.get(name, ""), _command(service, region, name, value, back))
    if wanted.invokers is not None and found.invokers is not None:
        for member in sorted({*wanted.invokers} ^ {*found.invokers}):
            lost = member in wanted.invokers
            verb = "add" if lost else "remove"
            undo = (
                f"gcloud run services {verb}-iam-policy-binding {service} --region={region} "
                f"--member={member} --role=roles/run.invoker"
            )
            yield Difference("invokers", member if lost else "", "" if lost else member, undo)


def _command(service: str, region: str, name: str, value: str, back: str) -> str:
    """Ingress belongs to the service, and no revision brings it back."""
    return (
        f"gcloud run services update {service} --region={region} --ingress={value}"
        if name == "ingress"
        else back
    )


def _texts(pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    return (f"{name}={reference}" for name, reference in pairs)


def _names(names: frozenset[str], sign: str) -> str:
    return " ".join(f"{sign}{name}" for name in sorted(names))
