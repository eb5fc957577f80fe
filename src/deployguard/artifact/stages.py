"""What the earlier stages of a Dockerfile are built from: files that shape the image and need not lie in it."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.artifact.dockerfile.context import open_context
from deployguard.artifact.dockerfile.parse import parse
from deployguard.artifact.dockerfile.replay import needed, replay
from deployguard.artifact.imagepath import absolute
from deployguard.model.artifact import ArtifactFile
from deployguard.model.service import Service
from deployguard.source.links import Unresolved, resolve
from deployguard.source.tree import SourceTree


def stage_files(tree: SourceTree, service: Service) -> Mapping[str, str]:
    """Return the repository files that the needed stages hold, by path, with the id of their content.

    Whatever a stage makes of them (a compiled front end, wheels) may be copied on; the image's own files do not tell.
    """
    path = absolute(service.dockerfile)
    found, root = resolve(tree, path), resolve(tree, absolute(service.context))
    if isinstance(found, Unresolved) or found.entry is None or isinstance(root, Unresolved):
        return {}
    content = tree.contents((found.entry.blob,))[found.entry.blob] or b""
    context = open_context(tree, root.path, path, service.include)
    state = replay(parse(content.decode("utf-8", "replace")), path, context, dict(service.build_args))
    return {
        node.origin: node.blob
        for stage in needed(state.stages)
        for node in stage.files.nodes.values()
        if isinstance(node, ArtifactFile)
    }
