"""`deployguard demo`: the whole story, in temporary repositories and on a local cloud."""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import rmtree, which
from typing import NamedTuple

from deployguard.cli.output import tell
from deployguard.demo.pipeline_stage import is_here, set_up_pipeline
from deployguard.demo.pipeline_story import PIPELINE_STORY
from deployguard.demo.story import STORY, Edit, Step
from deployguard.demo.theatre import edit, run_command, set_up
from deployguard.model.errors import UsageError


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
    if which("git") is None:
        raise UsageError("demo: git is not on PATH, and the story is about commits: install it first")
    folder = Path(tempfile.mkdtemp(prefix="deployguard-demo-"))
    acts = [act for number, act in ((1, _checked), (2, _released)) if arguments.act in {None, number}]
    print(f"Everything happens in {folder}{'' if arguments.keep else ', which is removed at the end'}.")
    try:
        told = all(act(folder, arguments.step) for act in acts)
        if told:
            print(
                "\nThat is the whole story. In a repository of yours: deployguard init, then deployguard check."
            )
        if arguments.keep:
            print(f"The repositories are in {folder}", flush=True)
        return int(not told)
    finally:
        if not arguments.keep:
            rmtree(folder, ignore_errors=True)


def _checked(folder: Path, wait: bool) -> bool:
    """Play the first act: what is wrong is found before the commit."""
    repository = folder / "shop"
    repository.mkdir()
    runner = set_up(repository)
    print(f"\nThe first act: before the commit. The hook is run by {runner}.")
    return _played_all(Scene(repository, {}, wait), STORY)


def _released(folder: Path, wait: bool) -> bool:
    """Play the second act on a local cloud; the distribution alone does not hold its repository."""
    if not is_here():
        tell("deployguard: deploy, drift and repair are shown by bin/demo, in a checkout of deployguard")
        return True
    from deployguard.demo.cloud import local_cloud

    print(
        "\nThe second act: after it. A local Google Cloud is started, which builds and runs what it is given.",
        flush=True,
    )
    repository = set_up_pipeline(folder)
    with local_cloud(folder) as environment:
        told = _played_all(Scene(repository, environment, wait), PIPELINE_STORY)
        print("\nThe local cloud is stopped ...", flush=True)
    if told:
        print(f"\nThe page of the last step, to be opened in a browser: {_kept(repository / 'morning.html')}")
    return told


def _kept(page: Path) -> Path:
    """Copy the page to where it outlives the story, under a name that nobody else can have taken."""
    with tempfile.NamedTemporaryFile(
        "wb", prefix="deployguard-morning-", suffix=page.suffix, delete=False
    ) as kept:
        kept.write(page.read_bytes())
    return Path(kept.name)


def _played_all(scene: Scene, story: Sequence[Step]) -> bool:
    for number, step in enumerate(story, 1):
        print(f"\n{number}. {step.says}", flush=True)
        if not _played(scene, step):
            return False
        if scene.wait:
            _wait()
    return True


def _wait() -> None:
    try:
        input("   (Enter goes on) ")
    except EOFError:
        print()


def _played(scene: Scene, step: Step) -> bool:
    for one in step.edits:
        print(f"   edit {one.path}: {_change(one)}")
    edit(scene.folder, step.edits)
    before = [_shown(scene, words) == 0 for words in step.first]
    code = _shown(scene, step.runs)
    if not all(before) or bool(code) is not bool(step.ends):
        print(f"demo: this step should have ended with {step.ends}, not {code}", file=sys.stderr)
        return False
    return True


def _change(one: Edit) -> str:
    """Show an edit in one line: the last of the lines that are added, or what takes the place of what."""
    whole_lines = one.old.endswith("\n") or not one.old
    last = one.new.rstrip().splitlines()[-1].strip()
    return f"+ {last}" if whole_lines else f"{one.old.strip()}  ->  {last}"


def _shown(scene: Scene, words: tuple[str, ...]) -> int:
    """Run a command as if it was typed, show what it says as it says it, and return its exit code."""
    print(f"\n   $ {shlex.join(words)}", flush=True)
    return run_command(scene.folder, words, scene.environment, _indented).code


def _indented(line: str) -> None:
    print(f"   {line}".rstrip(), flush=True)
