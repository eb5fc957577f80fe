"""What deploy scripts say of a function: its deployed name, entry point, runtime and trigger.

Only literal words count: a word with a variable that the same file does not set to a literal is not known.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from deployguard.config.discover import Discovered
from deployguard.config.faults import misshapen
from deployguard.config.forms import FUNCTION_NAME, RUNTIMES
from deployguard.config.merge import DEFAULTS
from deployguard.config.schema_services import TRIGGER
from deployguard.config.script import expanded, lines_of, scripts_of
from deployguard.config.targets import Target
from deployguard.model.runtime import Runtime
from deployguard.source.tree import SourceTree

_DEPLOY = re.compile(r"\bgcloud\s+(?:(?:beta|alpha)\s+)?functions\s+deploy\s+(?P<rest>.*)")
_ENTER = re.compile(r"""\s*(?:cd|pushd)\s+["']?(?P<folder>[^"'\s;&|]+)""")


@dataclass(frozen=True, slots=True)
class Deploy:
    """One `gcloud functions deploy`, in line `line` of `script`; `folders` are where its source may be."""

    name: str
    flags: Mapping[str, tuple[str, ...]]
    folders: tuple[str, ...]
    script: str
    line: int

    def flag(self, name: str) -> str:
        """The last value of a flag; empty when it is not given, or not literal."""
        value = self.flags.get(name, ("",))[-1]
        return "" if "$" in value else value


def confirmed(tree: SourceTree, found: tuple[Discovered, ...]) -> tuple[Discovered, ...]:
    """Complete what was discovered by what deploy scripts say; a folder that they deploy twice is two services."""
    deploys = tuple(deploys_of(tree))
    taken = frozenset(one.name for one in found)
    result: list[Discovered] = []
    for one in found:
        matching = _matching(one, deploys) if one.kind == "function" else ()
        for number, deploy in enumerate(matching):
            name = _name(deploy, taken - {one.name} if number == 0 else taken)
            if name or number == 0:
                result.append(_completed(one, deploy, name or one.name))
                taken |= {result[-1].name}
        result += [] if matching else [one]
    return tuple(result)


def deploys_of(tree: SourceTree) -> Iterator[Deploy]:
    """Yield each deploy command of the scripts in a tree, in the order of paths and lines."""
    for path, text in scripts_of(tree, b"functions"):
        yield from deploys_in(path, text)


def deploys_in(path: str, text: str) -> Iterator[Deploy]:
    """Yield each deploy command of a script, in the order of lines."""
    home = posixpath.dirname(path)
    bases: tuple[str, ...] = ("", home)
    for line in lines_of(text):
        if match := _DEPLOY.search(line.text):
            words = line.words(match["rest"])
            yield from [_deploy(words, bases, path, line.number)] if words else []
        if match := _ENTER.match(line.text):
            folder = expanded(match["folder"], line.values).strip("\"'")
            bases = tuple(dict.fromkeys(_joined(base, folder) for base in ("", home)))


def _deploy(words: list[str], bases: tuple[str, ...], script: str, number: int) -> Deploy:
    name = words[0] if not words[0].startswith("-") else ""
    flags = _flags(words)
    source = flags.get("source", ("",))[-1]
    folders = tuple(_joined(base, source) for base in bases) if "$" not in source else ()
    return Deploy("" if "$" in name else name, flags, folders, script, number)


def _flags(words: list[str]) -> dict[str, tuple[str, ...]]:
    flags: dict[str, tuple[str, ...]] = {}
    for at, word in enumerate(words):
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            following = words[at + 1] if at + 1 < len(words) else ""
            given = value if equals or following.startswith("-") else following
            flags[name] = (*flags.get(name, ()), given)
    return flags


def _joined(base: str, folder: str) -> str:
    return posixpath.normpath(posixpath.join(base or ".", folder or "."))


def _matching(one: Discovered, deploys: tuple[Deploy, ...]) -> tuple[Deploy, ...]:
    """The deploys of a folder, one for each entry point; one whose entry point is not in main.py is another's.

    Without --entry-point, gcloud calls the function of the deployed name (`gcloud functions deploy --help`).
    """
    names = {target.name for target in one.targets}
    fitting: dict[str, Deploy] = {}
    for deploy in deploys:
        entry = deploy.flag("entry-point") or (deploy.name if deploy.name in names else "")
        if one.folder in deploy.folders and (entry in names or not entry):
            fitting.setdefault(entry, deploy)
    return tuple(deploy for entry, deploy in fitting.items() if entry or len(fitting) == 1)


def _name(deploy: Deploy, taken: frozenset[str]) -> str:
    is_valid = re.fullmatch(FUNCTION_NAME, deploy.name) and deploy.name not in taken | {DEFAULTS}
    return deploy.name if is_valid else ""


def _completed(one: Discovered, deploy: Deploy, name: str) -> Discovered:
    where = f"as {deploy.script}:{deploy.line} deploys it"
    also = f", by the name {deploy.name}" if deploy.name and deploy.name != name else ""
    runtime = Runtime.named(deploy.flag("runtime")) if deploy.flag("runtime") in RUNTIMES else one.runtime
    return replace(
        one,
        name=name,
        targets=_first(one.targets, deploy.flag("entry-point") or deploy.name),
        runtime=runtime,
        trigger=_trigger(deploy),
        notes=(*one.notes, where + also),
    )


def _first(targets: tuple[Target, ...], entry: str) -> tuple[Target, ...]:
    chosen = [target._replace(marked=True) for target in targets if target.name == entry]
    return (*chosen, *(target for target in targets if target.name != entry))


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
