"""What a service starts: a file by its path, or a module by its name."""

from __future__ import annotations

from deployguard.imports.finder import Found
from deployguard.imports.loading import Loader
from deployguard.imports.naming import MAIN, prefixes


def entry_of(loader: Loader) -> str | None:
    """Load what the service starts and return its name; None when the artifact does not hold it."""
    launch, finder = loader.artifact.launch, loader.finder
    if launch.file is None:
        return _module(loader, launch.module) if launch.module else None
    if launch.file not in loader.artifact.files:
        return None
    folder = launch.file.rpartition("/")[0]
    found = Found(launch.module or MAIN, launch.file, (folder,) if launch.by == "functions-framework" else ())
    finder.declare(found)
    return loader.load(found).name


def _module(loader: Loader, dotted: str) -> str | None:
    found: Found | None = None
    for prefix in prefixes(dotted):
        found = loader.finder.find(prefix)
        if found is None:
            return None
        loader.load(found)
    if found is not None and loader.artifact.launch.runs_main and found.folders:
        main = loader.finder.find(f"{dotted}.__main__")
        return loader.load(main).name if main else None
    return None if found is None or found.is_namespace else dotted
