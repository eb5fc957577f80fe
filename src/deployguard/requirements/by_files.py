"""The verdict on an import where the very files that get installed are known."""

from __future__ import annotations

from deployguard.requirements.environment import Environment
from deployguard.requirements.names import begins_with, named_after, prefixes
from deployguard.requirements.provided import NotKnown, Provided, Undeclared
from deployguard.requirements.resolving.files import InstalledFiles


def judge_by_files(here: Environment, files: InstalledFiles, module: str) -> Provided:
    """Tell where a module comes from; certain, unless a distribution or a part of the declared set could not be read."""
    return (
        here.best(files.having(module, here.providers.providers_of(module)))
        or _in_parent(here, files, module)
        or _by_name(here, files, module)
        or here.as_tool(module)
        or _doubt(here, files, module)
        or Undeclared(here.candidates(module))
    )


def _in_parent(here: Environment, files: InstalledFiles, module: str) -> Provided | None:
    """A module without a file of its own may still be made at run time by the package, or module, above it."""
    parents = prefixes(module.rpartition(".")[0])
    parent = next((each for each in parents if files.having(each)), None)
    if parent is None or files.is_namespace(parent):
        return None
    if not files.is_package(parent):
        return here.best(files.having(parent))
    owners = here.providers.providers_of(module)
    if owners and not any(name in here.chains for name in owners):
        return None
    holder = files.having(parent)[0]
    reason = (
        f"{holder} {files.version(holder)} has {parent}, but no file for {module}: it may make it at run time"
    )
    return NotKnown(reason, (holder,))


def _by_name(here: Environment, files: InstalledFiles, module: str) -> Provided | None:
    """What has no readable file list provides what the map says, or what it is named after."""
    blind = [name for name in here.chains if name in files.unread or name not in files.chains]
    owners = [name for name in here.providers.providers_of(module) if name in blind]
    named = [name for part in prefixes(module) for name in blind if named_after(name, part)]
    return here.best(owners or named or [name for name in blind if begins_with(name, module)])


def _doubt(here: Environment, files: InstalledFiles, module: str) -> NotKnown | None:
    for reason in files.unasked:
        return NotKnown(reason, (), here.candidates(module))
    for name, reason in sorted(files.unread.items()):
        return NotKnown(f"the files of {name} are not known: {reason}", (name,), here.candidates(module))
    return None
