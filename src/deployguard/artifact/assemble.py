"""One way to an artifact, whatever the kind of service."""

from __future__ import annotations

from dataclasses import replace

from deployguard.artifact.function import function_artifact, installs_of
from deployguard.model.artifact import Artifact, ArtifactFile
from deployguard.model.service import Service
from deployguard.source.tree import SourceTree


def artifact_of(tree: SourceTree, service: Service) -> Artifact:
    """Return what would arrive for a service.

    Raises:
        SourceError: a file that decides what arrives (a Dockerfile, an ignore file) is not in this clone.
    """
    if service.kind == "run" and service.dockerfile:
        from deployguard.artifact.image import image_artifact

        return image_artifact(tree, service)
    if service.kind == "run":
        from deployguard.artifact.buildpack import buildpack_artifact

        return buildpack_artifact(tree, service)
    own = function_artifact(tree, service)
    return _as_gcloud_zips(tree, service, own) if service.deploy_with == "gcloud" else own


def _as_gcloud_zips(tree: SourceTree, service: Service, own: Artifact) -> Artifact:
    """Put gcloud's own zip, predicted, in the place of the files that deployguard would ship."""
    from deployguard.artifact.gcloud import gcloud_zip

    predicted = gcloud_zip(tree, service.source)
    files = {}
    for path, origin in predicted.files.items():
        entry = tree.entry(origin)
        if entry is not None:
            place = own.files[path].place if path in own.files else f"{service.source}/{path}"
            files[path] = ArtifactFile(place, origin, entry.mode, entry.blob)
    return replace(
        own,
        files=files,
        installs=installs_of(service, files),
        problems=(*predicted.problems, *predicted.dropped),
        ignored=predicted.ignored,
    )
