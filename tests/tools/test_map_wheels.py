"""How the map's generator reads wheels. The wheels are made here."""

import json
import zipfile
from pathlib import Path

import pytest

from tools.map.__main__ import listed
from tools.map.by_hand import Declared, declared_in
from tools.map.layout import Kind, kind_of, layout_of
from tools.map.ownership import minimal, owned
from tools.map.survey import Entry, survey
from tools.map.versions import chosen
from tools.map.wheels import Wheel, edges_of, facts_of, installed_in, wheels_in
from tools.map.writing import entries_of, map_text

EXTEND = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
DECLARE = "try:\n    import pkg_resources\n    pkg_resources.declare_namespace(__name__)\nexcept ImportError:\n    import pkgutil\n    __path__ = pkgutil.extend_path(__path__, __name__)\n"
CODE = "from pkg.main import run\n"


def make(
    folder: Path, name: str, version: str, files: dict[str, str], requires: tuple[str, ...] = ()
) -> None:
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = "".join(f"Requires-Dist: {line}\n" for line in requires)
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path.replace("DATA", f"{stem}.data"), text)
        archive.writestr(f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\n{metadata}\n")
        archive.writestr(f"{stem}.dist-info/vendored/helper.py", "")


def modules(folder: Path) -> dict[str, tuple[str, ...]]:
    wheels = chosen(wheels_in(folder))
    return owned({name: [facts_of(wheel).layout for wheel in found] for name, found in wheels.items()})


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"single.py": ""}, ("single",), id="module"),
        pytest.param({"pkg/__init__.py": CODE, "pkg/sub/__init__.py": ""}, ("pkg",), id="package"),
        pytest.param({"fast.cpython-311-x86_64-linux-gnu.so": ""}, ("fast",), id="extension"),
        pytest.param(
            {"fast.abi3.so": "", "slow.so": "", "win.cp311-win_amd64.pyd": ""},
            ("fast", "slow", "win"),
            id="tags",
        ),
        pytest.param({"pkg/__init__.cpython-311-x86_64-linux-gnu.so": ""}, ("pkg",), id="compiled-package"),
        pytest.param(
            {"space/one/__init__.py": CODE, "space/two.py": ""}, ("space.one", "space.two"), id="namespace"
        ),
        pytest.param({"old/__init__.py": EXTEND, "old/a/__init__.py": CODE}, ("old.a",), id="pkgutil"),
        pytest.param({"old/__init__.py": DECLARE, "old/a/__init__.py": CODE}, ("old.a",), id="pkg_resources"),
        pytest.param({"pkg/__init__.py": EXTEND + CODE, "pkg/a.py": ""}, ("pkg",), id="extended-but-real"),
        pytest.param(
            {"DATA/purelib/lib1.py": "", "DATA/platlib/lib2.py": ""}, ("lib1", "lib2"), id="installed-data"
        ),
        pytest.param({"DATA/scripts/run.py": "", "DATA/data/x.py": "", "m.py": ""}, ("m",), id="other-data"),
        pytest.param({"tests/__init__.py": "", "docs/conf.py": "", "m.py": ""}, ("m",), id="junk"),
        pytest.param({"yaml-stubs/__init__.pyi": "", "typed/__init__.pyi": ""}, (), id="stubs"),
        pytest.param(
            {"sample.libs/libz-1.so": "", "libz.so.1": "", "libz.so": "", "m.py": ""}, ("m",), id="libraries"
        ),
        pytest.param({"hack.pth": "import m", "m.py": ""}, ("m",), id="pth"),
    ],
)
def test_one_wheel(tmp_path: Path, files: dict[str, str], expected: tuple[str, ...]) -> None:
    make(tmp_path, "sample", "1.0", files)
    assert modules(tmp_path) == {"sample": expected}


def test_a_junk_name_counts_when_it_is_the_distribution() -> None:
    assert set(layout_of(["build/__init__.py"], lambda _: CODE, "build")) == {"build"}
    assert layout_of(["build/__init__.py"], lambda _: CODE, "other") == {}


def test_an_empty_package_is_its_own_until_another_has_modules_below(tmp_path: Path) -> None:
    make(tmp_path, "sun-a", "1.0", {"sun/__init__.py": "", "sun/a/__init__.py": CODE})
    assert modules(tmp_path) == {"sun-a": ("sun",)}
    make(tmp_path, "sun-b", "1.0", {"sun/__init__.py": "", "sun/b.py": ""})
    assert modules(tmp_path) == {"sun-a": ("sun.a",), "sun-b": ("sun.b",)}


def test_an_empty_package_gives_way_to_one_with_code(tmp_path: Path) -> None:
    make(tmp_path, "real", "1.0", {"g/f/__init__.py": CODE})
    make(tmp_path, "guest", "1.0", {"g/f/__init__.py": "# nothing\n", "g/f/context.py": ""})
    assert modules(tmp_path) == {"real": ("g.f",), "guest": ("g.f.context",)}


def test_variants_of_one_package_both_own_it(tmp_path: Path) -> None:
    make(tmp_path, "pkg", "1.0", {"pkg/__init__.py": "", "pkg/a.py": ""})
    make(tmp_path, "pkg-binary", "1.0", {"pkg/__init__.py": "", "pkg/a.py": ""})
    assert modules(tmp_path) == {"pkg": ("pkg",), "pkg-binary": ("pkg",)}


def test_all_versions_are_joined(tmp_path: Path) -> None:
    make(tmp_path, "grown", "1.9", {"before.py": "", "space/a.py": ""}, ("pytz",))
    make(tmp_path, "grown", "2.0", {"after.py": "", "space/__init__.py": CODE}, ("tzdata",))
    result = survey(["grown"], chosen(wheels_in(tmp_path)), {}, 10)
    edges = (("pytz", "", ""), ("tzdata", "", ""))
    assert result.entries == {"grown": Entry("2.0", ("after", "before", "space"), edges)}


def test_the_newest_of_each_earlier_major_is_chosen(tmp_path: Path) -> None:
    for version in ["0.9", "1.0", "1.5", "2.0", "3.1", "3.2", "4.0", "5.0", "6.0rc1"]:
        make(tmp_path, "many", version, {"m.py": ""})
    assert [str(wheel.version) for wheel in chosen(wheels_in(tmp_path))["many"]] == [
        "5.0",
        "4.0",
        "3.2",
        "2.0",
    ]


def test_requirements_are_normalised_and_unreadable_ones_passed_over() -> None:
    text = (
        'Requires-Dist: Foo_Bar[B,a]>=1; python_version < "3.9" and extra == "X"\nRequires-Dist: ???\n\nbody'
    )
    assert list(edges_of(text)) == [("foo-bar", "a,b", 'python_version < "3.9" and extra == "x"')]


def install(folder: Path, name: str, version: str, files: dict[str, str], requires: tuple[str, ...]) -> None:
    metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (metadata / "METADATA").write_text("".join(f"Requires-Dist: {line}\n" for line in requires) + "\n")
    (metadata / "RECORD").write_text("".join(f"{path},,\n" for path in (*files, "../../bin/run.py")))


def test_an_installed_wheel_says_the_same_as_a_packed_one(tmp_path: Path) -> None:
    files = {"space/one/__init__.py": CODE, "space/two.py": ""}
    install(tmp_path / "a/site-packages", "Space-Kit", "1.0", files, ("requests",))
    (tmp_path / "a/site-packages/egg-1.0.dist-info").mkdir()
    (wheel,) = installed_in(tmp_path)
    assert (wheel.name, str(wheel.version)) == ("space-kit", "1.0")
    assert facts_of(wheel).requires == {("requests", "", "")}
    assert modules_of(wheel) == ("space.one", "space.two")


def modules_of(wheel: Wheel) -> tuple[str, ...]:
    return owned({wheel.name: [facts_of(wheel).layout]})[wheel.name]


def test_what_an_earlier_map_read_stays_until_a_newer_wheel_is_read(tmp_path: Path) -> None:
    make(tmp_path, "same", "1.9", {"same.py": ""}, ("newer",))
    make(tmp_path, "major", "3.0", {"major.py": ""}, ("newer",))
    make(tmp_path, "older", "1.0", {"older.py": ""}, ("ancient",))
    earlier = {
        name: Entry(version, (name,), (("before", "", ""),))
        for name, version in {"same": "1.2", "major": "2.0", "older": "1.5", "gone": "1.0"}.items()
    }
    by_hand = {"gone": Declared(("wrong",), None), "told": Declared(("told",), None)}
    result = survey(["same", "major", "older"], chosen(wheels_in(tmp_path)), by_hand, 10, earlier)
    newer, before = ("newer", "", ""), ("before", "", "")
    assert result.entries == {
        "same": Entry("1.9", ("same",), (newer,)),
        "major": Entry("3.0", ("major",), (before, newer)),
        "older": Entry("1.5", ("older",), (before,)),
        "gone": Entry("1.0", ("gone",), (before,)),
        "told": Entry("", ("told",), None),
    }
    assert (result.kept, result.by_hand, result.absent) == (2, 1, ("newer",))


def test_the_survey_follows_plain_requirements_and_says_what_is_missing(tmp_path: Path) -> None:
    make(tmp_path, "top", "1.0", {"top.py": ""}, ("below", "absent", "told", 'dev; extra == "dev"'))
    make(tmp_path, "below", "1.0", {"below.py": ""})
    make(tmp_path, "dev", "1.0", {"dev.py": ""})
    make(tmp_path, "meta", "1.0", {}, ("top",))
    declared = {"told": Declared(("t.told",), None), "top": Declared(("wrong",), None)}
    result = survey(["top", "meta"], chosen(wheels_in(tmp_path)), declared, 10)
    assert sorted(result.entries) == ["below", "meta", "told", "top"]
    assert (result.closed_over, result.by_hand, result.absent, result.empty) == (1, 1, ("absent",), ("meta",))
    assert result.entries["top"].modules == ("top",)
    assert result.entries["told"].requires is None


def test_a_wheel_without_modules_takes_the_declared_ones(tmp_path: Path) -> None:
    make(tmp_path, "meta", "3.0", {}, ("real",))
    result = survey(["meta"], chosen(wheels_in(tmp_path)), {"meta": Declared(("real",), None)}, 10)
    assert result.entries["meta"] == Entry("3.0", ("real",), (("real", "", ""),))


def test_declared_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "by_hand.toml"
    path.write_text(
        '[[group]]\nsource = "docs"\nstrip = "sky-mgmt-"\nunder = "sky.mgmt"\nnames = "sky-mgmt-big-disk"\n'
        '[[group]]\nsource = "docs"\nrequires = ["A_b[x]"]\nmodules = { Py_Sky = "sky.core sky.more" }\n'
        '[requires]\nsky-mgmt-big-disk = "A_b[x] cd"\n'
    )
    assert declared_in(path) == {
        "sky-mgmt-big-disk": Declared(("sky.mgmt.big_disk",), frozenset({("a-b", "x", ""), ("cd", "", "")})),
        "py-sky": Declared(("sky.core", "sky.more"), frozenset({("a-b", "x", "")})),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[group]]\nnames = "a"\n', "without a source"),
        ('[[group]]\nsource = "s"\nnames = "a-b A_B"\n', "a-b is declared twice"),
        ('[[group]]\nsource = "s"\nnames = "a"\n[requires]\nb = "c"\n', "requires names b"),
    ],
)
def test_a_bad_declaration_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "by_hand.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        declared_in(path)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.BARE),
        ('"""Words."""\n__version__ = "1"\nfrom __future__ import annotations\n', Kind.BARE),
        (EXTEND, Kind.NAMESPACE),
        (DECLARE, Kind.NAMESPACE),
        ("import os\n" + EXTEND, Kind.CODE),
        ("x = 1", Kind.CODE),
        ("print 'old'", Kind.CODE),
    ],
)
def test_what_an_init_does(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


def test_prefixes_below_another_are_left_out() -> None:
    assert minimal(["a.b.c", "a.b", "ab", "a.bc"]) == ("a.b", "a.bc", "ab")


def test_the_list_takes_comments_and_normalises(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# Web\nFlask  Zope.Event # and more\n")
    assert listed(path) == {"flask", "zope-event"}


def test_the_text_is_sorted_and_has_one_line_for_each_distribution() -> None:
    entries = {"b": Entry("2", ("b",), None), "a": Entry("1", ("a", "x.a"), (("b", "", 'extra == "q"'),))}
    text = map_text(entries, {"x": ["a"]}, "2030-01-02")
    assert text.splitlines()[-4:-1] == [
        '"distributions":{',
        '"a":{"version":"1","modules":["a","x.a"],"requires":[["b","","extra == \\"q\\""]]},',
        '"b":{"version":"2","modules":["b"],"requires":null}',
    ]
    assert entries_of(text) == entries
    content = json.loads(text)
    assert (content["schema"], content["generated"], content["count"]) == (1, "2030-01-02", 2)
    assert content["prefer"] == {"x": ["a"]}
