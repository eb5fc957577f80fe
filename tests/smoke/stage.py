"""A folder that stands for an artifact, and an environment in which named modules are merely said to be installed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from deployguard.model.artifact import Launch
from deployguard.model.service import Project, Service
from deployguard.runtime.environment import Environment
from deployguard.smoke import child
from deployguard.smoke.importing import imported
from deployguard.smoke.judge import Ground, judged
from deployguard.smoke.layout import Layout
from deployguard.smoke.surroundings import surroundings
from deployguard.smoke.verdict import Verdict

STUBS = Path(child.__file__).with_name("stubs.py")
FUNCTION = Launch("functions-framework", ("",), "main", "main.py", "handle", site_first=True)
ORDERS = Service("orders", "function", "functions/orders", entry_point="handle")
_PROVIDED = f"""
import importlib.util, json, os, sys
_spec = importlib.util.spec_from_file_location("_stubs", {str(STUBS)!r})
_stubs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_stubs)
if os.path.exists(os.environ.get("PROVIDED", "")):
    with open(os.environ["PROVIDED"]) as _read:
        _names = json.load(_read)
    _stubs.provide(frozenset(_names), frozenset())

    class _Namespaces(_stubs.StandIns):
        def create_module(self, spec):
            return None

    sys.meta_path.append(_Namespaces(frozenset(name[:-1] for name in _names if name.endswith("."))))
"""


def equip(environment: Environment) -> None:
    """Let the environment believe in every module that the file of PROVIDED names."""
    (site,) = environment.folder.glob("lib/python*/site-packages")
    (site / "_provided.py").write_text(_PROVIDED)
    (site / "_provided.pth").write_text("import _provided\n")


class Stage:
    """Imports services with the importing process alone: nothing is installed.

    Of what is `provided`, a name that ends in a dot is a namespace: it has no names of its own.
    """

    def __init__(self, environment: Environment, folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.root = folder / "root"
        self.root.mkdir(parents=True)
        self.output: tuple[str, ...] = ()

    def __call__(
        self,
        files: Mapping[str, str],
        launch: Launch = FUNCTION,
        service: Service = ORDERS,
        provided: Iterable[str] = ("functions_framework",),
        seconds: float = 20,
        *,
        exact: bool = True,
    ) -> Verdict:
        """Write the files, and judge what importing them reports."""
        for path, text in files.items():
            at = self.root / path
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(text)
        return self.judged(launch, service, provided, seconds, exact=exact)

    def judged(
        self, launch: Launch, service: Service, provided: Iterable[str], seconds: float, *, exact: bool = True
    ) -> Verdict:
        names = self.folder / "provided.json"
        names.write_text(json.dumps(sorted(provided)))
        cwd = self.root / (launch.roots[0] if launch.roots else "")
        cwd.mkdir(parents=True, exist_ok=True)
        layout = Layout(self.folder, self.root, cwd, self.environment, self.environment.variables)
        project = Project("deployguard.toml", (service,), {"project": {"id": "sample-project"}})
        env = surroundings(self.folder, project, service, layout.env) | {"PROVIDED": str(names)}
        report, self.output = imported(layout, launch, service, env, seconds)
        return judged(report, Ground(self.root, self.environment.folder, {}), self.output, exact=exact)


def triggered(**trigger: object) -> Service:
    """The sample function, called by this trigger."""
    return replace(ORDERS, table=MappingProxyType({"trigger": trigger}))
