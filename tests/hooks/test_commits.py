"""A commit is refused for what it would hold, not for what lies on disk, whoever runs the hook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shutil import which

import pytest

from tests.hooks.runners import INSTALLERS, HookHome, by_copy, by_hooks_path
from tests.repositories import git, make_repository, sample_files

pytestmark = pytest.mark.slow

WHOLE = (Path(__file__).parents[1] / "projects/complete-farm/repository.txt").read_text()
LINKS = "functions/orders/shared/validation"


@dataclass(frozen=True, slots=True)
class Team:
    """A repository with the hook installed."""

    home: HookHome
    top: Path

    def write(self, path: str, text: str) -> None:
        (self.top / path).write_text(text)

    def add_line(self, path: str, line: str) -> None:
        self.write(path, (self.top / path).read_text() + line + "\n")

    def link(self, name: str) -> None:
        (self.top / LINKS / name).symlink_to(f"../../../../shared/validation/{name}")

    def git(self, *words: str) -> None:
        git(self.top, *words)

    def refused(self, *words: str) -> str:
        before = git(self.top, "rev-parse", "HEAD")
        done = self.home.run(self.top, "git", "commit", "-m", "Change", *words)
        assert done.returncode != 0, done.stdout
        assert git(self.top, "rev-parse", "HEAD") == before
        return done.stdout

    def accepted(self, *words: str) -> None:
        done = self.home.run(self.top, "git", "commit", "-m", "Change", *words)
        assert done.returncode == 0, done.stdout


@pytest.fixture(params=INSTALLERS)
def team(request: pytest.FixtureRequest, tmp_path: Path, hook_home: HookHome) -> Team:
    top = make_repository(tmp_path / "r", list(sample_files(WHOLE)))
    INSTALLERS[request.param](hook_home, top)
    return Team(hook_home, top)


def test_an_untracked_link_and_an_unstaged_line_hide_nothing(team: Team) -> None:
    team.write("shared/validation/money.py", "import yaml\n")
    team.add_line("shared/validation/__init__.py", "from .money import yaml")
    team.git("add", "--all")
    team.link("money.py")
    team.add_line("functions/orders/requirements.txt", "PyYAML==6.0.2")
    said = team.refused()
    assert "DG103" in said
    assert f"{LINKS}/money.py" in said
    assert "DG201" in said
    assert "PyYAML" in (team.top / "functions/orders/requirements.txt").read_text()
    team.git("add", "--all")
    team.accepted()


def test_deleting_what_a_link_points_at_is_refused(team: Team) -> None:
    team.git("rm", "--quiet", "shared/validation/retry.py")
    said = team.refused()
    assert "DG102" in said
    assert f"{LINKS}/retry.py" in said


def test_renaming_what_a_link_points_at_is_refused_until_the_link_follows(team: Team) -> None:
    team.git("mv", "shared/validation/retry.py", "shared/validation/again.py")
    team.write("shared/validation/__init__.py", "from .rules import check\nfrom .again import retry\n")
    team.git("add", "--all")
    said = team.refused()
    assert "DG102" in said
    assert "shared.validation.again" in said
    team.git("rm", "--quiet", f"{LINKS}/retry.py")
    team.link("again.py")
    team.git("add", "--all")
    team.accepted()


def test_commit_all_is_judged_by_what_it_takes_along(team: Team) -> None:
    team.add_line("functions/orders/main.py", "import yaml")
    assert "DG201" in team.refused("--all")
    team.add_line("functions/orders/requirements.txt", "PyYAML==6.0.2")
    team.accepted("--all")


def test_commit_of_a_path_is_judged_without_what_else_is_staged(team: Team) -> None:
    team.add_line("functions/orders/main.py", "import yaml")
    team.add_line("functions/orders/requirements.txt", "PyYAML==6.0.2")
    team.git("add", "--all")
    assert "DG201" in team.refused("functions/orders/main.py")
    team.accepted("functions/orders/requirements.txt")
    team.accepted("functions/orders/main.py")


def test_a_staged_defect_does_not_block_the_commit_of_another_path(team: Team) -> None:
    team.add_line("functions/orders/main.py", "import yaml")
    team.git("add", "--all")
    team.add_line("shared/validation/rules.py", "LIMIT = 3")
    team.accepted("shared/validation/rules.py")
    assert "DG201" in team.refused()


def test_a_linked_work_tree_is_judged_by_its_own_index(team: Team) -> None:
    team.git("worktree", "add", "--quiet", "-b", "side", "../side")
    side = Team(team.home, team.top.parent / "side")
    side.add_line("functions/orders/main.py", "import yaml")
    team.add_line("functions/orders/requirements.txt", "PyYAML==6.0.2")
    team.git("add", "--all")
    assert "DG201" in side.refused("--all")
    team.accepted()
    side.add_line("functions/orders/requirements.txt", "PyYAML==6.0.2")
    side.accepted("--all")


def test_intent_to_add_is_not_adding(team: Team) -> None:
    team.write("shared/validation/money.py", "")
    team.add_line("shared/validation/__init__.py", "from . import money")
    team.git("add", "--all")
    team.link("money.py")
    team.git("add", "--intent-to-add", f"{LINKS}/money.py")
    assert f"{LINKS}/money.py" in team.refused()


def test_a_commit_from_a_folder_below_the_top_is_judged_whole(team: Team) -> None:
    team.add_line("functions/orders/main.py", "import yaml")
    below = Team(team.home, team.top / "shared")
    assert "DG201" in below.refused("--all")


def test_the_shim_works_where_core_hooks_path_points_at_it(tmp_path: Path, hook_home: HookHome) -> None:
    top = make_repository(tmp_path / "r", list(sample_files(WHOLE)))
    by_hooks_path(hook_home, top)
    team = Team(hook_home, top)
    team.add_line("functions/orders/main.py", "import yaml")
    assert "DG201" in team.refused("--all")
    team.add_line("functions/orders/requirements.txt", "PyYAML==6.0.2")
    team.accepted("--all")


def test_the_shim_says_what_to_do_when_deployguard_is_not_installed(
    tmp_path: Path, hook_home: HookHome, without_deployguard: str
) -> None:
    top = make_repository(tmp_path / "r", list(sample_files(WHOLE)))
    by_copy(hook_home, top)
    done = hook_home.run(top, "git", "commit", "--allow-empty", "-m", "Change", PATH=without_deployguard)
    assert done.returncode != 0
    assert "uv tool install deployguard-gcp" in done.stdout


@pytest.fixture
def without_deployguard(tmp_path: Path) -> str:
    """Return a PATH that has git and sh, and nothing else."""
    (tmp_path / "bin").mkdir()
    for program in ("git", "sh"):
        (tmp_path / "bin" / program).symlink_to(str(which(program)))
    return str(tmp_path / "bin")
