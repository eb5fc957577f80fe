"""What a command that installs sees around it."""

from __future__ import annotations

from dataclasses import dataclass

from deployguard.artifact.dockerfile.context import Context
from deployguard.artifact.dockerfile.project import Project, read_project
from deployguard.artifact.dockerfile.stage import Line, Stage
from deployguard.artifact.imagepath import absolute, joined, relative, within
from deployguard.artifact.options import Options
from deployguard.model.artifact import ArtifactFile, Install
from deployguard.model.problem import Problem, ProblemKind

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

    def lacks(self, path: str, detail: str) -> None:
        """Report a file that a command cannot do without, unless the build or the base image may bring it."""
        at = absolute(path, self.cwd)
        made = any(within(at, one) for one in self.stage.made if one)
        uncertain = any(unknown.covers == "files" for unknown in self.stage.unknowns)
        if made or uncertain or self.stage.base.is_open:
            self.doubt(f"{path} is made by the build")
        elif not self.lost(at.rpartition("/")[2]):
            subject = self.stage.ignored.get(at, (self._expected(at),))[0]
            self.stage.problems.append(Problem(ProblemKind.MISSING_PATH, subject, self.line.place, detail))

    def project_file(self, folder: str) -> str:
        """Return where in the image the file should be that makes a folder a project, by what the repository has."""
        found = (joined(folder, name) for name in ("pyproject.toml", "setup.py"))
        there = (path for path in found if self.context.tree.entry(self._expected(path)))
        return next(there, joined(folder, "pyproject.toml"))

    def lost(self, name: str) -> bool:
        """Tell whether a COPY that should have brought a file of this name was reported: one cause, one finding."""
        return any(one.subject.rpartition("/")[2] == name for one in self.stage.problems)

    def _expected(self, at: str) -> str:
        """Guess where in the repository an image path would come from, as when the context lands in WORKDIR."""
        workdir = self.stage.workdir
        return joined(self.context.root, relative(at, workdir) if within(at, workdir) else at)


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
