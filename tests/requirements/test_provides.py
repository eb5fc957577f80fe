"""The verdict on one import: never a false alarm, and no miss where everything is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pytest

from deployguard.model.artifact import Unknown
from deployguard.model.place import Place
from deployguard.model.runtime import DEFAULT_RUNTIME, Runtime
from deployguard.requirements.declared import DeclaredSet, Locked, Requirement
from deployguard.requirements.environment import Environment
from deployguard.requirements.names import prefixes
from deployguard.requirements.provided import BASE_IMAGE, Declared, NotKnown, Provided, Transitive, Undeclared
from deployguard.requirements.provides import judge

_MODULES = {
    "flask": ("flask",),
    "pyyaml": ("yaml", "_yaml"),
    "requests": ("requests",),
    "google-cloud-storage": ("google.cloud.storage",),
    "google-cloud-bigquery": ("google.cloud.bigquery",),
    "google-cloud-firestore": ("google.cloud.firestore", "google.cloud.firestore_v1"),
    "google-api-core": ("google.api_core",),
    "protobuf": ("google.protobuf",),
    "opencv-python": ("cv2",),
    "opencv-python-headless": ("cv2",),
    "apache-airflow": ("airflow",),
    "apache-airflow-providers-http": ("airflow.providers.http",),
    "functions-framework": ("functions_framework",),
    "beautifulsoup4": ("bs4",),
    "setuptools": ("setuptools", "pkg_resources"),
}
_REQUIRES = {
    "google-cloud-storage": ("google-api-core", "requests"),
    "google-cloud-bigquery": ("google-api-core",),
    "google-cloud-firestore": ("google-api-core",),
    "google-api-core": ("protobuf", "requests"),
    "functions-framework": ("flask",),
}
_NAMESPACES = frozenset({"google", "google.cloud"})


@dataclass(frozen=True)
class FakeBrought:
    chains: Mapping[str, tuple[str, ...]]
    unknown: frozenset[str]


@dataclass(frozen=True)
class FakeMap:
    """A map of a dozen distributions."""

    modules: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _MODULES)

    def providers_of(self, module: str) -> tuple[str, ...]:
        for prefix in prefixes(module):
            owners = tuple(name for name, modules in self.modules.items() if prefix in modules)
            if owners:
                return owners
        return ()

    def is_namespace(self, module: str) -> bool:
        return module in _NAMESPACES

    def modules_of(self, distribution: str) -> tuple[str, ...] | None:
        return self.modules.get(distribution)

    def installed_by(
        self, declared: Iterable[tuple[str, frozenset[str]]], environment: Mapping[str, str]
    ) -> FakeBrought:
        assert environment["sys_platform"] == "linux"
        chains: dict[str, tuple[str, ...]] = {}
        waiting: list[tuple[str, tuple[str, ...]]] = [(name, (name,)) for name, _ in declared]
        while waiting:
            name, chain = waiting.pop(0)
            if name not in chains:
                chains[name] = chain
                waiting += [(each, (*chain, each)) for each in _REQUIRES.get(name, ())]
        return FakeBrought(chains, frozenset(chains) - frozenset(self.modules))


def requirement(name: str, specifier: str = "", source: str = "requirements") -> Requirement:
    return Requirement(name, Place("requirements.txt", 1), source, (), specifier)


def environment(*declared: str, runtime: Runtime = DEFAULT_RUNTIME) -> Environment:
    return Environment(DeclaredSet(tuple(map(requirement, declared))), FakeMap(), runtime)


@pytest.mark.parametrize(
    ("declared", "module", "verdict"),
    [
        ("pyyaml", "yaml", Declared("pyyaml")),
        ("pyyaml", "yaml.constructor", Declared("pyyaml")),
        ("flask", "yaml", Undeclared(("pyyaml",))),
        ("", "yaml", Undeclared(("pyyaml",))),
        ("flask", "nobody_knows", Undeclared(())),
        # several distributions share `google`: the dotted name decides
        ("google-cloud-bigquery", "google.cloud.firestore", Undeclared(("google-cloud-firestore",))),
        ("google-cloud-storage", "google.cloud.bigquery", Undeclared(("google-cloud-bigquery",))),
        ("google-cloud-bigquery", "google.cloud.bigquery.schema", Declared("google-cloud-bigquery")),
        ("google-cloud-bigquery", "google.cloud.newest", Undeclared(())),
        ("google-cloud-bigquery", "google", Declared("google-cloud-bigquery")),
        ("google-cloud-bigquery", "google.cloud", Declared("google-cloud-bigquery")),
        ("google-api-core", "google", Declared("google-api-core")),
        ("protobuf", "google.cloud", Undeclared(())),
        ("flask", "google", Undeclared(())),
        # brought by another
        ("google-cloud-storage", "requests", Transitive("requests", ("google-cloud-storage",))),
        (
            "google-cloud-bigquery",
            "google.protobuf",
            Transitive("protobuf", ("google-cloud-bigquery", "google-api-core")),
        ),
        ("google-cloud-storage requests", "requests", Declared("requests")),
        # any of several candidates does
        ("opencv-python", "cv2", Declared("opencv-python")),
        ("opencv-python-headless", "cv2", Declared("opencv-python-headless")),
        ("flask", "cv2", Undeclared(("opencv-python", "opencv-python-headless"))),
        # a distribution that the map does not know provides what it is named after
        ("foo-bar", "foo_bar", Declared("foo-bar")),
        ("foo-bar", "foo_bar.sub", Declared("foo-bar")),
        ("foo-bar", "foo.bar", Declared("foo-bar")),
        ("python-foo", "foo", Declared("python-foo")),
        ("foo-python", "foo.x", Declared("foo-python")),
        ("py-foo", "foo", Declared("py-foo")),
        ("acme-data-tools", "acme.data.tools", Declared("acme-data-tools")),
        ("acme-data-tools", "acme_data_tools", Declared("acme-data-tools")),
        ("acme-data-tools", "acme", Declared("acme-data-tools")),
        ("acme", "acme.data", Declared("acme")),
        ("google-cloud-newest", "google.cloud.newest", Declared("google-cloud-newest")),
        ("google-cloud-newest", "google.cloud", Declared("google-cloud-newest")),
        (
            "cv2",
            "cv2",
            NotKnown(
                "whether cv2 has cv2 is not in the map", ("cv2",), ("opencv-python", "opencv-python-headless")
            ),
        ),
    ],
)
def test_a_module_is_judged_by_what_is_declared(declared: str, module: str, verdict: Provided) -> None:
    assert judge(environment(*declared.split()), module) == verdict


@pytest.mark.parametrize("module", ["yaml", "nobody_knows", "google.cloud.firestore", "google"])
def test_one_distribution_that_the_map_does_not_know_leaves_doubt(module: str) -> None:
    verdict = judge(environment("flask", "in-house"), module)

    assert isinstance(verdict, NotKnown)
    assert verdict.unknown == ("in-house",)
    assert verdict.candidates == FakeMap().providers_of(module)


@pytest.mark.parametrize(
    ("declared", "module"),
    [
        ("google-unheard-of", "google.cloud.bigquery"),
        ("flask-unheard-of", "flask"),
        ("unheard-of", "google.cloud.unheard"),
    ],
)
def test_a_similar_name_does_not_provide_what_another_owns(declared: str, module: str) -> None:
    assert isinstance(judge(environment(declared), module), NotKnown)


@pytest.mark.parametrize(
    ("declared", "module", "blamed"),
    [
        ("beautifulsoup4", "beautifulsoup4", "beautifulsoup4"),
        ("apache-airflow", "airflow.providers.http.hooks", "apache-airflow"),
    ],
)
def test_another_version_may_have_carried_the_module(declared: str, module: str, blamed: str) -> None:
    verdict = judge(environment(declared), module)

    assert isinstance(verdict, NotKnown)
    assert verdict.unknown == (blamed,)


@pytest.mark.parametrize("module", ["setuptools", "pkg_resources", "pip", "wheel.cli"])
def test_tools_of_the_base_image_are_there_before_312(module: str) -> None:
    old, new = (judge(environment("flask", runtime=Runtime(3, minor)), module) for minor in (11, 12))

    assert isinstance(old, Transitive)
    assert old.brought_by == (BASE_IMAGE,)
    assert isinstance(new, NotKnown)


@pytest.mark.parametrize("module", ["setuptools", "pkg_resources", "distutils.version"])
def test_declared_setuptools_brings_its_modules(module: str) -> None:
    assert judge(environment("setuptools", runtime=Runtime(3, 12)), module) == Declared("setuptools")


def test_installs_that_could_not_be_read_leave_doubt_but_do_not_hide_what_is_declared() -> None:
    doubt = Unknown("installs", Place("Dockerfile", 4), "a private base image")
    declared = DeclaredSet((requirement("flask"),), unknowns=(doubt,))
    here = Environment(declared, FakeMap(), Runtime(3, 11))

    assert judge(here, "flask") == Declared("flask")
    assert judge(here, "yaml") == NotKnown("Dockerfile: a private base image", (), ("pyyaml",))


def test_what_the_buildpack_adds_is_installed_with_what_it_brings() -> None:
    here = Environment(DeclaredSet(implied=("functions-framework",)), FakeMap(), Runtime(3, 11))

    assert judge(here, "functions_framework") == Declared("functions-framework")
    assert judge(here, "flask") == Transitive("flask", ("functions-framework",))
    assert judge(here, "yaml") == Undeclared(("pyyaml",))


def test_a_lock_is_exact_even_with_distributions_that_the_map_does_not_know() -> None:
    declared = DeclaredSet(
        (requirement("in-house"),),
        locked=(Locked("in-house", "1.0", ("in-house",)), Locked("six", "1.16", ("in-house", "six"))),
        complete=True,
    )
    here = Environment(declared, FakeMap(), Runtime(3, 11))

    assert judge(here, "six") == Transitive("six", ("in-house",))
    assert judge(here, "yaml") == Undeclared(("pyyaml",))
    assert isinstance(judge(here, "nobody_knows"), NotKnown)


def test_a_hashed_file_lists_everything() -> None:
    declared = DeclaredSet((requirement("google-cloud-storage"), requirement("in-house")), complete=True)

    assert judge(Environment(declared, FakeMap(), Runtime(3, 11)), "requests") == Undeclared(("requests",))


def test_a_project_of_the_repository_is_no_unknown() -> None:
    declared = DeclaredSet(
        (requirement("our-lib", source="local"), requirement("flask")), local_roots=("lib",)
    )
    here = Environment(declared, FakeMap(), Runtime(3, 11))

    assert judge(here, "our_lib") == Declared("our-lib")
    assert judge(here, "yaml") == Undeclared(("pyyaml",))


@dataclass(frozen=True)
class FakeInventories:
    def modules_of(self, distribution: str, version: str) -> tuple[str, ...] | None:
        known = {
            ("beautifulsoup4", "3.2.2"): ("BeautifulSoup",),
            ("in-house", ""): ("google", "google.cloud", "google.cloud.ours"),
        }
        return known.get((distribution, version))


def test_an_inventory_of_the_very_version_comes_first() -> None:
    declared = DeclaredSet((requirement("beautifulsoup4", "==3.2.2"), requirement("in-house")))
    here = Environment(declared, FakeMap(), Runtime(3, 11), FakeInventories())

    assert judge(here, "BeautifulSoup") == Declared("beautifulsoup4")
    assert judge(here, "google.cloud.ours.deep") == Declared("in-house")
    assert isinstance(judge(here, "google.cloud.bigquery"), NotKnown)
