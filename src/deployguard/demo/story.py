"""What is done in which order, with the exit code that each command must end with."""

from __future__ import annotations

from typing import NamedTuple


class Edit(NamedTuple):
    """What a person would change by hand: `new` in the place of `old` in a file, at its beginning for an empty `old`."""

    path: str
    old: str
    new: str


class Step(NamedTuple):
    """One step: what it is about, what a person edits, what is run (as typed in a shell), and how it ends.

    `first` is run before, and must end well.
    """

    says: str
    edits: tuple[Edit, ...] = ()
    runs: tuple[str, ...] = ()
    ends: int = 0
    first: tuple[tuple[str, ...], ...] = ()


STORY: tuple[Step, ...] = (
    Step(
        "A team deploys two functions and a service out of one repository; they share code through links.\n"
        "Everything works on the laptop. This is what it deploys, by deployguard.toml:",
        runs=("cat", "deployguard.toml"),
    ),
    Step(
        "Now the check. It follows each service's imports through exactly the files that would arrive:\n"
        "a link that was forgotten, one that was made and never committed, a data file, requirements, a COPY,\n"
        "syntax that the runtime refuses, a deploy script that wipes variables.",
        runs=("deployguard", "check"),
        ends=1,
    ),
    Step(
        "Links, requirement lines and flags can be written safely. First only shown:",
        runs=("deployguard", "check", "--diff"),
        ends=1,
    ),
    Step("Then done:", runs=("deployguard", "check", "--fix"), ends=1),
    Step(
        "The rest is for a person: three small edits.",
        edits=(
            Edit(
                "services/predictions/Dockerfile",
                "COPY services/predictions/ .\n",
                "COPY services/predictions/ .\nCOPY ml/ ml/\n",
            ),
            Edit("functions/refunds/receipt.py", "f\"{'\\n'.join(parts)}\"", '"\\n".join(parts)'),
            Edit("bin/deploy.sh", "=production", "=production,BUILD_COMMIT=$(git rev-parse HEAD)"),
        ),
        runs=("git", "diff", "--stat"),
    ),
    Step(
        "A commit, by habit with `--all`. That leaves out new files, and the new links are such files.\n"
        "The hook reads what the commit would hold, so it refuses:",
        runs=("git", "commit", "--all", "-m", "Mend the services"),
        ends=1,
    ),
    Step("Add them:", runs=("git", "add", "--all")),
    Step(
        "And the same commit is whole:",
        runs=("git", "commit", "-m", "Mend the services"),
    ),
    Step(
        "From now on any commit can be asked, by anybody, without a checkout:",
        runs=("deployguard", "check", "--rev", "HEAD"),
    ),
)
