"""Following imports from the entry point, through the artifact and, past what it lacks, through the repository."""

from __future__ import annotations

from deployguard.imports.alternatives import Lost, handler_keys, without_alternatives, without_made
from deployguard.imports.closure import Edge, Graph, Lack, Module, Outside, OutsideUse, Reading
from deployguard.imports.conditions import holds
from deployguard.imports.data import artifact_path, repository_path
from deployguard.imports.entry import entry_of
from deployguard.imports.facts import ModuleFacts, Site, Term
from deployguard.imports.loading import Loader
from deployguard.imports.naming import absolute_name, prefixes
from deployguard.imports.ownership import Ownership
from deployguard.model.artifact import Artifact
from deployguard.model.stdlib import is_stdlib
from deployguard.model.stdlib_names import lacks_name
from deployguard.source.tree import SourceTree

_LISTED = Term("listed")
_PRESENT = Term("present")
_STARRED = Term("starred")


class _AbsentError(Exception):
    """An import failed; everything about it has been recorded."""


def graph_of(tree: SourceTree, artifact: Artifact, source: str, reading: Reading, outside: Outside) -> Graph:
    """Follow everything that the service can import.

    An edit of `sys.path` anywhere in the closure counts for all of it, so following starts again with the longer
    path until nothing new is added.
    """
    roots, beyond = artifact.launch.roots, tuple[str, ...]()
    while True:
        loader = Loader(tree, artifact, source, reading, roots)
        for folder in beyond:
            loader.elsewhere.also_look_in(folder)
        follower = _Follower(loader, outside)
        graph = follower.follow()
        longer = tuple(dict.fromkeys([*roots, *follower.added_roots]))
        farther = tuple(dict.fromkeys([*beyond, *follower.roots_beyond]))
        if (longer, farther) == (roots, beyond):
            return graph
        roots, beyond = longer, farther


class _Follower:
    """Builds the graph of one service, for one `sys.path`."""

    def __init__(self, loader: Loader, outside: Outside) -> None:
        self.loader = loader
        self.finder = loader.finder
        self.artifact = loader.artifact
        self.launch = loader.artifact.launch
        self.outside = outside
        self.ownership = Ownership(loader, outside)
        self.edges: list[Edge] = []
        self.lacks: list[Lack] = []
        self.uses: list[OutsideUse] = []
        self.added_roots: list[str] = []
        self.roots_beyond: list[str] = []
        self.worked: set[tuple[str, int]] = set()
        self.failed: set[tuple[str, int]] = set()
        self.conditional = False
        self.uncertain_path = False

    def follow(self) -> Graph:
        entry = entry_of(self.loader)
        self.entry_file = self.loader.modules[entry].file if entry else None
        while self.loader.waiting:
            self.visit(self.loader.waiting.popleft())
        lost = without_alternatives(Lost(self.lacks, self.uses), self.worked, self.outside)
        lost = without_made(lost, self.loader.modules.values())
        return Graph(
            entry,
            self.loader.modules,
            tuple(self.edges),
            tuple(lost.lacks),
            tuple(lost.uses),
            self.finder.roots,
            self.uncertain_path,
        )

    def visit(self, module: Module) -> None:
        if module.facts is None:
            return
        self.edit_path(module, module.facts)
        runs_main = self.launch.runs_main and module.file is not None and module.file == self.entry_file
        for site in module.facts.sites:
            runs = holds(site.when, self.artifact.runtime, runs_main)
            if runs is False or not self.guards_let(module, site):
                continue
            self.conditional = runs is None
            try:
                if _LISTED in site.when:
                    self.listed(module, site)
                elif _PRESENT not in site.when or self.is_anywhere(site.module):
                    self.import_(module, site)
                self.worked.update(handler_keys(module.name, site))
            except _AbsentError:
                self.failed.update(
                    (module.name, guard.number) for guard in site.guards if guard.part == "body"
                )
                self.failed.update(handler_keys(module.name, site))

    def guards_let(self, module: Module, site: Site) -> bool:
        """A handler runs only when its `try` failed, an `else` only when it did not."""
        for guard in site.guards:
            failed = (module.name, guard.number) in self.failed
            if (guard.part == "handler" and not failed) or (guard.part == "orelse" and failed):
                return False
        return True

    def edit_path(self, module: Module, facts: ModuleFacts) -> None:
        for edit in facts.edits:
            if edit.path is None or (edit.path.anchor == "cwd" and self.launch.by != "functions-framework"):
                self.uncertain_path = True
            elif module.file is not None:
                folder = artifact_path(edit.path, module.file, self.finder)
                beyond = repository_path(edit.path, module)
                if folder is not None and self.finder.is_folder(folder):
                    self.added_roots.append(folder)
                elif beyond is not None:
                    self.roots_beyond.append(beyond)

    def import_(self, importer: Module, site: Site) -> None:
        """Follow one site.

        Raises:
            _AbsentError: it fails in the artifact; why has been recorded.
        """
        dotted = absolute_name(importer, site)
        if dotted is None:
            raise self.lack(Lack("relative", importer.name, site, "." * site.level + site.module))
        if self.ownership.is_outside(dotted):
            self.use_outside(importer, site, dotted)
            return
        module = self.require(importer, site, dotted)
        found = [self.name(importer, site, module, name) for name in site.names]
        if not all(found) or not module.present:
            raise _AbsentError

    def listed(self, importer: Module, site: Site) -> None:
        """Follow a text of a table of modules, where it is a module of the repository or looks like one that was.

        Raises:
            _AbsentError: as for any import.
        """
        dotted = absolute_name(importer, site)
        if not dotted or is_stdlib(dotted.partition(".")[0], self.artifact.runtime):
            return
        package = dotted.rpartition(".")[0]
        above = self.finder.find(package) if package else None
        if above is not None and not above.folders:
            self.import_(importer, site._replace(module=package, level=0))
        elif self.is_anywhere(dotted):
            self.import_(importer, site._replace(module=dotted, level=0))
        elif above is not None and above.file is not None and not self.ownership.is_outside(dotted):
            known = self.require(importer, site, package)
            if not self.loader.defines(known, dotted.rpartition(".")[2]):
                self.conditional = True
                self.require(importer, site, dotted)

    def is_anywhere(self, dotted: str) -> bool:
        return self.finder.find(dotted) is not None or self.ownership.lies_elsewhere(dotted)

    def use_outside(self, importer: Module, site: Site, dotted: str) -> None:
        if is_stdlib(dotted.partition(".")[0], self.artifact.runtime):
            self.use_stdlib(importer, site, dotted)
            return
        asked = self.outside.asked(dotted, site.names)
        self.uses += [OutsideUse(importer.name, site, module, self.conditional) for module in asked]
        if not all(self.outside.provides(module) for module in asked):
            raise _AbsentError

    def use_stdlib(self, importer: Module, site: Site, dotted: str) -> None:
        lost = [name for name in site.names if lacks_name(dotted, name, self.artifact.runtime)]
        for name in lost:
            self.lack(Lack("name", importer.name, site, dotted, name))
        if lost:
            raise _AbsentError

    def require(self, importer: Module, site: Site, dotted: str) -> Module:
        """Load a module and its parents, from the repository where the artifact lacks them.

        Raises:
            _AbsentError: neither has it.
        """
        module: Module | None = None
        for prefix in prefixes(dotted):
            found = self.finder.find(prefix)
            if found is not None:
                module = self.loader.load(found)
                self.edges.append(Edge(importer.name, site, prefix, self.conditional))
            else:
                module = self.left_behind(importer, site, prefix)
        if module is None:
            raise _AbsentError
        return module

    def left_behind(self, importer: Module, site: Site, dotted: str) -> Module:
        """Record that the artifact lacks a module, and go on in the repository's copy.

        Raises:
            _AbsentError: the repository has none either.
        """
        found = self.loader.find_elsewhere(dotted)
        wanted = self.loader.wanted_at(dotted, found)
        if found is None:
            if self.extends_its_path(dotted.rpartition(".")[0]):
                raise _AbsentError
            raise self.lack(Lack("module", importer.name, site, dotted, wanted_at=wanted))
        if found.path is not None:
            cause = self.loader.cause(wanted, found)
            self.lack(Lack("module", importer.name, site, dotted, "", found.path, wanted, cause))
        known = self.loader.modules.get(dotted)
        if known is None or known.present:
            known = self.loader.load_elsewhere(dotted, found, wanted)
        self.edges.append(Edge(importer.name, site, dotted, self.conditional))
        return known

    def extends_its_path(self, package: str) -> bool:
        known = self.loader.modules.get(package)
        if known is None or known.facts is None:
            return False
        references = self.loader.reading.references(known.blob)
        return any({"__path__", "extend_path"} & set(names) for names in references)

    def name(self, importer: Module, site: Site, module: Module, name: str) -> bool:
        """Follow the submodule that `from module import name` asks for, unless `name` is an attribute."""
        dotted = f"{module.name}.{name}"
        found = self.finder.find(dotted) if module.is_package and name != "*" else None
        # What a package imports from itself is no attribute yet: this very statement is what binds it.
        defined = self.loader.defines(module, name) and not self.binds_a_submodule(importer, module, dotted)
        if found is not None and (not module.present or not defined):
            self.loader.load(found)
            self.edges.append(Edge(importer.name, site, dotted, self.conditional))
            return True
        if module.file is None and module.present and self.lacks_its_init(importer, site, module):
            return False
        if name == "*":
            return self.loads_with_star(importer, site, module)
        if defined:
            return self.loads_when_asked(importer, site, module, name)
        try:
            if module.is_package and self.loader.find_elsewhere(dotted):
                self.left_behind(importer, site, dotted)
                return False
        except _AbsentError:
            return False
        if module.present and not self.extends_its_path(module.name):
            self.lack(Lack("name", importer.name, site, module.name, name))
        return False

    def loads_with_star(self, importer: Module, site: Site, module: Module) -> bool:
        """`from package import *` imports what `__all__` lists and the package does not bind: its submodules."""
        sites = module.facts.sites if module.facts else ()
        listed = [one.names[0] for one in sites if _STARRED in one.when]
        found = [self.name(importer, site, module, name) for name in listed]
        return all(found)

    def loads_when_asked(self, importer: Module, site: Site, module: Module, name: str) -> bool:
        """Follow what a module's `__getattr__` imports to make a name (PEP 562)."""
        facts = module.facts
        if facts is None or not facts.open or name in facts.defined:
            return True
        try:
            for made in facts.sites:
                if Term("asked", "==", name) in made.when:
                    dotted = absolute_name(module, made)
                    self.import_(importer, site._replace(module=dotted or "", level=0, names=made.names))
        except _AbsentError:
            return False
        return True

    def binds_a_submodule(self, importer: Module, module: Module, dotted: str) -> bool:
        if importer.name != module.name or not module.is_package:
            return False
        if module.facts and dotted.rpartition(".")[2] in module.facts.beside:
            return True
        return self.finder.find(dotted) is not None or self.loader.find_elsewhere(dotted) is not None

    def lacks_its_init(self, importer: Module, site: Site, module: Module) -> bool:
        """A folder whose `__init__.py` was left behind can be imported; the names of that file cannot."""
        found = self.loader.find_elsewhere(module.name)
        if found is None or found.path is None or not found.folders:
            return False
        self.left_behind(importer, site, module.name)
        return True

    def lack(self, lack: Lack) -> _AbsentError:
        self.lacks.append(lack._replace(conditional=self.conditional))
        return _AbsentError()
