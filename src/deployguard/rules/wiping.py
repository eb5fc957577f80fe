"""What DG301 and DG302 share: flags that replace a whole set of settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deployguard.model.finding import Finding, Fix, Severity
from deployguard.rules.scripts.calls import MARKDOWN, Call, Word
from deployguard.rules.scripts.gcloud import CHANGES, DEPLOYS, command_of
from deployguard.rules.scripts.read import Script, deploy_scripts
from deployguard.source.tree import SourceTree


class Remedy(NamedTuple):
    """What to write for a wiping flag; `replaces` says that the text can simply take its place."""

    text: str
    replaces: bool = True


class Wiping(NamedTuple):
    """One rule of this family: `what` its flags remove, and the remedy for each flag."""

    code: str
    what: str
    remedies: Mapping[str, Remedy]


def wiped(tree: SourceTree, rule: Wiping) -> Iterator[Finding]:
    """Yield a finding for every wiping flag of every call that changes what may be there already."""
    for script in deploy_scripts(tree):
        seen: set[tuple[str, int]] = set()
        for call in script.facts.calls:
            for word, target in _changed(call, script):
                flag = word.text.partition("=")[0]
                if flag in rule.remedies and (flag, word.line) not in seen:
                    seen.add((flag, word.line))
                    yield _finding(script, rule, Word(flag, word.line), target)


def _changed(call: Call, script: Script) -> Iterator[tuple[Word, str | None]]:
    """Yield the flags of a call that meets settings made before; a tutorial's placeholders name nothing yet."""
    command = command_of(call)
    if command is None or command.path not in CHANGES or call.creates:
        return
    if call.template and command.path in DEPLOYS and script.facts.kind == MARKDOWN:
        return
    for word in command.flags:
        yield word, command.target


def _finding(script: Script, rule: Wiping, flag: Word, target: str | None) -> Finding:
    remedy = rule.remedies[flag.text]
    of_what = f" of {target}" if target and re.fullmatch(r"[\w-]+", target) else ""
    return Finding(
        code=rule.code,
        severity=Severity.WARNING if script.facts.kind == MARKDOWN else Severity.ERROR,
        subject=flag.text,
        path=script.path,
        line=flag.line,
        message=f"{flag.text} removes every {rule.what}{of_what} that it does not name",
        advice=f"write {remedy.text}" if remedy.replaces else remedy.text,
        fix=Fix("replace", script.path, remedy.text, flag.line, flag.text) if remedy.replaces else None,
    )
