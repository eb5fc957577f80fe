"""Projects of the repository that a build installs: their modules arrive in site-packages too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from deployguard.model.artifact import Artifact, ArtifactFile

SITE = ".site-packages"


def with_installed_projects(artifact: Artifact, folders: Iterable[str]) -> Artifact:
    """Add what lies in the folders of installed projects (repository paths), merged as pip merges it.

    Two projects may bring parts of one package; the files stay where they are as well.
    """
    site: dict[str, ArtifactFile] = {}
    for folder in folders:
        for tail, file in _below(artifact, folder):
            site.setdefault(f"{SITE}/{tail}", file)
    if not site:
        return artifact
    launch = replace(artifact.launch, roots=(*artifact.launch.roots, SITE))
    return replace(artifact, launch=launch, files={**artifact.files, **site})


def _below(artifact: Artifact, folder: str) -> Iterator[tuple[str, ArtifactFile]]:
    for file in artifact.files.values():
        for source in (file.place, file.origin):
            if not folder or source.startswith(f"{folder}/"):
                yield source[len(folder) :].lstrip("/"), file
                break
