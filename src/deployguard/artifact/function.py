"""What arrives for a function: its folder with links dereferenced, and the folders staged beside it."""

from __future__ import annotations

from typing import NamedTuple

from deployguard.artifact.ignore import IgnoreRules, upload_rules
from deployguard.model.artifact import Artifact, ArtifactFile, Install, Launch
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.model.service import Service
from deployguard.source.links import Resolved, Unresolved, resolve
from deployguard.source.tree import SourceTree

ENTRY_FILE = "main.py"


class _Spot(NamedTuple):
    """A path while it is staged: by its place, where it really is, and where it arrives."""

    place: str
    real: str
    to: str

    def child(self, name: str) -> _Spot:
        return _Spot(*(f"{folder}/{name}" if folder else name for folder in self))


class Staging:
    """Collects the files of one artifact, folder by folder."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self.rules: IgnoreRules | None = None
        self.files: dict[str, ArtifactFile] = {}
        self.ignored: dict[str, tuple[str, Place]] = {}
        self.problems: list[Problem] = []

    def add(self, source: str, to: str, rules: IgnoreRules | None = None) -> None:
        """Stage what `source` (a folder or a file of the repository) holds at `to`, a path in the artifact (`.` its root)."""
        self.rules = rules
        self.arrive(_Spot(source, source, "" if to == "." else to), ())

    def child(self, spot: _Spot, above: tuple[str, ...]) -> None:
        ignored = self.rules.match(spot.to, self.tree.entry(spot.real) is None) if self.rules else None
        if ignored is not None:
            self.ignore(spot, ignored)
        else:
            self.arrive(spot, above)

    def arrive(self, spot: _Spot, above: tuple[str, ...]) -> None:
        found = resolve(self.tree, spot.real)
        if isinstance(found, Unresolved):
            self.problems.append(Problem(found.kind, spot.place, Place(found.link or spot.place), found.path))
        elif found.entry is not None:
            self.put(spot.to, ArtifactFile(spot.place, found.path, found.entry.mode, found.entry.blob))
        elif _contains_one_of(found.path, above):
            detail = f"it leads back to {found.path or 'the repository'}, which contains it"
            self.problems.append(Problem(ProblemKind.LINK_LOOP, spot.place, Place(spot.real), detail))
        else:
            inside = spot._replace(real=found.path)
            for name in self.tree.children(found.path):
                self.child(inside.child(name), (*above, found.path))

    def put(self, to: str, file: ArtifactFile) -> None:
        present = self.files.setdefault(to, file)
        if present.blob != file.blob:
            detail = f"{file.place} and {present.place} both arrive as {to}, and differ; {present.place} wins"
            self.problems.append(Problem(ProblemKind.COLLISION, file.place, Place(file.place), detail))

    def ignore(self, spot: _Spot, by: Place) -> None:
        found = resolve(self.tree, spot.real)
        if isinstance(found, Resolved) and found.entry is None:
            for path in self.tree.below(found.path):
                rest = path[len(found.path) :]
                self.ignored[spot.to + rest] = (path, by)
        else:
            self.ignored[spot.to] = (spot.real, by)


def _contains_one_of(folder: str, others: tuple[str, ...]) -> bool:
    return any(not folder or other == folder or other.startswith(f"{folder}/") for other in others)


def function_artifact(tree: SourceTree, service: Service) -> Artifact:
    """Assemble a function's artifact as deployguard ships it.

    Ignore files apply as gcloud applies them; `include` folders come after the function's own files, which win.
    """
    staging = Staging(tree)
    staging.add(service.source, "", upload_rules(tree, service.source))
    for include in service.include:
        staging.add(include.source, include.to)
    return Artifact(
        service=service.name,
        runtime=service.runtime,
        files=staging.files,
        launch=launch_of(service),
        installs=installs_of(service, staging.files),
        recipe=(("entry-point", service.entry_point or ""), ("runtime", service.runtime.name)),
        problems=tuple(staging.problems),
        ignored=staging.ignored,
    )


def launch_of(service: Service) -> Launch:
    """How functions-framework starts a function.

    It appends the folder of the entry file to `sys.path`, so that an installed distribution comes before a local
    module, and loads the file as a package, so that relative imports work in it (functions_framework
    `_function_registry.load_function_module`).
    """
    return Launch(
        by="functions-framework",
        roots=("",),
        module="main",
        file=ENTRY_FILE,
        target=service.entry_point,
        site_first=True,
        place=Place(service.source),
    )


def installs_of(service: Service, files: dict[str, ArtifactFile]) -> tuple[Install, ...]:
    """Return what the buildpack installs: requirements.txt, or else pyproject.toml (buildpacks, cmd/python)."""
    for name, kind in (("requirements.txt", "requirements"), ("pyproject.toml", "pyproject")):
        if name in files:
            return (Install(kind, Place(f"{service.source}/{name}"), origin=files[name].origin),)
    return ()
