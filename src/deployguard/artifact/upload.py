"""What is uploaded so that the cloud can build it: the same bytes from the same commit, wherever they are packed."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from deployguard.artifact.archive import tarball_bytes, zip_bytes
from deployguard.artifact.contents import contents_of
from deployguard.artifact.dockerfile.context import open_context
from deployguard.artifact.dockerfile.files import ImageLink
from deployguard.artifact.fingerprint import fingerprint
from deployguard.artifact.imagepath import absolute
from deployguard.model.artifact import Artifact, ArtifactFile
from deployguard.model.entry import EXECUTABLE
from deployguard.model.errors import SourceError, UsageError
from deployguard.model.place import Place
from deployguard.model.problem import Problem
from deployguard.model.service import Service
from deployguard.source.links import Unresolved, resolve
from deployguard.source.tree import SourceTree

DOCKERFILE, CONTEXT = "Dockerfile", "context"
_APPLIED = b"# what the ignore file keeps out is not here\n"


class Upload(NamedTuple):
    """An archive and the name of its object. `name` tells the artifact and these very bytes.

    The artifact alone would not do: what only an earlier stage of a Dockerfile copies is in the archive and in no
    fingerprint.
    """

    name: str
    content: bytes


def upload_of(tree: SourceTree, service: Service, artifact: Artifact) -> Upload:
    """Return what is to be uploaded: a zip for a function, a tarball of the build context for a Dockerfile.

    Raises:
        SourceError: a content is not in this clone.
        UsageError: nothing here can build this service.
    """
    if service.kind == "function":
        return _named(service, artifact, zip_bytes(contents_of(tree, artifact)), "zip")
    problem = unbuildable(service)
    if problem:
        raise UsageError(f"{service.name}: {problem}")
    return _named(service, artifact, _context(tree, service), "tar.gz")


def unbuildable(service: Service) -> str:
    """Return why nothing here can build a service, and what to do; "" where it can be built."""
    if service.kind == "function" or service.dockerfile:
        return ""
    return (
        "a run service without a Dockerfile is built by a buildpack, which deployguard does not start; write a "
        "Dockerfile, make it a function, or ship it by `gcloud run deploy --source` and let drift watch it"
    )


def _named(service: Service, artifact: Artifact, content: bytes, ending: str) -> Upload:
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Upload(f"sources/{service.name}/{fingerprint(artifact)}-{digest}.{ending}", content)


def _context(tree: SourceTree, service: Service) -> bytes:
    """Pack the whole context, less what its ignore file keeps out, with the Dockerfile beside it.

    Links stay links: COPY follows those that it names, and keeps those inside a folder. The Dockerfile stands outside
    of the context, for it may lie outside, and may be kept out by the ignore file, and must then not arrive.
    """
    place = Place(service.dockerfile)
    dockerfile = resolve(tree, absolute(service.dockerfile))
    root = resolve(tree, absolute(service.context))
    if isinstance(dockerfile, Unresolved) or dockerfile.entry is None:
        raise SourceError(f"{service.dockerfile}: there is no such Dockerfile")
    if isinstance(root, Unresolved) or root.entry is not None:
        raise SourceError(f"{service.context}: there is no such build context")
    context = open_context(tree, root.path, absolute(service.dockerfile), service.include)
    taken = context.take(".", place)
    if isinstance(taken, Problem):
        raise SourceError(f"{service.context}: cannot be packed: {taken.detail}")
    files = {path: node for path, node in taken.nodes if isinstance(node, ArtifactFile)}
    links = {f"{CONTEXT}/{path}": node.target for path, node in taken.nodes if isinstance(node, ImageLink)}
    packed = _read(tree, files)
    packed[DOCKERFILE] = (tree.content(dockerfile.entry), False)
    packed[f"{DOCKERFILE}.dockerignore"] = (_APPLIED, False)
    return tarball_bytes(packed, links)


def _read(tree: SourceTree, files: dict[str, ArtifactFile]) -> dict[str, tuple[bytes, bool]]:
    contents = tree.contents(file.blob for file in files.values())
    lacking = [file.origin for file in files.values() if contents[file.blob] is None]
    if lacking:
        raise SourceError(
            "\n".join(f"{path}: its content is not in this clone; fetch it" for path in lacking)
        )
    return {
        f"{CONTEXT}/{path}": (contents[file.blob] or b"", file.mode == EXECUTABLE)
        for path, file in files.items()
    }
