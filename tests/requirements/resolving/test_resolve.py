"""From requirements files to what would be installed, through uv and an index on this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from deployguard.model.artifact import Install
from deployguard.model.place import Place
from deployguard.model.runtime import Runtime
from deployguard.requirements.declared import IndexOption
from deployguard.requirements.resolving.answer import NO_HASH
from deployguard.requirements.resolving.requirement_set import Carried, RequirementSet, requirement_set
from deployguard.requirements.resolving.resolution import (
    Clash,
    Outcome,
    Resolution,
    Unmet,
    Unresolved,
    Unsatisfiable,
)
from deployguard.requirements.resolving.resolve import Resolver
from tests.package_index import PackageIndex, make_sdist, make_wheel
from tests.requirements.made import artifact_of, install, set_of
from tests.trees import tree_of

pytestmark = pytest.mark.slow

Make = Callable[..., Resolver]


def asked(
    files: str | Mapping[str, str | bytes], *installs: Install, runtime: str = "python311"
) -> RequirementSet:
    tree = {"requirements.txt": files} if isinstance(files, str) else files
    declared = set_of(tree, *installs, runtime=runtime)
    return requirement_set(tree_of(tree), artifact_of(*(installs or (install(),)), runtime=runtime), declared)


def outcome_of(resolver: Resolver, question: RequirementSet) -> Outcome:
    return resolver.resolve_all([question])[question.key]


def resolved(resolver: Resolver, question: RequirementSet) -> Resolution:
    outcome = outcome_of(resolver, question)
    assert isinstance(outcome, Resolution), outcome
    return outcome


def versions(resolution: Resolution) -> dict[str, str]:
    return {name: each.version for name, each in resolution.chosen.items()}


def test_a_set_with_what_it_brings(index: PackageIndex, resolver: Make) -> None:
    index.add(
        "top",
        "1.0",
        ["top/__init__.py"],
        ["middle", 'extra-thing; extra == "more"', 'win; sys_platform == "win32"'],
    )
    index.add("middle", "2.0", ["middle.py"], ["below<2"])
    index.add("below", "1.9", ["below.py"])
    index.add("below", "2.0", ["below.py"])
    index.add("extra-thing", "1", ["thing.py"])

    found = resolved(resolver(), asked("top[more]\n"))

    assert versions(found) == {"top": "1.0", "middle": "2.0", "below": "1.9", "extra-thing": "1"}
    assert found.chosen["below"].chain == ("top", "middle", "below")
    assert found.chosen["top"].chain == ("top",)
    assert found.date == "2030-01-02"


def test_it_is_the_runtime_that_counts_and_never_this_machine(index: PackageIndex, resolver: Make) -> None:
    index.add("fast", "1.0", ["fast/__init__.py"], tag="cp313-cp313-manylinux_2_17_x86_64")
    index.add("fast", "0.9", ["fast/__init__.py"], tag="cp311-cp311-manylinux_2_17_x86_64")
    index.add("late", "1.0", ["late.py"])

    text = 'fast\nlate; python_version >= "3.13"\n'

    assert versions(resolved(resolver(), asked(text))) == {"fast": "0.9"}
    assert versions(resolved(resolver(), asked(text, runtime="python313"))) == {"fast": "1.0", "late": "1.0"}


def test_constraints_includes_and_index_options_count(index: PackageIndex, resolver: Make) -> None:
    for version in ("1.0", "2.0", "3.0a1"):
        index.add("pkg", version, ["pkg.py"])
    files = {"requirements.txt": "-r more.txt\n-c limits.txt\n", "more.txt": "pkg\n", "limits.txt": "pkg<2\n"}

    assert versions(resolved(resolver(), asked(files))) == {"pkg": "1.0"}
    assert versions(resolved(resolver(), asked("--pre\npkg\n"))) == {"pkg": "3.0a1"}
    elsewhere = resolver(address="http://127.0.0.1:9/simple")
    own = f"--index-url {index.address}/simple\npkg\n"
    assert versions(resolved(elsewhere, asked(own))) == {"pkg": "2.0"}


def test_wheels_of_the_repository_are_taken_along(resolver: Make, index: PackageIndex) -> None:
    index.add("below", "1.0", ["below.py"])
    files: dict[str, str | bytes] = {
        "requirements.txt": "./wheels/ours-1.0-py3-none-any.whl\n",
        "wheels/ours-1.0-py3-none-any.whl": make_wheel("ours", "1.0", ["ours/__init__.py"], ["below"]),
    }
    found = resolved(resolver(), asked(files))

    assert versions(found) == {"ours": "1.0", "below": "1.0"}
    assert not found.unread
    linked: dict[str, str | bytes] = {**files, "requirements.txt": "--find-links wheels\nours\n"}
    assert versions(resolved(resolver(), asked(linked))) == {"ours": "1.0", "below": "1.0"}


def test_no_two_questions_have_one_key() -> None:
    one = RequirementSet(Runtime(3, 11), "linux", ("a", "b"))
    others = [
        replace(one, runtime=Runtime(3, 12)),
        replace(one, platform="x86_64-manylinux_2_28"),
        replace(one, lines=("a",), constraints=("b",)),
        replace(one, lines=("a",), hashes=(("b", ""),)),
        replace(one, constraints=("a", "b")),
        replace(one, options=(IndexOption("--index-url", "https://index.example", Place("r.txt", 1)),)),
        replace(one, hashes=(("a", "sha256:0"),)),
        replace(one, roots=(("a", ()),)),
        replace(one, roots=(("a", ("x",)),)),
        replace(one, exact=True),
        replace(one, carried=(Carried("a.whl", b"1"),)),
        replace(one, carried=(Carried("a.whl", b"2"),)),
        replace(one, unasked=("c",)),
    ]
    assert len({each.key for each in (one, *others)}) == 1 + len(others)


def test_the_same_set_of_several_services_is_asked_once(index: PackageIndex, resolver: Make) -> None:
    index.add("a", "1", ["a.py"])
    index.add("b", "1", ["b.py"])
    first = asked("a\nb\n")
    second = asked({"here/requirements.txt": "b\na # with words\n"}, install("here/requirements.txt"))
    assert first.key == second.key
    told: list[str] = []

    found = resolver().resolve_all([first, second], told.append)

    assert list(found) == [first.key]
    assert len(told) == 1


def test_an_answer_holds_for_its_day(index: PackageIndex, resolver: Make) -> None:
    index.add("pkg", "1.0", ["pkg.py"])
    question = asked("pkg\n")
    resolved(resolver(), question)
    index.add("pkg", "1.1", ["pkg.py"])
    before = len(index.requests)

    assert versions(resolved(resolver(), question)) == {"pkg": "1.0"}
    assert len(index.requests) == before
    assert versions(resolved(resolver(refresh=True), question)) == {"pkg": "1.1"}
    index.add("pkg", "1.2", ["pkg.py"])
    found = resolved(resolver("2030-01-03", refresh=True), question)
    assert (versions(found), found.date) == ({"pkg": "1.2"}, "2030-01-03")


def test_a_wheel_is_never_asked_for_twice(index: PackageIndex, resolver: Make) -> None:
    file = index.add("pkg", "1.0", ["pkg.py"], padding=200_000)
    index.add("other", "1.0", ["other.py"], ["pkg"])
    resolver().resolve_all([asked("pkg\n"), asked("other\n"), asked("pkg\nother\n")])

    assert index.fetched(file) == ["bytes=-65536"]
    resolver("2030-01-03", refresh=True).resolve_all([asked("pkg\n")])
    assert len(index.fetched(file)) == 1


def test_a_conflict_gives_the_reason_in_one_line(index: PackageIndex, resolver: Make) -> None:
    index.add("top", "1.0", ["top.py"], ["below>=2"])
    index.add("below", "1.0", ["below.py"])
    index.add("below", "2.0", ["below.py"])

    refusal = outcome_of(resolver(), asked("top==1.0\nbelow<2\n"))

    assert isinstance(refusal, Unsatisfiable)
    assert "below>=2" in refusal.reason
    assert "\n" not in refusal.reason
    assert "conclude" not in refusal.reason


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("absent", "absent was not found in the package registry"),
        ("pkg==9", "no version of pkg==9"),
        ("windows", "no wheels with a matching platform tag"),
        ("old", "matching Python ABI tag"),
        ("garbage", "invalid"),
    ],
)
def test_what_no_version_can_satisfy_is_a_refusal(
    index: PackageIndex, resolver: Make, line: str, words: str
) -> None:
    index.add("pkg", "1.0", ["pkg.py"])
    index.add("windows", "1.0", ["windows.py"], tag="cp311-cp311-win_amd64")
    index.add("old", "1.0", ["old.py"], tag="cp36-cp36m-manylinux1_x86_64")
    index.files["garbage-1.0-py3-none-any.whl"] = b"<html>log in, please</html>" * 10

    outcome = outcome_of(resolver(), asked(f"{line}\n"))

    assert isinstance(outcome, Unsatisfiable), outcome
    assert words in outcome.reason


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_an_index_that_does_not_answer_proves_nothing(
    index: PackageIndex, resolver: Make, status: int
) -> None:
    index.add("pkg", "1.0", ["pkg.py"])
    index.status = status

    outcome = outcome_of(resolver(), asked("pkg\n"))

    assert isinstance(outcome, Unresolved), outcome
    assert str(status) in outcome.reason


def test_garbage_and_silence_prove_nothing(index: PackageIndex, resolver: Make) -> None:
    index.add("pkg", "1.0", ["pkg.py"])
    assert isinstance(outcome_of(resolver(address="http://127.0.0.1:9/simple"), asked("pkg\n")), Unresolved)
    index.pause = 5
    slow = outcome_of(resolver(limit=1), asked("pkg\n"))
    assert slow == Unresolved("uv had no answer after 1 seconds")


def test_a_wheel_that_cannot_be_fetched_is_said(index: PackageIndex, resolver: Make) -> None:
    file = index.add("pkg", "1.0", ["pkg.py"])
    question = asked("pkg\n")
    answer = resolver()
    resolved(answer, question)
    for path in sorted(answer.store.folder.rglob("*.json")):
        path.unlink()
    index.broken.add(file)

    found = resolved(resolver("2030-01-03"), question)

    assert [each.name for each in found.unread] == ["pkg"]
    assert "answers 500" in found.unreachable[0]
    index.broken.clear()
    assert not resolved(resolver("2030-01-03"), question).unread


def test_a_hash_that_no_file_has_is_said(index: PackageIndex, resolver: Make) -> None:
    file = index.add("pkg", "1.0", ["pkg.py"])
    good, bad = hashlib.sha256(index.files[file]).hexdigest(), "0" * 64

    assert not resolved(resolver(), asked(f"pkg==1.0 --hash=sha256:{good}\n")).unread
    (unread,) = resolved(resolver(), asked(f"pkg==1.0 --hash=sha256:{bad}\n")).unread
    assert unread.reason == NO_HASH


def test_two_distributions_with_one_module_clash_and_a_shared_init_does_not(
    index: PackageIndex, resolver: Make
) -> None:
    index.add("cv", "1", {"cv2/__init__.py": "a", "cv2/core.py": "a"})
    index.add("cv-headless", "1", {"cv2/__init__.py": "b", "cv2/core.py": "b"})
    index.add("space-one", "1", {"space/__init__.py": "# old", "space/one.py": ""})
    index.add("space-two", "1", {"space/__init__.py": "# other", "space/two.py": ""})

    found = resolved(resolver(), asked("cv\ncv-headless\nspace-one\nspace-two\n"))

    assert found.clashes == (Clash("cv2.core", "cv", "cv-headless"),)


def test_a_lock_is_read_as_it_stands_and_checked_as_pip_check_does(
    index: PackageIndex, resolver: Make
) -> None:
    index.add("top", "1.0", ["top.py"], ["below>=2"])
    index.add("below", "1.0", ["below.py"])
    lock = """lock-version = "1.0"
    [[packages]]
    name = "top"
    version = "1.0"
    [[packages]]
    name = "below"
    version = "1.0"
    """
    found = resolved(resolver(), asked({"pylock.toml": lock}, install("pylock.toml")))

    assert versions(found) == {"top": "1.0", "below": "1.0"}
    assert found.unmet == (Unmet("top 1.0", "below>=2", "1.0"),)


def test_a_withdrawn_release_is_remarked(index: PackageIndex, resolver: Make) -> None:
    file = index.add("pkg", "1.0", ["pkg.py"])
    index.yanked[file] = "broken"

    assert resolved(resolver(), asked("pkg==1.0\n")).warnings == ('`pkg==1.0` is yanked (reason: "broken")',)


def test_a_source_distribution_is_built_apart_or_said_to_be_unknown(
    index: PackageIndex, resolver: Make
) -> None:
    backend = """import os, zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    if "SECRET_TOKEN" in os.environ: raise SystemExit("it sees secrets")
    name = "made-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as z:
        z.writestr("made/deep.py", "")
        z.writestr("made-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: made\\nVersion: 1.0\\n")
        z.writestr("made-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        z.writestr("made-1.0.dist-info/RECORD", "")
    return name
"""
    project = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "made"\nversion = "1.0"\n'
    files = {
        "pyproject.toml": project,
        "backend.py": backend,
        "PKG-INFO": "Metadata-Version: 2.2\nName: made\nVersion: 1.0\n",
    }
    index.files["made-1.0.tar.gz"] = make_sdist("made", "1.0", files)
    answer = resolver()

    found = resolved(answer, asked("made\n"))

    assert not found.unread, found.unread
    inventory = answer.store.inventory("made", "1.0", found.chosen["made"].key)
    assert inventory is not None
    assert list(inventory.modules) == ["made.deep"]
    broken = {
        **files,
        "backend.py": "raise RuntimeError('no compiler')\n",
        "pyproject.toml": project.replace("made", "fails"),
    }
    index.files["fails-1.0.tar.gz"] = make_sdist(
        "fails", "1.0", broken | {"PKG-INFO": files["PKG-INFO"].replace("made", "fails")}
    )
    (unread,) = resolved(answer, asked("fails\n")).unread
    assert "cannot be built here" in unread.reason


def test_no_password_is_shown_or_kept(index: PackageIndex, resolver: Make) -> None:
    index.add("pkg", "1.0", ["pkg.py"])
    index.password = "hunter2"
    address = f"{index.address}/simple".replace("http://", "http://ana:hunter2@")
    answer = resolver(address=address)

    found = resolved(answer, asked("pkg\n"))

    assert not found.unread, found.unread
    index.status = 500
    refused = outcome_of(resolver("2030-02-02", address=address), asked("pkg\nother\n"))
    assert isinstance(refused, Unresolved)
    assert "hunter2" not in refused.reason
    assert all(
        b"hunter2" not in path.read_bytes() for path in Path(answer.store.folder).rglob("*") if path.is_file()
    )
