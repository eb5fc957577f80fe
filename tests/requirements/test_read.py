"""From the installs of an artifact to what is declared."""

from __future__ import annotations

import pytest

from deployguard.model.artifact import Install, Unknown
from deployguard.model.place import Place
from deployguard.model.problem import ProblemKind
from deployguard.requirements.read import declared
from tests.requirements.made import AT, artifact_of, install, names, set_of
from tests.trees import Link, tree_of


def test_names_are_normalised_and_places_are_lines() -> None:
    found = set_of({"requirements.txt": "# top\nPyYAML>=5\nzope.interface[Test_X]==5.0\n"})

    yaml, zope = found.requirements
    assert (yaml.name, yaml.specifier, yaml.place, yaml.text) == (
        "pyyaml",
        ">=5",
        Place("requirements.txt", 2),
        "PyYAML>=5",
    )
    assert (zope.name, zope.extras) == ("zope-interface", ("test-x",))


def test_included_files_are_followed_relative_to_the_file_once_and_round_in_circles() -> None:
    found = set_of(
        {
            "requirements.txt": "-r reqs/base.txt\nflask\n",
            "reqs/base.txt": "-r more.txt\n-r ../requirements.txt\nsix\n",
            "reqs/more.txt": "-r base.txt\nattrs\n",
        }
    )

    assert names(found) == ["attrs", "six", "flask"]
    assert found.requirements[0].place == Place("reqs/more.txt", 1 + 1)
    assert (found.problems, found.unknowns) == ((), ())


def test_a_missing_include_is_a_problem_and_a_doubt() -> None:
    found = set_of({"requirements.txt": "flask\n-r gone.txt\n"})

    assert [(each.kind, each.place) for each in found.problems] == [
        (ProblemKind.MISSING_PATH, Place("requirements.txt", 2))
    ]
    assert [(each.covers, each.place) for each in found.unknowns] == [
        ("installs", Place("requirements.txt", 2))
    ]


def test_an_include_is_looked_up_where_the_build_runs_first() -> None:
    files = {"services/a/requirements.txt": "-r base.txt\n", "common/base.txt": "six\n"}
    arrived = {"app/requirements.txt": "services/a/requirements.txt", "app/base.txt": "common/base.txt"}

    found = declared(tree_of(files), artifact_of(install("services/a/requirements.txt"), files=arrived))

    assert names(found) == ["six"]


def test_a_function_whose_include_is_not_uploaded_has_a_problem() -> None:
    files = {"fn/requirements.txt": "-r ../common.txt\n", "common.txt": "six\n"}
    artifact = artifact_of(
        install("fn/requirements.txt"),
        by="functions-framework",
        files={"requirements.txt": "fn/requirements.txt"},
    )

    found = declared(tree_of(files), artifact)

    assert names(found) == ["six"]
    assert [each.subject for each in found.problems] == ["common.txt"]


def test_a_linked_requirements_file_is_read_at_its_target() -> None:
    found = set_of(
        {"fn/requirements.txt": Link("../common.txt"), "common.txt": "six\n"}, install("fn/requirements.txt")
    )

    assert found.requirements[0].place == Place("common.txt", 1)


def test_constraints_declare_nothing() -> None:
    found = set_of({"requirements.txt": "-c limits.txt\nflask\n", "limits.txt": "six==1.16\nflask<3\n./x\n"})

    assert names(found) == ["flask"]
    assert [each.name for each in found.constraints] == ["six", "flask"]


def test_constraints_of_a_command_line_declare_nothing_either() -> None:
    found = set_of(
        {"r.txt": "flask\n", "c.txt": "flask<3\n"}, install("r.txt"), install("c.txt", "constraints")
    )

    assert names(found) == ["flask"]
    assert [each.name for each in found.constraints] == ["flask"]
    assert not found.unknowns


@pytest.mark.parametrize(
    ("marker", "runtime", "holds"),
    [
        ("python_version < '3.11'", "python310", True),
        ("python_version < '3.11'", "python311", False),
        ("python_version < '3.9'", "python310", False),
        ("sys_platform == 'win32'", "python311", False),
        ("platform_system == 'Linux' and platform_machine == 'x86_64'", "python311", True),
        ("extra == 'dev'", "python311", False),
        ("os_name == 'posix' or bogus == '1'", "python311", None),
    ],
)
def test_markers_are_those_of_the_runtime(marker: str, runtime: str, holds: bool | None) -> None:
    found = set_of({"requirements.txt": f"flask; {marker}\n"}, runtime=runtime)

    assert names(found) == (["flask"] if holds in {True, None} else [])
    assert len(found.elsewhere) == (holds is False)
    assert len(found.unknowns) == (holds is None)


def test_an_unreadable_line_is_a_doubt_with_its_place_and_the_name_it_shows() -> None:
    found = set_of({"requirements.txt": "six\nflask=1.0\n"})

    assert names(found) == ["six", "flask"]
    assert [(each.place, "== may be meant" in each.reason) for each in found.unknowns] == [
        (Place("requirements.txt", 2), True)
    ]


def test_index_options_are_kept() -> None:
    found = set_of({"requirements.txt": "--extra-index-url https://x.test/simple\n--pre\nsix\n"})

    assert [(option.name, option.value) for option in found.options] == [
        ("--extra-index-url", "https://x.test/simple"),
        ("--pre", ""),
    ]


@pytest.mark.parametrize(
    "line", ["-e ./libs/foo", "./libs/foo", "-e libs/foo[yaml]", "foo @ file:./libs/foo"]
)
def test_a_local_project_gives_its_modules_and_what_it_requires(line: str) -> None:
    files = {
        "requirements.txt": f"{line}\n",
        "libs/foo/pyproject.toml": """
[project]
name = "Foo"
dependencies = ["six>=1"]
optional-dependencies.yaml = ["PyYAML"]
""",
        "libs/foo/src/foo/__init__.py": "",
    }

    found = set_of(files)

    assert found.local_roots == ("libs/foo/src",)
    assert set(names(found)) == {"foo", "six"} | ({"pyyaml"} if "[yaml]" in line else set())
    assert found.unknowns == ()


def test_a_local_project_is_found_where_the_image_has_it() -> None:
    files = {
        "a/requirements.txt": "-e /app/lib\n",
        "shared/lib/setup.py": "setup(name='lib', install_requires=['six'])",
    }
    arrived = {"app/requirements.txt": "a/requirements.txt", "app/lib/setup.py": "shared/lib/setup.py"}

    found = declared(tree_of(files), artifact_of(install("a/requirements.txt"), files=arrived))

    assert (names(found), found.local_roots) == (["six", "lib"], ("shared/lib",))


@pytest.mark.parametrize(
    "line", ["-e ./gone", "./gone.whl", "git+https://x.test/r.git", "-r https://x.test/r.txt"]
)
def test_what_lies_outside_the_repository_is_a_doubt(line: str) -> None:
    assert [each.place for each in set_of({"requirements.txt": f"{line}\n"}).unknowns] == [
        Place("requirements.txt", 1)
    ]


def test_requirements_of_a_command_line_are_read() -> None:
    direct = Install("direct", AT, text="uvicorn[standard]==0.30")

    found = set_of({}, direct, Install("direct", AT, text="!!"))

    assert [(each.name, each.source, each.place) for each in found.requirements] == [
        ("uvicorn", "direct", AT)
    ]
    assert len(found.unknowns) == 1


def test_installs_that_the_artifact_could_not_read_stay_in_doubt() -> None:
    doubt = Unknown("installs", Place("Dockerfile", 9), "the base image is private")
    other = Unknown("path", Place("Dockerfile", 9), "PYTHONPATH is computed")

    found = declared(tree_of({"requirements.txt": ""}), artifact_of(install(), unknowns=(doubt, other)))

    assert found.unknowns == (doubt,)


@pytest.mark.parametrize("kind", ["pipfile", "conda", ""])
def test_a_kind_that_nobody_can_read_is_a_doubt(kind: str) -> None:
    assert len(set_of({"Pipfile": ""}, install("Pipfile", kind)).unknowns) == 1


@pytest.mark.parametrize(
    ("installs", "files", "implied"),
    [
        ((install(),), {"requirements.txt": "six"}, ("functions-framework",)),
        ((install(),), {"requirements.txt": "functions_framework==3.*"}, ()),
        ((), {}, ("functions-framework",)),
        ((install("", "pyproject"),), {"pyproject.toml": "[project]\nname='x'"}, ()),
    ],
)
def test_the_buildpack_adds_the_framework(
    installs: tuple[Install, ...], files: dict[str, str], implied: tuple[str, ...]
) -> None:
    assert declared(tree_of(files), artifact_of(*installs, by="functions-framework")).implied == implied
    assert declared(tree_of(files), artifact_of(*installs, by="gunicorn")).implied == ()


def test_a_file_with_hashes_is_complete_and_one_without_is_not() -> None:
    assert set_of({"requirements.txt": "six==1 --hash=sha256:00\n"}).complete
    assert set_of({"requirements.txt": "-r a.txt\n", "a.txt": "six==1 --hash=sha256:00\n"}).complete
    assert not set_of({"requirements.txt": "six==1\n"}).complete
    assert not set_of({"requirements.txt": "six==1 --hash=sha256:00\n-e ./gone\n"}).complete
    assert not declared(tree_of({}), artifact_of()).complete


def test_an_object_that_this_clone_lacks_is_a_doubt() -> None:
    tree = tree_of({"requirements.txt": "six"})
    tree.contents((tree.entries["requirements.txt"].blob,))
    tree._contents[tree.entries["requirements.txt"].blob] = None

    found = declared(tree, artifact_of(install()))

    assert [each.kind for each in found.problems] == [ProblemKind.MISSING_BLOB]
    assert len(found.unknowns) == 1


@pytest.mark.parametrize(
    "line",
    [
        "https://user:hunter2@x.test/a.tar.gz",
        "git+https://hunter2@x.test/a.git",
        "https://x.test/a.tar.gz?token=hunter2",
        "-r https://user:hunt@hunter2@x.test/more.txt",
        "--index-url https://user:hunter2@x.test/simple flask",
        "a @ https://user:hunter2@x.test/a.tar.gz ; bogus == 1",
        "file://user:hunter2@x.test/a",
    ],
)
def test_no_doubt_shows_what_an_address_holds_in_secret(line: str) -> None:
    found = set_of({"requirements.txt": f"{line}\n"})

    assert found.unknowns
    assert not any("hunter2" in each.reason for each in found.unknowns)
    assert not any("hunter2" in each.subject for each in found.problems)
