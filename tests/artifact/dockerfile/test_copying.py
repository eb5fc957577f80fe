from __future__ import annotations

from dataclasses import replace

import pytest

from deployguard.artifact.image import image_artifact
from deployguard.model.entry import SUBMODULE, Entry
from deployguard.model.errors import DeployguardError
from deployguard.model.problem import ProblemKind
from deployguard.model.service import Service
from tests.artifact.images import doubts, image, sources
from tests.trees import Link, tree_of

Files = dict[str, str | bytes | Link]

REPOSITORY: Files = {
    "app/main.py": "1",
    "app/util/__init__.py": "",
    "app/util/a.py": "2",
    "shared/v.py": "3",
    "setup.cfg": "",
    "requirements.txt": "flask",
}


def copied(lines: str, files: Files | None = None) -> dict[str, str]:
    return sources(image(f"FROM python:3.12\n{lines}\n", files or dict(REPOSITORY)))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("COPY app/main.py /srv/", {"srv/main.py": "app/main.py"}),
        ("COPY app/main.py /srv", {"srv/main.py": "app/main.py"}),  # /srv exists in every image
        ("COPY app/main.py /new", {"new": "app/main.py"}),
        ("WORKDIR /new\nCOPY app/main.py /new", {"new/main.py": "app/main.py"}),
        ("WORKDIR /a\nWORKDIR b\nCOPY app/main.py .", {"a/b/main.py": "app/main.py"}),
        ("COPY app/util /x", {"x/__init__.py": "app/util/__init__.py", "x/a.py": "app/util/a.py"}),
        (
            "COPY app/util/ /x/util/",
            {"x/util/__init__.py": "app/util/__init__.py", "x/util/a.py": "app/util/a.py"},
        ),
        ("COPY app/m*.py app/util/?.py /x/", {"x/main.py": "app/main.py", "x/a.py": "app/util/a.py"}),
        ('COPY ["shared/v.py", "/x y/"]', {"x y/v.py": "shared/v.py"}),
        ("ENV D=/d\nCOPY shared/v.py $D/", {"d/v.py": "shared/v.py"}),
        ("ARG D=d\nCOPY shared/v.py /${D}/", {"d/v.py": "shared/v.py"}),
        ("COPY --chown=a:b --chmod=755 --link shared/v.py /x/", {"x/v.py": "shared/v.py"}),
        ("COPY --parents app/util/a.py /x/", {"x/app/util/a.py": "app/util/a.py"}),
        (
            "COPY --exclude=*.cfg --exclude=*.txt --exclude=Dockerfile --exclude=app . /x",
            {"x/shared/v.py": "shared/v.py"},
        ),
        ("COPY ./shared/../shared/v.py /x/", {"x/v.py": "shared/v.py"}),
        ("COPY ../shared/v.py /x/", {"x/v.py": "shared/v.py"}),  # BuildKit trims what leads above the context
    ],
)
def test_where_files_land(lines: str, expected: dict[str, str]) -> None:
    assert copied(lines) == expected


def test_a_later_copy_wins() -> None:
    assert copied("COPY app/main.py /x/m.py\nCOPY shared/v.py /x/m.py") == {"x/m.py": "shared/v.py"}


def test_a_missing_source_is_a_problem_at_its_line() -> None:
    found = image("FROM python:3.12\n\nCOPY ml/ /app/ml/\n", dict(REPOSITORY))
    (problem,) = found.problems
    assert (problem.kind, problem.subject, problem.place) == (
        ProblemKind.MISSING_PATH,
        "ml",
        ("Dockerfile", 3),
    )


def test_a_pattern_that_matches_nothing_breaks_no_build() -> None:
    assert image("FROM python:3.12\nCOPY poetry.lock* /app/\n").problems == ()


def test_a_source_above_the_context_is_a_problem() -> None:
    found = image(
        "FROM python:3.12\nCOPY ../shared /app/shared\n",
        {"shared/a.py": ""},
        context="svc",
        path="svc/Dockerfile",
    )
    (problem,) = found.problems
    assert problem.subject == "shared"
    assert "outside the build context svc" in problem.detail


def test_an_ignored_file_is_remembered_with_the_line_that_ignores_it() -> None:
    files = {"app/main.py": "", "app/secret.py": "", ".dockerignore": "# none\napp/secret.py\n"}
    found = image("FROM python:3.12\nCOPY app /srv/app\n", files)
    assert sources(found) == {"srv/app/main.py": "app/main.py"}
    assert found.ignored == {"srv/app/secret.py": ("app/secret.py", (".dockerignore", 2))}


def test_a_named_source_that_is_ignored_fails_the_build() -> None:
    files = {"ml/a.py": "", ".dockerignore": "ml\n"}
    (problem,) = image("FROM python:3.12\nCOPY ml /ml\n", files).problems
    assert problem.subject == "ml"
    assert ".dockerignore:1" in problem.detail


def test_the_ignore_file_beside_the_dockerfile_wins() -> None:
    files = {"a.py": "", "b.py": "", ".dockerignore": "a.py\n", "d/api.Dockerfile.dockerignore": "b.py\n"}
    found = image("FROM python:3.12\nCOPY *.py /x/\n", files, path="d/api.Dockerfile")
    assert sources(found) == {"x/a.py": "a.py"}


def test_a_link_inside_the_image_opens_its_target() -> None:
    files: Files = {"svc/main.py": "", "svc/shared": Link("../shared"), "shared/a.py": "7"}
    found = image("FROM python:3.12\nCOPY . /app\n", files)
    assert found.files["app/svc/shared/a.py"].origin == "shared/a.py"
    assert found.files["app/svc/shared/a.py"].place == "svc/shared/a.py"
    assert found.problems == ()


def test_a_link_whose_target_was_not_copied_dangles() -> None:
    files: Files = {"svc/main.py": "", "svc/a.py": Link("../shared/a.py"), "shared/a.py": ""}
    found = image("FROM python:3.12\nCOPY svc /app/\n", files)
    assert "app/a.py" not in found.files
    assert [(one.kind, one.subject) for one in found.problems] == [(ProblemKind.DANGLING_LINK, "svc/a.py")]


def test_links_that_lead_back_and_that_name_the_host() -> None:
    files = {
        "x/a": Link("b"),
        "x/b": Link("a"),
        "x/c": Link("/home/me/repo/shared"),
        "x/d": Link("/usr/bin/python3"),
    }
    found = image("FROM python:3.12\nCOPY x /app\n", files)
    kinds = {one.subject: one.kind for one in found.problems}
    assert kinds["x/a"] is ProblemKind.LINK_LOOP
    assert kinds["x/c"] is ProblemKind.LINK_ABSOLUTE
    assert "x/d" not in kinds


def test_a_folder_that_links_to_itself_ends() -> None:
    found = image("FROM python:3.12\nCOPY x /app\n", {"x/self": Link("."), "x/a.py": ""})
    assert found.files["app/self/a.py"].origin == "x/a.py"


def test_a_link_named_on_the_line_is_followed() -> None:
    files: Files = {"link.py": Link("real/a.py"), "dir": Link("real"), "real/a.py": ""}
    assert copied("COPY link.py /x/\nCOPY dir /y/", files) == {
        "x/link.py": "real/a.py",
        "y/a.py": "real/a.py",
    }


def test_a_link_named_on_the_line_that_leaves_the_context() -> None:
    files: Files = {"svc/shared": Link("../shared"), "shared/a.py": ""}
    found = image("FROM python:3.12\nCOPY shared /x\n", files, context="svc", path="svc/Dockerfile")
    assert [one.kind for one in found.problems] == [ProblemKind.LINK_OUTSIDE]


def test_stages_by_name_number_and_parent() -> None:
    lines = (
        "FROM python:3.12 AS Base\nWORKDIR /app\nENV X=1\nCOPY shared/v.py .\n"
        "FROM base AS second\nCOPY app/main.py .\n"
        "FROM python:3.12-slim\nCOPY --from=0 /app/v.py /a/\nCOPY --from=second /app /b/\n"
    )
    found = image(lines, dict(REPOSITORY))
    assert sources(found) == {"a/v.py": "shared/v.py", "b/v.py": "shared/v.py", "b/main.py": "app/main.py"}


def test_a_stage_that_nothing_needs_cannot_fail() -> None:
    lines = "FROM python:3.12 AS test\nCOPY nowhere /x\nFROM python:3.12\nCOPY app /app\n"
    assert image(lines, dict(REPOSITORY)).problems == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /uvx /bin/", []),
        ("COPY --from=example.com/team/code:1 /src /app/src", [("files", 2)]),
        ("ADD code.tar.gz /app/", [("files", 2)]),
        ("ADD https://example.com/a.py /app/", [("files", 2)]),
        ("ADD https://example.com/install.sh /install.sh", []),
        ("COPY <<EOF /app/x.py\nx = 1\nEOF", [("files", 2)]),
        ("ARG WHICH\nCOPY svc/$WHICH /app", [("files", 3)]),
        ("RUN git clone https://example.com/x /app/x", [("files", 2)]),
        ("RUN curl -o /tmp/k https://example.com/k && wget -O /usr/local/bin/t https://x/t", []),
        ("RUN cd /app && curl -O https://example.com/model.py", [("files", 2)]),
    ],
)
def test_what_only_a_build_can_tell_is_unknown(line: str, expected: list[tuple[str, int]]) -> None:
    found = image(f"FROM python:3.12\n{line}\nCMD python /m.py\n", {"code.tar.gz": b"x"})
    assert doubts(found) == expected
    assert found.problems == ()


def test_a_build_argument_from_the_configuration_has_its_value() -> None:
    found = image(
        "ARG V=3.10\nFROM python:${V}-slim\nARG SVC\nCOPY svc/${SVC} /app\n",
        {"svc/a/main.py": ""},
        build_args=(("SVC", "a"), ("V", "3.13")),
    )
    assert sources(found) == {"app/main.py": "svc/a/main.py"}
    assert found.runtime.version == "3.13"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("RUN mv /app/main.py /app/m.py", {"app/m.py"}),
        ("RUN cp /app/main.py /app/copy.py && rm /app/main.py", {"app/copy.py"}),
        ("RUN cp -r app /other", {"app/main.py", "other/main.py"}),
        ("RUN mkdir -p /x && cp -r /app /x", {"app/main.py", "x/app/main.py"}),
        ("RUN ln -s /app /srv/link", {"app/main.py", "srv/link/main.py"}),
        ("RUN ln -s main.py app/other.py", {"app/main.py", "app/other.py"}),
        ("RUN rm -rf /app/*.py", set[str]()),
        ("RUN set -e; if true; then mv /app/main.py /app/x.py; fi", {"app/x.py"}),
        ("RUN cd /app && sh -c 'mv main.py y.py'", {"app/y.py"}),
        ('RUN ["mv", "/app/main.py", "/app/z.py"]', {"app/z.py"}),
        ("RUN <<EOF\nset -e\nmv /app/main.py /app/h.py\nEOF", {"app/h.py"}),
    ],
)
def test_run_moves_files(line: str, expected: set[str]) -> None:
    found = image(f"FROM python:3.12\nCOPY main.py /app/\n{line}\n", {"main.py": ""})
    assert set(found.files) == expected


def test_touch_makes_a_package() -> None:
    found = image("FROM python:3.12\nCOPY a.py /app/p/\nRUN touch /app/p/__init__.py\n", {"a.py": ""})
    assert "app/p/__init__.py" in found.files


def test_a_missing_dockerfile_and_one_without_from() -> None:
    assert image("", {}).problems[0].kind is ProblemKind.UNREADABLE
    found = image("FROM python:3.12\n", {}, context="nowhere")
    assert found.problems[0].subject == "nowhere"
    assert found.launch.by == "unknown"


def test_an_unknown_instruction_is_a_problem() -> None:
    (problem,) = image("FROM python:3.12\nCOPPY a b\n").problems
    assert (problem.kind, problem.place.line) == (ProblemKind.UNREADABLE, 2)


def test_a_submodule_brings_nothing() -> None:
    tree = tree_of({"Dockerfile": "FROM python:3.12\nCOPY . /app\n"})
    entries = {**tree.entries, "vendor/lib": Entry(SUBMODULE, "0" * 40)}
    found = image_artifact(replace(tree, entries=entries), Service("api", "run", dockerfile="Dockerfile"))
    assert [(one.kind, one.subject) for one in found.problems] == [(ProblemKind.SUBMODULE, "vendor/lib")]


@pytest.mark.slow
def test_an_image_that_grows_beyond_reason_is_refused() -> None:
    doubling = "".join(f"RUN cp -r /x /y{n} && mv /y{n} /x/z{n}\n" for n in range(25))
    with pytest.raises(DeployguardError, match="more than"):
        image(f"FROM python:3.12\nCOPY app /x/a\n{doubling}", dict(REPOSITORY))


def test_a_doubt_of_another_stage_stays_there_unless_it_is_copied() -> None:
    lines = "FROM node:20 AS web\nRUN git clone https://x/y /web/src\nRUN npm i\nFROM python:3.12\n"
    rest = "COPY app /app\nCMD python /app/main.py\n"
    assert doubts(image(f"{lines}COPY --from=web /web/dist /app/static\n{rest}", dict(REPOSITORY))) == [
        ("files", 5)
    ]
    assert doubts(image(f"{lines}{rest}", dict(REPOSITORY))) == []


def test_the_recipe_names_base_images_command_and_arguments_but_no_values() -> None:
    found = image("ARG V=3.12\nFROM python:${V}\nCMD python x.py\n", {}, build_args=(("V", "3.13"),))
    recipe = dict(found.recipe)
    assert recipe["from:0"] == "python:3.13"
    assert recipe["command"] == "/bin/sh\0-c\0python x.py"
    assert "3.13" not in recipe["build-arg:V"]
