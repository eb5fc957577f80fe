"""A run that remembers must say what a run that knows nothing says."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import CONFIGURATION, Ran, Shell
from tests.repositories import git

NEEDS_TENACITY = "import functions_framework\nimport tenacity\n\n\ndef handle(request):\n    return 1\n"
NO_SUCH_ENTRY = CONFIGURATION.replace('"handle"', '"handel"')
ORDERS = "functions/orders"
PARCELS = "functions/parcels"


@pytest.fixture
def lacking(shell: Shell) -> Shell:
    """A function lacks a requirement, and a first check has said so."""
    shell.write(f"{ORDERS}/main.py", NEEDS_TENACITY)
    assert shell("check").code == 1
    return shell


def test_a_baseline_that_is_not_yet_in_git_counts_after_a_check(lacking: Shell) -> None:
    assert lacking("check", "--write-baseline").code == 0
    assert lacking("check").code == 0
    (lacking.folder / ".deployguard-baseline.json").unlink()
    assert lacking("check").code == 1


def test_a_configuration_read_from_a_pipe_is_read_each_time(shell: Shell) -> None:
    def code(text: str) -> int:
        read, write = os.pipe()
        os.write(write, text.encode())
        os.close(write)
        try:
            return shell("check", "--config", f"/dev/fd/{read}").code
        finally:
            os.close(read)

    assert [code(CONFIGURATION), code(NO_SUCH_ENTRY), code(CONFIGURATION)] == [0, 1, 0]


def test_a_linked_configuration_is_known_by_what_it_says(shell: Shell) -> None:
    (shell.folder / "deployguard.toml").unlink()
    (shell.folder / "deployguard.toml").symlink_to("settings/deployguard.toml")
    shell.write("settings/deployguard.toml", CONFIGURATION)
    git(shell.folder, "add", "--all")
    assert shell("check").code == 0
    shell.write("settings/deployguard.toml", NO_SUCH_ENTRY)
    assert shell("check").code == 1


def test_an_object_that_a_fetch_brings_ends_the_doubt(
    lacking: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(lacking.folder, "commit", "--quiet", "--all", "--message", "Retry")
    blob = git(lacking.folder, "rev-parse", f"HEAD:{ORDERS}/main.py").strip()
    stored = lacking.folder / ".git/objects" / blob[:2] / blob[2:]
    away = stored.rename(lacking.folder / ".git/away")
    monkeypatch.setenv("DEPLOYGUARD_CACHE_DIR", str(tmp_path / "cache"))
    assert lacking("check", "--rev", "HEAD").code == 2
    away.rename(stored)
    assert lacking("check", "--rev", "HEAD").code == 1


def test_a_fix_follows_how_a_sibling_writes_the_requirement(lacking: Shell) -> None:
    def fix() -> str:
        ran = lacking("check", "--output-format", "json")
        return str(ran.value["services"][0]["findings"][0]["fix"])

    lacking.write(f"{PARCELS}/requirements.txt", "functions-framework==3.8\ntenacity==8.5.0\n")
    assert "tenacity==8.5.0" in fix()
    lacking.write(f"{PARCELS}/requirements.txt", "functions-framework==3.8\ntenacity==9.0.0\n")
    assert "tenacity==9.0.0" in fix()


def test_a_folder_that_appears_beside_a_missing_path_changes_the_advice(shell: Shell) -> None:
    shell.write("deployguard.toml", CONFIGURATION.replace(ORDERS, "functions/bills"))
    assert "git add" not in shell("check", "--output-format", "full").out
    shell.write("functions/bills/main.py", NEEDS_TENACITY)
    assert "git add" in shell("check", "--output-format", "full").out


@pytest.mark.parametrize("option", ["--rev", "--since", "--config"])
def test_an_empty_value_is_not_taken_for_an_option_left_out(shell: Shell, option: str) -> None:
    assert shell("check", option, "").code == 2


def test_a_name_too_long_for_a_file_is_a_bad_name(shell: Shell) -> None:
    ran = shell("check", "--config", "a" * 300)
    assert (ran.code, "bug" in ran.err, "check --config" in ran.err) == (2, False, True)


TEXTS = {
    "main.py": (
        NEEDS_TENACITY,
        "from shared.rules import check\n\n\ndef handle(request):\n    return check(request)\n",
        "import shared.retry, yaml\n\n\ndef handle(request):\n    return open(__file__)\n",
        "def handle(:\n",
        "from pathlib import Path\n\nTEXT = (Path(__file__).parent / 'rules.yaml').read_text()\n\n\ndef handle(request): ...\n",
    ),
    "requirements.txt": (
        "functions-framework==3.8\n",
        "functions-framework==3.8\ntenacity==8.5.0\n",
        "functions-framework\ntenacity>=9\nPyYAML==6.0.1\n",
        "-r more.txt\n",
    ),
    "more.txt": ("functions-framework\ntenacity\n", "pyyaml\n"),
    "rules.yaml": ("a: 1\n", "b: 2\n"),
    ".gcloudignore": ("*.yaml\n", "shared\n", "#!include:.gitignore\n"),
    "deploy.sh": ("gcloud run deploy x --set-env-vars A=b\n", "true\n"),
}


def _write_something(folder: Path, chance: random.Random) -> None:
    name = chance.choice(sorted(TEXTS))
    at = folder / chance.choice([ORDERS, PARCELS]) / name
    at.write_text(chance.choice(TEXTS[name]), encoding="utf-8")


def _write_shared(folder: Path, chance: random.Random) -> None:
    at = folder / "shared" / chance.choice(["rules.py", "retry.py", "clock.py", "__init__.py"])
    at.write_text(chance.choice(["import yaml\n", "import shared.clock\n", "def check(request): ...\n"]))


def _link(folder: Path, chance: random.Random) -> None:
    at = (
        folder
        / chance.choice([ORDERS, PARCELS])
        / "shared"
        / chance.choice(["retry.py", "clock.py", "rules.py"])
    )
    at.parent.mkdir(exist_ok=True)
    at.unlink(missing_ok=True)
    at.symlink_to(f"../../../shared/{chance.choice([at.name, 'nowhere.py'])}")


def _remove(folder: Path, chance: random.Random) -> None:
    paths = [
        at for top in ("functions", "shared") for at in sorted((folder / top).rglob("*")) if not at.is_dir()
    ]
    if paths:
        chance.choice(paths).unlink()


def _rename(folder: Path, chance: random.Random) -> None:
    at = folder / "shared" / chance.choice(["rules.py", "retry.py", "clock.py"])
    if at.exists():
        at.rename(at.with_name(chance.choice(["rules.py", "other.py"])))


def _configure(folder: Path, chance: random.Random) -> None:
    at = folder / "deployguard.toml"
    text = at.read_text(encoding="utf-8")
    old, new = chance.choice(
        [("handle", "handel"), ("handel", "handle"), ("orders]", "bills]"), ("bills]", "orders]")]
    )
    at.write_text(text.replace(old, new, 1), encoding="utf-8")


def _stage(folder: Path, chance: random.Random) -> None:
    git(
        folder,
        *chance.choice([("add", "--all"), ("add", "--update"), ("reset", "--quiet"), ("add", "-N", ".")]),
    )


CHANGES: tuple[Callable[[Path, random.Random], None], ...] = (
    _write_something,
    _write_something,
    _write_shared,
    _link,
    _remove,
    _rename,
    _configure,
    _stage,
    _stage,
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("DEPLOYGUARD_TEST_SEEDS", "4"))))
def test_whatever_changes_a_run_that_remembers_says_what_a_fresh_one_says(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  the same changes for the same seed
    done: list[str] = []

    def said(cache: str, *arguments: str) -> Ran:
        monkeypatch.setenv("DEPLOYGUARD_CACHE_DIR", str(tmp_path / cache))
        return shell("check", "--output-format", "json", *arguments)

    for step in range(15):
        change = chance.choice(CHANGES)
        change(shell.folder, chance)
        done.append(change.__name__)
        for arguments in ((), ("--staged",)):
            assert said("kept", *arguments) == said(f"fresh-{step}{len(arguments)}", *arguments), done
