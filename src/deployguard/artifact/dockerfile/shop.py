"""What a command that installs sees around it."""

from __future__ import annotations

from dataclasses import dataclass

from deployguard.artifact.dockerfile.context import Context
from deployguard.artifact.dockerfile.project import Project, read_project
from deployguard.artifact.dockerfile.stage import Line, Stage
from deployguard.artifact.imagepath import absolute, joined
from deployguard.artifact.options import Options
from deployguard.model.artifact import ArtifactFile, Install

STDIN = "dev/stdin"
"""Where the requirements lie that one command of a RUN hands to the next one."""


@dataclass(slots=True)
class Shop:
    """A command's surroundings: the stage, its line, the current folder and the variables."""

    stage: Stage
    line: Line
    cwd: str
    variables: dict[str, str]
    context: Context

    def origin(self, path: str) -> str | None:
        """Return the repository path of an image file; None when none was copied there."""
        node = self.stage.files.nodes.get(self.stage.files.real(absolute(path, self.cwd)))
        return node.origin if isinstance(node, ArtifactFile) and node.origin else None

    def project(self, folder: str) -> Project | None:
        """Read the project in an image folder; None when none was copied there."""
        return read_project(self.context.tree, self.stage.files, folder)

    def add(self, kind: str, origin: str = "", text: str = "", extras: tuple[str, ...] = ()) -> Install:
        return Install(kind, self.line.place, origin, text, extras)

    def doubt(self, reason: str) -> None:
        self.stage.doubt("installs", self.line.place, reason)


def where_pip(shop: Shop, program: str, options: Options) -> str:
    """Return the folder that pip, called as `program`, installs into."""
    library = shop.stage.library
    if target := options.last("-t", "--target"):
        return absolute(target, shop.cwd)
    if prefix := options.last("--prefix", "--root"):
        return joined(absolute(prefix, shop.cwd), library)
    if options.has("--user"):
        return joined("root/.local", library)
    if program.startswith(("/", ".")) and "/bin/" in program:
        return joined(absolute(program, shop.cwd).rpartition("/bin/")[0], library)
    if (environment := shop.variables.get("VIRTUAL_ENV")) and not options.has("--system"):
        return joined(absolute(environment, shop.cwd), library)
    for entry in shop.variables.get("PATH", "").split(":"):
        if entry.endswith("/bin") and absolute(entry.removesuffix("/bin")) in shop.stage.made:
            return joined(absolute(entry.removesuffix("/bin")), library)
    return joined("usr/local", library)
