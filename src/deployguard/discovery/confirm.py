"""Completes what was discovered by what the files of the repository say of its deploys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from deployguard.config.faults import misshapen
from deployguard.config.forms import RUNTIMES
from deployguard.config.schema_services import TRIGGER
from deployguard.discovery.deploys import Deploy, deploys_of
from deployguard.discovery.discover import Discovered, is_passed_over, named_in, nearest_runtime, parts_of
from deployguard.discovery.located import located
from deployguard.discovery.naming import is_free, service_name
from deployguard.discovery.runs import with_runs
from deployguard.discovery.staged_images import with_staged
from deployguard.discovery.staging import staged
from deployguard.discovery.targets import Target
from deployguard.model.runtime import Runtime
from deployguard.source.tree import SourceTree


def confirmed(tree: SourceTree, found: tuple[Discovered, ...]) -> tuple[Discovered, ...]:
    """Complete what was discovered by what deploy scripts say; a folder that they deploy twice is two services.

    A folder that they deploy is a function, whatever its code looks like; what only its main.py hands out is none.
    """
    written = located(tree, deploys_of(tree))
    deploys = tuple(deploy for deploy in written if deploy.kind == "function")
    found = with_runs(tree, found, written)
    result: list[Discovered] = []
    matched = _matched(tree, found, deploys)
    taken = frozenset(one.name for one, _ in matched)
    for one, matching in matched:
        for number, deploy in enumerate(matching):
            others = taken - {one.name} if number == 0 else taken
            name = deploy.name if is_free(deploy.name, others) else ""
            if name or number == 0:
                result.append(_completed(one, deploy, name or one.name))
                taken |= {result[-1].name}
        result += [] if matching else [one]
    return with_staged(tree, staged(tree, tuple(result)))


def _matched(
    tree: SourceTree, found: tuple[Discovered, ...], deploys: tuple[Deploy, ...]
) -> list[tuple[Discovered, tuple[Deploy, ...]]]:
    """Join everything deployable with its deploys, without the undeployed parts of a function that is deployed."""
    every = [
        (one, _matching(one, deploys) if one.kind == "function" else ())
        for one in _with_others(tree, found, deploys)
    ]
    parts = frozenset[str]().union(*(parts_of(tree, one.folder) for one, matching in every if matching))
    return [
        (one, matching)
        for one, matching in every
        if matching or one.kind != "function" or one.folder not in parts
    ]


def _with_others(
    tree: SourceTree, found: tuple[Discovered, ...], deploys: tuple[Deploy, ...]
) -> Iterator[Discovered]:
    """Yield what was found, with every name that a main.py binds, and then the other folders that a deploy names."""
    known = {one.folder for one in found if one.kind == "function"}
    taken = frozenset(one.name for one in found)
    for one in found:
        yield replace(one, bound=named_in(tree, one.folder)) if one.kind == "function" else one
    others = {folder for deploy in deploys for folder in deploy.folders} - known
    for folder in sorted(folder for folder in others if not folder.startswith(("/", ".."))):
        bound = () if is_passed_over(tree, folder) else named_in(tree, folder)
        one = Discovered("", "function", folder, bound=bound, runtime=nearest_runtime(tree, folder))
        if any(deploy.flag("entry-point") for deploy in _matching(one, deploys)):
            name = service_name(folder.strip("."), taken)
            taken |= {name}
            yield replace(one, name=name)


def _matching(one: Discovered, deploys: tuple[Deploy, ...]) -> tuple[Deploy, ...]:
    """The deploys of a folder, one for each entry point; one whose entry point is not in main.py is another's.

    Without --entry-point, gcloud calls the function of the deployed name (`gcloud functions deploy --help`).
    """
    names = {target.name for target in (*one.targets, *one.bound)}
    fitting: dict[str, Deploy] = {}
    for deploy in deploys:
        entry = deploy.flag("entry-point") or (deploy.name if deploy.name in names else "")
        if one.folder in deploy.folders and (entry in names or not entry):
            fitting.setdefault(entry, deploy)
    return tuple(deploy for entry, deploy in fitting.items() if entry or len(fitting) == 1)


def _completed(one: Discovered, deploy: Deploy, name: str) -> Discovered:
    where = f"as {deploy.script}:{deploy.line} deploys it"
    also = f", by the name {deploy.name}" if deploy.name and deploy.name != name else ""
    runtime = Runtime.named(deploy.flag("runtime")) if deploy.flag("runtime") in RUNTIMES else one.runtime
    return replace(
        one,
        name=name,
        targets=_first(one, deploy.flag("entry-point") or deploy.name),
        runtime=runtime,
        trigger=_trigger(deploy),
        notes=(*one.notes, where + also),
    )


def _first(one: Discovered, entry: str) -> tuple[Target, ...]:
    known = {target.name: target for target in (*one.bound, *one.targets)}
    chosen = [known[entry]._replace(marked=True)] if entry in known else []
    return (*chosen, *(target for target in one.targets if target.name != entry))


def _trigger(deploy: Deploy) -> tuple[tuple[str, str], ...]:
    filters = dict(
        part.partition("=")[::2]
        for text in deploy.flags.get("trigger-event-filters", ())
        for part in text.split(",")
    )
    event, resource = (
        deploy.flag("trigger-event"),
        deploy.flag("trigger-resource"),
    )  # the first generation's words
    given = {
        "topic": deploy.flag("trigger-topic") or (resource if ".pubsub." in event else ""),
        "bucket": (deploy.flag("trigger-bucket") or (resource if ".storage." in event else "")).removeprefix(
            "gs://"
        ),
        "event-type": filters.get("type", "") or event,
    }
    known = tuple((key, value) for key, value in given.items() if value and "$" not in value)[:1]
    if any(misshapen(TRIGGER, dict(known), (), {})):
        return ()
    return known or ((("http", ""),) if "trigger-http" in deploy.flags else ())
