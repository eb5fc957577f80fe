"""The shipped map and the inventories of wheels never contradict each other."""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import distributions

import pytest

from deployguard.model.distribution import normalised
from deployguard.requirements.providers import ProviderMap
from deployguard.requirements.resolving.inventory import Inventory, read_inventory
from deployguard.requirements.wheel_names import is_junk, named_by
from tests.package_index import make_wheel
from tools.map.agreement import contradictions
from tools.map.layout import layout_of
from tools.map.ownership import owned

LAYOUTS = [
    ["single.py"],
    ["pkg/__init__.py", "pkg/sub/deep.py", "pkg/data.json"],
    ["space/one/__init__.py", "space/two.py"],
    ["DATA/purelib/lib1.py", "DATA/data/no.py", "DATA/scripts/no.py"],
    ["fast.cpython-311-x86_64-linux-gnu.so", "slow.abi3.so", "libz.so"],
    ["yaml-stubs/__init__.pyi", "typed/__init__.pyi", "real.py"],
    ["tests/__init__.py", "docs/conf.py", "share/x.py", "real.py"],
]


def inventory_of(files: list[str]) -> Inventory:
    with zipfile.ZipFile(io.BytesIO(make_wheel("sample", "1.0", files))) as archive:
        return read_inventory(archive, "sample", "1.0")


@pytest.mark.parametrize("files", LAYOUTS, ids=lambda files: files[0])
def test_generator_and_inventory_read_a_wheel_alike(files: list[str]) -> None:
    content = make_wheel("sample", "1.0", files)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        layout = layout_of(archive.namelist(), lambda _: "x = 1", "sample")
    modules = owned({"sample": [layout]})["sample"]
    inventory = inventory_of(files)

    assert all(inventory.has(module) for module in modules)
    held = (*inventory.modules, *inventory.packages)
    assert all(any(f"{name}.".startswith(f"{owner}.") for owner in modules) for name in held)


def test_the_map_agrees_with_what_is_installed_here() -> None:
    assert list(contradictions(ProviderMap.load(), map(_installed, distributions()))) == []


def test_a_contradiction_is_found() -> None:
    wrong = Inventory("flask", "3.0", {}, {"yaml": 1, "flask": 1})
    assert list(contradictions(ProviderMap.load(), [wrong])) == [
        "flask 3.0 holds yaml, which the map gives to pyyaml"
    ]


def _installed(distribution: object) -> Inventory:
    from importlib.metadata import Distribution

    assert isinstance(distribution, Distribution)
    name = normalised(distribution.metadata["Name"])
    named = [named_by(str(path)) for path in distribution.files or ()]
    held = [each for each in named if each and each.dotted and not is_junk(each.dotted.split(".")[0], name)]
    packages = {each.dotted: 0 for each in held if each.is_package}
    modules = {each.dotted: 0 for each in held if not each.is_package}
    return Inventory(name, distribution.version, modules, packages)
