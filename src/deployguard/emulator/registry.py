"""Artifact Registry API v1, as far as docker images and their tags go (read only: builds push)."""

from __future__ import annotations

from typing import Any

from google.cloud import artifactregistry_v1

from deployguard.emulator.images import Images
from deployguard.emulator.paging import page
from deployguard.emulator.refusal import not_found
from deployguard.emulator.store import Store


class Registry:
    """The methods of google.devtools.artifactregistry.v1.ArtifactRegistry that read docker images."""

    def __init__(self, store: Store, images: Images) -> None:
        self._store = store
        self._images = images

    def get_repository(self, request: Any) -> Any:
        """Return the repository: every name is one, as pushing makes it."""
        return artifactregistry_v1.Repository.pb()(name=request.name, format_=1)

    def list_docker_images(self, request: Any) -> Any:
        rows = [
            (name, self._image(request.parent, name))
            for name, _ in self._store.named("pushed", _host_path(request.parent))
        ]
        images, token = page(rows, request, usual=100)
        return artifactregistry_v1.ListDockerImagesResponse.pb()(docker_images=images, next_page_token=token)

    def get_docker_image(self, request: Any) -> Any:
        parent, _, short = request.name.partition("/dockerImages/")
        if self._store.get("pushed", f"{_host_path(parent)}{short}") is None:
            raise not_found(request.name)
        return self._image(parent, f"{_host_path(parent)}{short}")

    def get_tag(self, request: Any) -> Any:
        package, _, tag = request.name.partition("/tags/")
        repository, _, name = package.partition("/packages/")
        digest = self._images.tags(f"{_host_path(repository)}{name}").get(tag)
        if digest is None:
            raise not_found(request.name)
        return artifactregistry_v1.Tag.pb()(name=request.name, version=f"{package}/versions/{digest}")

    def _image(self, parent: str, pushed: str) -> Any:
        name, _, digest = pushed.partition("@")
        tags = [tag for tag, held in self._images.tags(name).items() if held == digest]
        short = pushed.removeprefix(_host_path(parent))
        return artifactregistry_v1.DockerImage.pb()(
            name=f"{parent}/dockerImages/{short}", uri=pushed, tags=tags
        )


def _host_path(repository: str) -> str:
    _, project, _, region, _, name = repository.split("/")
    return f"{region}-docker.pkg.dev/{project}/{name}/"
