"""`deployguard demo`: the whole story, in temporary repositories and on a local cloud."""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from deployguard.cli.output import tell
from deployguard.demo.pipeline_stage import is_here, set_up_pipeline
from deployguard.demo.pipeline_story import PIPELINE_STORY
from deployguard.demo.story import STORY, Step
from deployguard.demo.theatre import edit, run_command, set_up


class Scene(NamedTuple):
    """Where steps are played: the repository, variables of the environment, and whether each step waits."""

    folder: Path
    environment: Mapping[str, str]
    wait: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--step", action="store_true", help="wait for Enter after each step")
    parser.add_argument("--keep", action="store_true", help="keep the repositories, and say where they are")
    parser.add_argument(
        "--act",
        type=int,
        choices=(1, 2),
        help="play only the check at commit time (1), or only deploy, drift and repair (2)",
    )


def run(arguments: argparse.Namespace) -> int:
    folder = Path(tempfile.mkdtemp(prefix="deployguard-demo-"))
    acts = [act for number, act in ((1, _checked), (2, _released)) if arguments.act in {None, number}]
    try:
        told = all(act(folder, arguments.step) for act in acts)
    finally:
        if not arguments.keep:
            rmtree(folder, ignore_errors=True)
    if told:
        print(
            "\nThat is the whole story. In a repository of yours: deployguard init, then deployguard check."
        )
    if arguments.keep:
        print(f"The repositories are in {folder}")
    return int(not told)


def _checked(folder: Path, wait: bool) -> bool:
    """Play the first act: what is wrong is found before the commit."""
    repository = folder / "shop"
    repository.mkdir()
    print(f"The hook is run by {set_up(repository)}.")
    return _played_all(Scene(repository, {}, wait), STORY)


def _released(folder: Path, wait: bool) -> bool:
    """Play the second act on a local cloud; the distribution alone does not hold its repository."""
    if not is_here():
        tell("deployguard: deploy, drift and repair are shown by bin/demo, in a checkout of deployguard")
        return True
    from deployguard.demo.cloud import local_cloud

    print(
        "\nThe second act. A local Google Cloud is started, which builds and runs what it is given.",
        flush=True,
    )
    repository = set_up_pipeline(folder)
    with local_cloud(folder) as environment:
        told = _played_all(Scene(repository, environment, wait), PIPELINE_STORY)
    if told:
        kept = Path(tempfile.gettempdir()) / "deployguard-morning.html"
        kept.write_bytes((repository / "morning.html").read_bytes())
        print(f"\nThe page: {kept}")
    return told


def _played_all(scene: Scene, story: Sequence[Step]) -> bool:
    for number, step in enumerate(story, 1):
        print(f"\n{number}. {step.says}" if step.says else "", flush=True)
        if not _played(scene, step):
            return False
        if scene.wait and number < len(story):
            _wait()
    return True


def _wait() -> None:
    try:
        input("   (Enter goes on) ")
    except EOFError:
        print()


def _played(scene: Scene, step: Step) -> bool:
    for one in step.edits:
        shown = f"{one.old.strip()}  ->  " if one.old else ""
        print(f"   edit {one.path}: {shown}{one.new.strip().splitlines()[-1].strip()}")
    edit(scene.folder, step.edits)
    before = [_shown(scene, words) == 0 for words in step.first]
    code = _shown(scene, step.runs)
    if not all(before) or bool(code) is not bool(step.ends):
        print(f"demo: this step should have ended with {step.ends}, not {code}", file=sys.stderr)
        return False
    return True


def _shown(scene: Scene, words: tuple[str, ...]) -> int:
    """Run a command as if it was typed, show what it says, and return its exit code."""
    print(f"\n   $ {shlex.join(words)}", flush=True)
    ended = run_command(scene.folder, words, scene.environment)
    for line in ended.output.rstrip().splitlines():
        print(f"   {line}".rstrip())
    return ended.code
