"""Which commits matter, and by which files: on real repositories, with made-up services."""

from __future__ import annotations

import random
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from deployguard.artifact.assemble import artifact_of
from deployguard.artifact.fingerprint import fingerprint
from deployguard.config.load import load_project
from deployguard.model.drift import Judged, Verdict
from deployguard.source.commit import commit_tree
from deployguard.source.git import open_repository
from tests.drift.judging import judged_at
from tests.repositories import git, head, make_repository, sample_files

pytestmark = pytest.mark.slow
CONFIGURATION = """\
[project]
id = "p"
region = "us-west2"

[services.orders]
kind = "function"
source = "functions/orders"
entry-point = "handle"

[services.parcels]
kind = "run"
dockerfile = "parcels/Dockerfile"
"""
FILES = f"""\
-- deployguard.toml --
{CONFIGURATION}
-- functions/orders/main.py --
def handle(request): return "ok"
-- functions/orders/requirements.txt --
flask==3.0.0
-- functions/orders/shared -> ../../shared --
-- functions/orders/.gcloudignore --
*.md
-- parcels/Dockerfile --
FROM python:3.12 AS build
COPY parcels/requirements.txt /r.txt
RUN pip install --prefix /venv -r /r.txt
FROM python:3.12-slim
COPY --from=build /venv /usr/local
COPY parcels/app /app
CMD ["python", "/app/main.py"]
-- parcels/requirements.txt --
flask==3.0.0
-- parcels/app/main.py --
print(1)
-- shared/__init__.py --
-- shared/rules.py --
LIMIT = 1
-- shared/README.md --
Rules.
-- other/rules.py --
LIMIT = 9
-- docs/notes.md --
Notes.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", list(sample_files(FILES)))


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def commit(folder: Path, message: str = "Change") -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return head(folder)


def via(one: Judged) -> dict[str, tuple[str, ...]]:
    return {each.subject: each.via for each in one.commits}


def orders(folder: Path, base: str) -> Judged:
    return judged_at(folder, base, "orders")["orders"]


def parcels(folder: Path, base: str) -> Judged:
    return judged_at(folder, base, "parcels")["parcels"]


def test_a_file_behind_a_folder_link_counts_by_where_it_is(folder: Path) -> None:
    base = head(folder)
    write(folder, "shared/rules.py", "LIMIT = 2\n")
    commit(folder, "Raise")
    write(folder, "other/rules.py", "LIMIT = 8\n")
    commit(folder, "Elsewhere")
    assert via(orders(folder, base)) == {"Raise": ("shared/rules.py",)}


def test_a_link_that_leads_elsewhere_counts_by_itself(folder: Path) -> None:
    base = head(folder)
    link = folder / "functions/orders/shared"
    link.unlink()
    link.symlink_to("../../other")
    commit(folder, "Relink")
    assert via(orders(folder, base)) == {"Relink": ("functions/orders/shared",)}


def test_a_moved_file_behind_a_moved_link_is_no_change(folder: Path) -> None:
    base = head(folder)
    (folder / "shared").rename(folder / "common")
    link = folder / "functions/orders/shared"
    link.unlink()
    link.symlink_to("../../common")
    commit(folder, "Move")
    assert orders(folder, base).verdict is Verdict.EQUIVALENT


def test_a_renamed_file_counts_by_both_names(folder: Path) -> None:
    base = head(folder)
    (folder / "shared/rules.py").rename(folder / "shared/limits.py")
    commit(folder, "Rename")
    assert via(orders(folder, base)) == {"Rename": ("shared/limits.py", "shared/rules.py")}


def test_what_an_ignore_file_keeps_out_does_not_count_and_the_ignore_file_does(folder: Path) -> None:
    base = head(folder)
    write(folder, "functions/orders/README.md", "Ignored.\n")
    commit(folder, "Explain")
    assert orders(folder, base).verdict is Verdict.EQUIVALENT
    write(folder, "functions/orders/.gcloudignore", "# none\n")
    commit(folder, "Let in")
    assert via(orders(folder, base)) == {
        "Let in": ("functions/orders/.gcloudignore",),
        "Explain": ("functions/orders/README.md",),
    }


def test_requirements_that_only_a_build_stage_sees_count(folder: Path) -> None:
    base = head(folder)
    write(folder, "parcels/requirements.txt", "flask==3.1.0\n")
    commit(folder, "Upgrade")
    assert via(parcels(folder, base)) == {"Upgrade": ("parcels/requirements.txt",)}


STAGES = """\
FROM node:22 AS web
WORKDIR /web
COPY web .
RUN npm run build
FROM python:3.12-slim
COPY --from=web /web/dist /app/dist
COPY --from=registry.example.com/tools:1 /opt/tool /opt/tool
ADD https://example.com/data.bin /app/data.bin
RUN curl -o /app/more.bin https://example.com/more.bin
COPY parcels/app /app
CMD ["python", "/app/main.py"]
"""


def test_what_an_earlier_stage_is_built_from_counts_and_its_doubts_alarm_nobody(folder: Path) -> None:
    write(folder, "parcels/Dockerfile", STAGES)
    write(folder, "web/page.ts", "let a = 1\n")
    base = commit(folder, "Stages")
    write(folder, "docs/notes.md", "Other.\n")
    commit(folder, "Unrelated")
    assert parcels(folder, base).verdict is Verdict.EQUIVALENT
    write(folder, "web/page.ts", "let a = 2\n")
    commit(folder, "Page")
    assert via(parcels(folder, base)) == {"Page": ("web/page.ts",)}


def test_a_copy_of_what_is_not_known_cannot_be_told(folder: Path) -> None:
    text = 'FROM python:3.12-slim\nARG DIR\nCOPY ${DIR} /app\nCMD ["python", "/app/main.py"]\n'
    write(folder, "parcels/Dockerfile", text)
    base = commit(folder, "Argument")
    assert parcels(folder, base).verdict is Verdict.CURRENT
    write(folder, "docs/notes.md", "Other.\n")
    commit(folder, "Anything")
    one = parcels(folder, base)
    assert (one.verdict, "DIR has no value" in one.reason) == (Verdict.UNKNOWN, True)


def test_a_dockerfile_counts(folder: Path) -> None:
    base = head(folder)
    text = (folder / "parcels/Dockerfile").read_text()
    write(folder, "parcels/Dockerfile", text.replace("3.12-slim", "3.13-slim"))
    commit(folder, "Newer Python")
    assert via(parcels(folder, base)) == {"Newer Python": ("parcels/Dockerfile",)}


def test_only_the_edit_of_the_services_own_table_counts(folder: Path) -> None:
    base = head(folder)
    write(folder, "deployguard.toml", CONFIGURATION + 'build-args = { A = "1" }\n')
    commit(folder, "Of parcels")
    own = CONFIGURATION.replace('"handle"', '"other"') + 'build-args = { A = "1" }\n'
    write(folder, "deployguard.toml", own)
    commit(folder, "Of orders")
    write(folder, "deployguard.toml", own + "# a comment\n")
    commit(folder, "A comment")
    assert via(orders(folder, base)) == {"Of orders": ("deployguard.toml",)}
    assert via(parcels(folder, base)) == {"Of parcels": ("deployguard.toml",)}


def test_settings_that_ship_nothing_do_not_count(folder: Path) -> None:
    base = head(folder)
    write(folder, "deployguard.toml", CONFIGURATION + 'settings = { memory = "1Gi" }\n')
    commit(folder)
    assert parcels(folder, base).verdict is Verdict.EQUIVALENT


def test_before_it_was_configured_the_present_entry_holds_and_that_is_said(folder: Path) -> None:
    write(folder, "deployguard.toml", CONFIGURATION.partition("[services.parcels]")[0])
    base = commit(folder, "Without")
    write(folder, "deployguard.toml", CONFIGURATION)
    commit(folder, "With")
    one = parcels(folder, base)
    assert one.verdict is Verdict.EQUIVALENT
    assert "the present configuration is taken" in one.details[0]


def test_before_any_configuration_and_with_a_broken_one(folder: Path) -> None:
    (folder / "deployguard.toml").unlink()
    none = commit(folder, "None")
    write(folder, "deployguard.toml", "[services\n")
    broken = commit(folder, "Broken")
    write(folder, "deployguard.toml", CONFIGURATION)
    write(folder, "shared/rules.py", "LIMIT = 2\n")
    commit(folder, "Mended")
    for base in (none, broken):
        one = orders(folder, base)
        assert (one.verdict, via(one)) == (Verdict.STALE, {"Mended": ("shared/rules.py",)})
        assert "the present configuration is taken" in one.details[0]


def test_of_a_merged_branch_its_own_commits_count(folder: Path) -> None:
    git(folder, "checkout", "--quiet", "-b", "side")
    write(folder, "shared/rules.py", "LIMIT = 2\n")
    commit(folder, "On the side")
    git(folder, "checkout", "--quiet", "main")
    base = commit(folder, "On main")
    git(folder, "merge", "--quiet", "side", "-m", "Merge")
    assert via(orders(folder, base)) == {"On the side": ("shared/rules.py",)}
    assert orders(folder, base).behind == 2


def test_a_merge_that_adds_something_of_its_own_counts(folder: Path) -> None:
    base = head(folder)
    git(folder, "checkout", "--quiet", "-b", "side")
    write(folder, "docs/notes.md", "Side.\n")
    commit(folder, "Side")
    git(folder, "checkout", "--quiet", "main")
    git(folder, "merge", "--quiet", "--no-ff", "--no-commit", "side")
    write(folder, "shared/rules.py", "LIMIT = 3\n")
    commit(folder, "Evil merge")
    assert via(orders(folder, base)) == {"Evil merge": ("shared/rules.py",)}


def test_a_merge_that_drops_what_serves_counts(folder: Path) -> None:
    git(folder, "checkout", "--quiet", "-b", "side")
    write(folder, "shared/rules.py", "LIMIT = 2\n")
    base = commit(folder, "Served")
    git(folder, "checkout", "--quiet", "main")
    git(folder, "merge", "--quiet", "-s", "ours", "side", "-m", "Drop it")
    one = orders(folder, base)
    assert (one.verdict, via(one)) == (Verdict.STALE, {"Drop it": ("shared/rules.py",)})


def test_a_removed_service_folder_is_stale(folder: Path) -> None:
    base = head(folder)
    git(folder, "rm", "--quiet", "-r", "parcels/app")
    commit(folder, "Remove")
    one = parcels(folder, base)
    assert (one.verdict, via(one)) == (Verdict.STALE, {"Remove": ("parcels/app/main.py",)})


def test_a_partial_clone_asks_its_remote_once_for_all_services(folder: Path, tmp_path: Path) -> None:
    base = head(folder)
    write(folder, "shared/rules.py", "LIMIT = 2\n")
    write(folder, "parcels/Dockerfile", (folder / "parcels/Dockerfile").read_text() + "# more\n")
    commit(folder, "Raise")
    for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        git(folder, "config", key, "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{folder}", "partial")
    found = judged_at(tmp_path / "partial", base, "orders", "parcels")
    assert via(found["orders"]) == {"Raise": ("shared/rules.py",)}
    assert via(found["parcels"]) == {"Raise": ("parcels/Dockerfile",)}


def test_a_partial_clone_without_its_remote_cannot_tell(folder: Path, tmp_path: Path) -> None:
    base = head(folder)
    write(folder, "parcels/Dockerfile", (folder / "parcels/Dockerfile").read_text() + "# more\n")
    commit(folder, "Comment")
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{folder}", "partial")
    git(tmp_path / "partial", "remote", "set-url", "origin", f"file://{tmp_path}/gone")
    one = judged_at(tmp_path / "partial", base, "parcels")["parcels"]
    assert one.verdict is Verdict.UNKNOWN
    assert any("did not give" in detail for detail in one.details)


EDITS = (
    ("functions/orders/main.py", ("def handle(request): return 1\n", "def handle(request): return 2\n")),
    ("functions/orders/.gcloudignore", ("*.md\n", "# all\n", "*.txt\n!requirements.txt\n")),
    ("functions/orders/notes.txt", ("a", "b", None)),
    ("shared/rules.py", ("LIMIT = 1\n", "LIMIT = 2\n", None)),
    ("shared/README.md", ("Rules.\n", "More.\n")),
    ("other/rules.py", ("LIMIT = 9\n", "LIMIT = 1\n")),
    ("docs/notes.md", ("Notes.\n", "No.\n", None)),
    ("parcels/app/main.py", ("print(1)\n", "print(2)\n")),
    ("parcels/app/more.py", ("print(1)\n", None)),
    ("parcels/.dockerignore", ("app\n", None)),
    (
        "deployguard.toml",
        (CONFIGURATION, CONFIGURATION.replace('"handle"', '"main"'), f"{CONFIGURATION}\n#\n"),
    ),
    ("functions/orders/shared", ("-> ../../shared", "-> ../../other")),
)


def edit(folder: Path, chance: random.Random) -> None:
    path, contents = chance.choice(EDITS)
    at, text = folder / path, chance.choice(contents)
    if at.is_symlink() or at.exists():
        at.unlink()
    if text is not None and text.startswith("-> "):
        at.symlink_to(text[3:])
    elif text is not None:
        write(folder, path, text)


def fingerprints(folder: Path, revision: str) -> dict[str, str]:
    tree = commit_tree(open_repository(folder), revision)
    return {each.name: fingerprint(artifact_of(tree, each)) for each in load_project(tree, None).services}


@pytest.mark.parametrize("seed", range(6))
def test_stale_means_another_fingerprint_whatever_was_edited(folder: Path, seed: int) -> None:
    """Random edits, branches and merges; no file is read but by commits, and no difference goes unexplained."""
    chance = random.Random(seed)  # noqa: S311
    every = [head(folder)]
    for number in range(14):
        if chance.random() < 0.25:
            git(folder, "checkout", "--quiet", "-B", "side", chance.choice(every))
            edit(folder, chance)
            commit(folder, f"Side {number}")
            git(folder, "checkout", "--quiet", "main")
            strategy = chance.choice(["ours", "theirs"])
            try:
                git(folder, "merge", "--quiet", "-X", strategy, "side", "-m", f"Merge {number}")
            except (
                CalledProcessError
            ):  # changed here, removed there: whatever lies there now is the resolution
                commit(folder, f"Merge {number}")
            every.append(head(folder))
        edit(folder, chance)
        every.append(commit(folder, f"Edit {number}"))
    now = fingerprints(folder, "HEAD")
    for base in every:
        then, found = fingerprints(folder, base), judged_at(folder, base, "orders", "parcels")
        for name in ("orders", "parcels"):
            one = found[name]
            fresh = {Verdict.CURRENT, Verdict.EQUIVALENT}
            assert (one.verdict in fresh) == (then[name] == now[name]), (base, one)
            if one.verdict is Verdict.STALE:
                assert one.commits, (base, one)
            for each in one.commits:
                listed = git(folder, "show", "-m", "--format=", "--name-only", "--no-renames", each.sha)
                assert set(each.via) <= set(listed.splitlines())
