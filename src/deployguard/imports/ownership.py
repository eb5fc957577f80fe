"""Whose a module is: the repository's own, or a distribution's or the standard library's."""

from __future__ import annotations

from deployguard.imports.closure import Outside
from deployguard.imports.elsewhere import FoundElsewhere
from deployguard.imports.loading import Loader
from deployguard.model.stdlib import is_stdlib


class Ownership:
    """Tells whose a dotted name is, by what is loaded, what the artifact and the repository hold and what is outside."""

    def __init__(self, loader: Loader, outside: Outside) -> None:
        self.loader = loader
        self.finder = loader.finder
        self.artifact = loader.artifact
        self.outside = outside

    def is_outside(self, dotted: str) -> bool:
        """Tell what a distribution or the standard library provides from what is the repository's own."""
        top = dotted.partition(".")[0]
        local = self.finder.find(top)
        if is_stdlib(top, self.artifact.runtime):
            return self.artifact.launch.site_first or local is None or local.is_namespace
        if top in self.loader.modules:
            local_module = self.loader.modules[top]
            if not local_module.present or not local_module.is_package:
                return False
        if local is None:
            return not self._was_left_behind(dotted)
        if not local.is_namespace or self.finder.find(dotted) is not None:
            return False
        return self.outside.provides(dotted) is True or self.outside.knows(dotted)

    def _was_left_behind(self, dotted: str) -> bool:
        """Tell whether a module that the artifact lacks is the repository's, and no distribution's."""
        if self.outside.provides(dotted):
            return False
        first, found = self._find_from_the_top(dotted)
        if self.outside.knows(dotted):
            return "." in dotted and found is not None and found.path is not None
        if first is None:
            return self.loader.elsewhere.is_with_others(dotted.partition(".")[0])
        return first.path is not None or found is not None

    def lies_elsewhere(self, dotted: str) -> bool:
        """Tell whether the repository has this very module, and no distribution does."""
        _, found = self._find_from_the_top(dotted)
        return found is not None and found.path is not None and not self.outside.knows(dotted)

    def _find_from_the_top(self, dotted: str) -> tuple[FoundElsewhere | None, FoundElsewhere | None]:
        """Look in the repository for the first part of a name, and for all of it."""
        elsewhere = self.loader.elsewhere
        top = dotted.partition(".")[0]
        first = found = elsewhere.find(top, elsewhere.top_folders(self.finder.roots, top))
        for name in dotted.split(".")[1:]:
            found = elsewhere.find(name, found.folders) if found else None
        return first, found
