from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deployguard.cli.verbs import VERBS
from tests.cli.running import Shell


def test_services_are_those_of_the_configuration(shell: Shell) -> None:
    assert shell("completion", "services").out == "orders\nparcels\n"


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_every_verb_and_option_is_in_the_script(shell: Shell, name: str) -> None:
    ran = shell("completion", name)
    assert ran.code == 0
    assert all(verb in ran.out for verb in VERBS)
    assert "write-baseline" in ran.out


CASES = [
    (["af"], "affected"),
    (["check", "--sta"], "--staged"),
    (["completion", "fi"], "fish"),
    (["check", "--output-format", "sar"], "sarif"),
    (["explain", "parc"], "parcels"),
]


def lacks(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"there is no {name} to complete in")


@pytest.fixture
def environment(shell: Shell, tmp_path: Path) -> dict[str, str]:
    """The command on PATH, and files of the completion that a shell may find; the repository is the current folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for name in ("bash", "zsh", "fish"):
        (tmp_path / f"completion.{name}").write_text(shell("completion", name).out)
    (tmp_path / "_deployguard").write_text(shell("completion", "zsh").out)
    return {**os.environ, "PATH": path, "HOME": str(tmp_path), "TERM": "dumb"}


@pytest.mark.slow
@lacks("bash")
@pytest.mark.parametrize(("words", "wanted"), CASES)
def test_bash_completes(
    shell: Shell, environment: dict[str, str], tmp_path: Path, words: list[str], wanted: str
) -> None:
    given = " ".join(["deployguard", *words])
    script = f'. {tmp_path}/completion.bash; COMP_WORDS=({given}); COMP_CWORD={len(words)}; _deployguard; echo "${{COMPREPLY[@]}}"\n'
    assert _ran(["bash", "--norc"], script, shell.folder, environment).split() == [wanted]


@pytest.mark.slow
@lacks("fish")
@pytest.mark.parametrize(("words", "wanted"), CASES)
def test_fish_completes(
    shell: Shell, environment: dict[str, str], tmp_path: Path, words: list[str], wanted: str
) -> None:
    given = " ".join(["deployguard", *words])
    script = f"source {tmp_path}/completion.fish; complete -C '{given}'\n"
    told = _ran(["fish", "--no-config"], script, shell.folder, environment)
    assert [line.partition("\t")[0] for line in told.splitlines()] == [wanted]


@pytest.mark.slow
@lacks("zsh")
@pytest.mark.parametrize("installed", ["in $fpath", "by eval"])
def test_zsh_completes_from_the_first_tab_on(
    shell: Shell, environment: dict[str, str], tmp_path: Path, installed: str
) -> None:
    found = f"fpath=({tmp_path} $fpath); " if installed == "in $fpath" else ""
    begun = f"{found}autoload -Uz compinit && compinit -u -d {tmp_path}/dump"
    begun += "" if found else f'; eval "$(cat {tmp_path}/completion.zsh)"'
    tabs = "".join(
        f"zpty -w -n z $'deployguard {' '.join(words)}\\t'; sleep 1; zpty -w -n z $'\\C-u'; "
        for words, _ in CASES
    )
    script = (
        f"zmodload zsh/zpty; zpty -b z 'zsh -f -i'; zpty -w z {shlex.quote(begun + '; echo BEGUN')}; sleep 2; "
        f"{tabs} while zpty -r -t z out; do print -r -- $out; done\n"
    )
    told = _ran(["zsh", "-f"], script, shell.folder, environment).rpartition("BEGUN")[2]
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|.\x08", "", told)
    for words, wanted in CASES:
        assert f"{' '.join(['deployguard', *words[:-1]])} {wanted}"[1:] in plain, plain


def _ran(shell: list[str], script: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        shell, input=script, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout
