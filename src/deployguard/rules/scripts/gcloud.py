"""Which command a call of gcloud runs, and what its words mean.

Commands and flags as the gcloud reference lists them (cloud.google.com/sdk/gcloud/reference: run deploy, run services
update, run jobs deploy, run jobs update, run worker-pools, functions deploy).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from deployguard.rules.scripts.calls import Call, Word

_LEAVES = frozenset(
    {
        ("run", "deploy"),
        ("run", "services", "update"),
        ("run", "services", "update-traffic"),
        ("run", "jobs", "create"),
        ("run", "jobs", "deploy"),
        ("run", "jobs", "update"),
        ("run", "worker-pools", "deploy"),
        ("run", "worker-pools", "update"),
        ("functions", "deploy"),
    }
)
_STEMS = frozenset(leaf[:length] for leaf in _LEAVES for length in range(1, len(leaf)))
_TRACKS = frozenset({"alpha", "beta", "preview"})
_VALUED = frozenset(
    {"--account", "--configuration", "--format", "--impersonate-service-account", "--log-http", "--project"}
    | {"--platform", "--region", "--verbosity", "--billing-project", "--flags-file", "--trace-token"}
)
_ENVIRONMENT = re.compile(r"--(?:set|update)-(?:build-)?(?:env-vars|secrets)(=)?")

DEPLOYS = frozenset(
    {("run", "deploy"), ("run", "jobs", "deploy"), ("run", "worker-pools", "deploy"), ("functions", "deploy")}
)
CHANGES = _LEAVES - {("run", "jobs", "create"), ("run", "services", "update-traffic")}
"""What brings new settings to something that may be there already."""


class GcloudCommand(NamedTuple):
    """A gcloud command such as `("run", "deploy")`, what it is run on (None: cannot tell), and its flags."""

    path: tuple[str, ...]
    target: str | None
    flags: tuple[Word, ...]

    def has(self, flag: str) -> bool:
        return any(word.text == flag or word.text.startswith(f"{flag}=") for word in self.flags)

    def value(self, flag: str) -> str:
        """Return the value of `--flag value` or `--flag=value`; empty when it has none."""
        for word, following in zip(self.flags, (*self.flags[1:], Word("", 0)), strict=True):
            if word.text == flag:
                return following.text
            if word.text.startswith(f"{flag}="):
                return word.text.partition("=")[2]
        return ""


def command_of(call: Call) -> GcloudCommand | None:
    """Read a call of gcloud; None for another program or a command that no rule is about."""
    if call.program != "gcloud":
        return None
    path: tuple[str, ...] = ()
    skips = False
    for at, word in enumerate(call.words):
        if skips or word.text.startswith("-"):
            skips = not skips and word.text in _VALUED
        elif word.text in _TRACKS and not path:
            continue
        elif (*path, word.text) in _LEAVES:
            rest = call.words[at + 1 :]
            return GcloudCommand((*path, word.text), _target(rest), (*call.words[:at], *rest))
        elif (*path, word.text) in _STEMS:
            path = (*path, word.text)
        else:
            return None
    return None


def without_values(words: Iterable[Word]) -> tuple[Word, ...]:
    """Take the values of environment and secret flags out: facts are kept on disk, values are not."""
    kept: list[Word] = []
    hides = False
    for word in words:
        match = _ENVIRONMENT.match(word.text)
        if hides and not word.text.startswith("--"):
            kept.append(Word("", word.line))
        else:
            kept.append(Word(match[0], word.line) if match and match[1] else word)
        hides = match is not None and not match[1]
    return tuple(kept)


def _target(rest: tuple[Word, ...]) -> str | None:
    return rest[0].text if rest and not rest[0].text.startswith("-") else None
