"""`deployguard demo`: the whole story in a temporary repository."""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from pathlib import Path
from shutil import rmtree

from deployguard.demo.story import STORY, Step
from deployguard.demo.theatre import edit, run_command, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--step", action="store_true", help="wait for Enter after each step")
    parser.add_argument("--keep", action="store_true", help="keep the repository, and say where it is")


def run(arguments: argparse.Namespace) -> int:
    folder = Path(tempfile.mkdtemp(prefix="deployguard-demo-"))
    try:
        code = _told(folder, wait=arguments.step)
    finally:
        if not arguments.keep:
            rmtree(folder, ignore_errors=True)
    if arguments.keep:
        print(f"The repository is in {folder}")
    return code


def _told(folder: Path, *, wait: bool) -> int:
    print(f"The hook is run by {set_up(folder)}.")
    for number, step in enumerate(STORY, 1):
        print(f"\n{number}. {step.says}")
        if not _played(folder, step):
            return 1
        if wait and number < len(STORY):
            _wait()
    print("\nThat is the whole story. In a repository of yours: deployguard init, then deployguard check.")
    return 0


def _wait() -> None:
    try:
        input("   (Enter goes on) ")
    except EOFError:
        print()


def _played(folder: Path, step: Step) -> bool:
    for one in step.edits:
        print(f"   edit {one.path}: {one.old.strip()}  ->  {one.new.strip().splitlines()[-1].strip()}")
    edit(folder, step.edits)
    print(f"\n   $ {shlex.join(step.runs)}", flush=True)
    ended = run_command(folder, step.runs)
    for line in ended.output.rstrip().splitlines():
        print(f"   {line}".rstrip())
    if bool(ended.code) is not bool(step.ends):
        print(f"demo: this step should have ended with {step.ends}, not {ended.code}", file=sys.stderr)
        return False
    return True
