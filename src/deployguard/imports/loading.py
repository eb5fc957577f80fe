"""Modules by name: from the artifact or, where it lacks one, from the repository."""

from __future__ import annotations

from collections import deque

from deployguard.imports.closure import Module, Reading
from deployguard.imports.elsewhere import Elsewhere, FoundElsewhere
from deployguard.imports.facts import ModuleFacts, Site
from deployguard.imports.finder import Finder, Found
from deployguard.imports.naming import absolute_name, under
from deployguard.model.artifact import Artifact
from deployguard.source.tree import SourceTree

_ALWAYS_DEFINED = {
    "__name__", "__file__", "__doc__", "__path__", "__package__", "__loader__", "__spec__", "__dict__", "__all__",
    "__builtins__", "__cached__", "__annotations__",
}  # fmt: skip


class Loader:
    """Loads each module once; `waiting` holds those whose own imports nobody has followed yet."""

    def __init__(
        self, tree: SourceTree, artifact: Artifact, source: str, reading: Reading, roots: tuple[str, ...]
    ) -> None:
        self.artifact = artifact
        self.reading = reading
        self.finder = Finder(artifact.files, roots)
        self.elsewhere = Elsewhere(tree, artifact, source)
        self.modules: dict[str, Module] = {}
        self.waiting: deque[Module] = deque()

    def load(self, found: Found) -> Module:
        """Load a module that the artifact holds."""
        known = self.modules.get(found.name)
        if known is not None and (known.present or known.file == found.file):
            return known
        file = self.artifact.files[found.file] if found.file is not None else None
        facts = self.facts(file.blob) if file and found.file and found.file.endswith(".py") else None
        elsewhere = self.elsewhere.folders_for(found.folders)
        origin, blob = (file.origin, file.blob) if file else ("", "")
        return self._add(Module(found.name, found.file, origin, facts, blob, found.folders, elsewhere))

    def load_elsewhere(self, dotted: str, found: FoundElsewhere, wanted: str) -> Module:
        """Load the repository's copy of a module that the artifact lacks."""
        blob = found.entry.blob if found.entry is not None else ""
        facts = self.facts(blob) if blob else None
        here = self.finder.find(dotted)
        folders = here.folders if here else ()
        return self._add(
            Module(dotted, None, found.path or "", facts, blob, folders, found.folders, wanted, present=False)
        )

    def find_elsewhere(self, dotted: str) -> FoundElsewhere | None:
        """Look for a module in the repository, beside where its package comes from."""
        parent, _, name = dotted.rpartition(".")
        folders = self.modules[parent].elsewhere if parent in self.modules else ()
        return self.elsewhere.find(
            name, folders if parent else self.elsewhere.top_folders(self.finder.roots, name)
        )

    def wanted_at(self, dotted: str, found: FoundElsewhere | None) -> str:
        """Return the path in the artifact where a missing module should be."""
        parent, _, name = dotted.rpartition(".")
        tail = name + ("/__init__.py" if found and found.folders else ".py")
        above = self.modules.get(parent)
        if above is not None and above.folders:
            return under(above.folders[0], tail)
        root = self.finder.roots[0] if self.finder.roots else ""
        return under(root, "/".join([*dotted.split(".")[:-1], tail]))

    def cause(self, wanted: str, found: FoundElsewhere) -> str:
        """Tell why a module that the repository has is not in the artifact."""
        if wanted in self.artifact.ignored:
            return "ignored"
        untracked = found.entry is not None and not found.entry.tracked
        return "untracked" if untracked or self.elsewhere.lies_untracked(wanted) else "absent"

    def defines(self, module: Module, name: str) -> bool:
        """Tell whether a module has an attribute, or may have: what cannot be listed counts as defined.

        Modules may take everything from each other in circles: each is asked once.
        """
        asked, waiting = {module.name}, [module]
        while waiting:
            one = waiting.pop()
            if one.facts is None:
                return one.file is not None or bool(one.origin)
            if one.facts.open or name in one.facts.defined or name in _ALWAYS_DEFINED:
                return True
            for site in one.facts.sites:
                if site.names == ("*",):
                    target = self._star_target(one, site)
                    if target is None:
                        return True
                    if target.name not in asked and _hands_on(target, name):
                        asked.add(target.name)
                        waiting.append(target)
        return False

    def _star_target(self, module: Module, site: Site) -> Module | None:
        """Return the module that `from module import *` takes from; None where its names cannot be listed."""
        dotted = absolute_name(module, site)
        if dotted is None or dotted in self.modules:
            return self.modules[dotted] if dotted else None
        found = self.finder.find(dotted)
        return None if found is None or found.is_namespace else self.load(found)

    def facts(self, blob: str) -> ModuleFacts | None:
        facts = self.reading.facts(blob)
        return facts if isinstance(facts, ModuleFacts) else None

    def _add(self, module: Module) -> Module:
        self.modules[module.name] = module
        self.waiting.append(module)
        return module


def _hands_on(module: Module, name: str) -> bool:
    """Tell whether `from module import *` can bind a name: one that begins with `_` only by `__all__`."""
    if module.facts is None or not name.startswith("_"):
        return True
    return module.facts.open or "__all__" in module.facts.defined
