"""The verdict on one import where the installed files are known: exact, and honest about what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from deployguard.model.place import Place
from deployguard.model.runtime import DEFAULT_RUNTIME
from deployguard.requirements.declared import DeclaredSet, Requirement
from deployguard.requirements.environment import Environment
from deployguard.requirements.provided import Declared, NotKnown, Provided, Transitive, Undeclared
from deployguard.requirements.providers import ProviderMap
from deployguard.requirements.provides import judge
from deployguard.requirements.resolving.files import InstalledFiles
from deployguard.requirements.resolving.inventory import Inventory
from deployguard.requirements.resolving.resolution import Chosen, Resolution
from deployguard.requirements.resolving.store import Store

_CHAINS = {
    "flask": ("flask",),
    "werkzeug": ("flask", "werkzeug"),
    "acme-one": ("acme-one",),
    "acme-two": ("acme-two",),
    "six": ("six",),
    "secret": ("secret",),
}
_FILES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "flask": ((), ("flask",)),
    "werkzeug": (("werkzeug.http",), ("werkzeug",)),
    "acme-one": (("acme.data.one",), ()),
    "acme-two": (("acme.data.two.deep",), ()),
    "six": (("six",), ()),
}


def environment(tmp_path: Path, *names: str, unasked: tuple[str, ...] = ()) -> Environment:
    store = Store(tmp_path)
    chosen = {}
    for name in names:
        if name in _FILES:
            modules, packages = _FILES[name]
            store.keep_inventory(
                "k", Inventory(name, "1", dict.fromkeys(modules, 1), dict.fromkeys(packages, 1))
            )
        chosen[name] = Chosen(name, "1", "k" if name in _FILES else "", _CHAINS[name], "no such file")
    declared = [Requirement(name, Place("r.txt", 1), "requirements") for name in names if name != "werkzeug"]
    files = InstalledFiles(Resolution("2030-01-02", chosen, unasked=unasked), store)
    return Environment(DeclaredSet(tuple(declared)), ProviderMap.load(), DEFAULT_RUNTIME, None, files)


@pytest.mark.parametrize(
    ("module", "verdict"),
    [
        ("flask", Declared("flask")),
        ("werkzeug.http", Transitive("werkzeug", ("flask",))),
        ("six.moves.urllib", Declared("six")),
        ("acme", Declared("acme-one")),
        ("acme.data.one", Declared("acme-one")),
        ("acme.data.two.deep", Declared("acme-two")),
        ("acme.data.three", Undeclared(())),
        ("yaml", Undeclared(("pyyaml",))),
        ("nobody_knows", Undeclared(())),
        ("setuptools", None),
    ],
)
def test_what_is_known_is_certain(tmp_path: Path, module: str, verdict: Provided | None) -> None:
    here = environment(tmp_path, "flask", "werkzeug", "acme-one", "acme-two", "six")
    judged = judge(here, module)
    assert judged == verdict or (verdict is None and isinstance(judged, Transitive))


def test_namespaces_are_those_of_the_installed_files(tmp_path: Path) -> None:
    here = environment(tmp_path, "flask", "acme-one")
    assert here.is_namespace("acme.data")
    assert here.is_namespace("google.cloud")
    assert not here.is_namespace("flask")
    assert not here.is_namespace("acme.data.one")


def test_one_unread_distribution_leaves_doubt_unless_it_is_named_so(tmp_path: Path) -> None:
    here = environment(tmp_path, "flask", "secret")
    assert judge(here, "flask") == Declared("flask")
    assert judge(here, "secret.deep") == Declared("secret")
    doubt = judge(here, "yaml")
    assert isinstance(doubt, NotKnown)
    assert (doubt.unknown, doubt.candidates) == (("secret",), ("pyyaml",))
    assert "no such file" in doubt.reason


def test_what_was_no_part_of_the_question_leaves_doubt(tmp_path: Path) -> None:
    here = environment(tmp_path, "flask", unasked=("r.txt: -r https://host/x is read during the build",))
    assert judge(here, "flask") == Declared("flask")
    assert isinstance(judge(here, "yaml"), NotKnown)
    assert not here.knows_every_name


def test_what_other_services_install_comes_first(tmp_path: Path) -> None:
    here = environment(tmp_path, "flask")
    told = Environment(
        here.declared, here.providers, here.runtime, None, here.files,
        lambda module: {"cv2": ("opencv-python-headless",), "acme_tools": ("acme",)}.get(module, ()),
    )  # fmt: skip
    verdict = judge(told, "cv2")
    assert isinstance(verdict, Undeclared)
    assert verdict.candidates[0] == "opencv-python-headless"
    assert judge(told, "acme_tools") == Undeclared(("acme",))
