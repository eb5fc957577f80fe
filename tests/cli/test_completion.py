from __future__ import annotations

import shutil
import subprocess

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


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash to complete in")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [(["af"], "affected"), (["check", "--sta"], "--staged"), (["completion", "fi"], "fish")],
)
def test_bash_completes(shell: Shell, words: list[str], wanted: str) -> None:
    script = shell("completion", "bash").out
    given = " ".join(["deployguard", *words])
    script += f'COMP_WORDS=({given}); COMP_CWORD={len(words)}; _deployguard; echo "${{COMPREPLY[@]}}"\n'
    done = subprocess.run(["bash", "--norc"], input=script, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [wanted]
