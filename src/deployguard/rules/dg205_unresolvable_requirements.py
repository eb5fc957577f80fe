"""# DG205: unresolvable-requirements

## What it does

Reports requirements that cannot be installed together on the service's runtime, with the resolver's reason and the lines
in conflict; what `pip check` would refuse once they are installed; a file whose hash none of the listed ones is, or, among hashes, a
distribution that is not listed; and, as warnings, a release that was withdrawn and two distributions that install different files for one module. That needs
`deployguard check --resolve`, which asks the package index. A line of a requirements file that pip cannot read at all is
reported by every check.

## Why it is bad

The build fails, or, where several steps install, passes with versions that do not work together. Google's buildpack runs
`pip check` and fails on what it finds.

## Example

requirements.txt pins `flask==3.0.0` and `werkzeug<2`: flask 3.0.0 needs werkzeug 3.0 or newer. Or it says `flask=3.0.0`.

## How to fix

Loosen one of the lines that are named, or correct the one that cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from deployguard.model.distribution import normalised
from deployguard.model.finding import Finding, Severity
from deployguard.model.place import Place
from deployguard.model.problem import ProblemKind
from deployguard.requirements.addresses import without_secrets
from deployguard.requirements.declared import Requirement
from deployguard.requirements.resolving.answer import NO_HASH
from deployguard.requirements.resolving.resolution import Resolution, Unsatisfiable
from deployguard.rules.rule import ServiceFacts, ServiceRule

_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_YANKED = re.compile(r"`?(?P<name>[A-Za-z0-9._-]+)==[^`\s]+`? is yanked")
_MOST_LINES = 4


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    yield from _refused(facts)
    match facts.outcome:
        case Unsatisfiable() as refusal:
            yield _conflict(facts, refusal)
        case Resolution() as resolution:
            yield from _unmet(facts, resolution)
            yield from _unhashed(facts, resolution)
            yield from _unlisted(facts, resolution)
            yield from _clashes(facts, resolution)
            yield from _yanked(facts, resolution)
        case _:
            return


def _refused(facts: ServiceFacts) -> Iterator[Finding]:
    for problem in facts.declared.problems:
        if problem.kind is ProblemKind.REFUSED_LINE:
            subject = normalised(problem.subject) if "/" not in problem.subject else problem.subject
            advice = "correct the line: the build fails on it"
            detail = without_secrets(problem.detail)
            yield _finding(Severity.ERROR, without_secrets(subject), problem.place, detail, advice)


def _conflict(facts: ServiceFacts, refusal: Unsatisfiable) -> Finding:
    lines = _lines_in(facts, refusal.full)
    named = ", ".join(f"{each.place.path}:{each.place.line} {_brief(each)}" for each in lines[:_MOST_LINES])
    message = f"the requirements cannot be installed together: {refusal.reason}"
    advice = f"loosen one of these: {named}" if lines else "correct what the requirements ask for"
    if len(lines) == 1:
        advice = f"ask for something that the index has: {named}"
    subject = lines[0].name if lines else facts.service.name
    return _finding(Severity.ERROR, subject, lines[0].place if lines else _place(facts), message, advice)


def _unmet(facts: ServiceFacts, resolution: Resolution) -> Iterator[Finding]:
    local = {each.name for each in facts.declared.requirements if each.source == "local"}
    for by, requirement, version in resolution.unmet:
        name = normalised(_first_word(requirement))
        if name not in local:
            there = f"{name} {version} gets installed" if version else f"{name} does not get installed"
            message = f"{by} needs {requirement}, and {there}: `pip check` fails"
            advice = f"declare a version of {name} that fits, or another one of {by.partition(' ')[0]}"
            yield _finding(Severity.ERROR, name, _place(facts, name, by.partition(" ")[0]), message, advice)


def _unhashed(facts: ServiceFacts, resolution: Resolution) -> Iterator[Finding]:
    for each in resolution.unread:
        if each.reason == NO_HASH:
            message = f"{each.name} {each.version}: {NO_HASH}"
            advice = "lock the requirements again"
            yield _finding(Severity.ERROR, each.name, _place(facts, each.name), message, advice)


def _unlisted(facts: ServiceFacts, resolution: Resolution) -> Iterator[Finding]:
    """Where one line has a hash, pip demands that the file lists everything ("Secure installs", pip's documentation)."""
    listed = {each.name for each in facts.declared.requirements} | set(facts.declared.implied)
    if facts.declared.locked or not facts.declared.complete:
        return
    for each in resolution.chosen.values():
        if each.name not in listed and len(each.chain) > 1 and each.chain[0] not in facts.declared.implied:
            message = f"{each.chain[-2]} needs {each.name}, which the file does not list: pip refuses, as it demands hashes"
            yield _finding(
                Severity.ERROR,
                each.name,
                _place(facts, each.chain[0]),
                message,
                "lock the requirements again",
            )


def _clashes(facts: ServiceFacts, resolution: Resolution) -> Iterator[Finding]:
    for module, first, second in resolution.clashes:
        message = f"{first} and {second} both install {module}, and differ: which of them is there is left to chance"
        place = _place(facts, second, first)
        yield _finding(Severity.WARNING, second, place, message, f"keep one of {first} and {second}")


def _yanked(facts: ServiceFacts, resolution: Resolution) -> Iterator[Finding]:
    for warning in resolution.warnings:
        match = _YANKED.search(warning)
        if match:
            name = normalised(match["name"])
            advice = "ask for a release that was not withdrawn"
            yield _finding(Severity.WARNING, name, _place(facts, name), warning.replace("`", ""), advice)


def _lines_in(facts: ServiceFacts, text: str) -> list[Requirement]:
    """The declared requirements and constraints that the resolver mentions, those with a version first."""
    words = {normalised(word.partition("[")[0]) for word in _WORD.findall(text)}
    declared = (*facts.declared.requirements, *facts.declared.constraints)
    found = [each for each in declared if each.name in words and each.source != "local"]
    return sorted(found, key=lambda each: (not each.specifier, each.place))


def _brief(requirement: Requirement) -> str:
    return requirement.text.partition(";")[0].strip() or requirement.name


def _place(facts: ServiceFacts, *names: str) -> Place:
    """Where one of the names is declared, else where the service says what it installs."""
    for name in names:
        for each in (*facts.declared.requirements, *facts.declared.constraints):
            if each.name == name:
                return each.place
    tops = [Place(file.path) for file in facts.declared.files if file.top]
    return tops[0] if tops else Place(facts.service.source or facts.service.dockerfile)


def _first_word(text: str) -> str:
    match = _WORD.match(text)
    return match[0] if match else text


def _finding(severity: Severity, subject: str, place: Place, message: str, advice: str) -> Finding:
    return Finding("DG205", severity, subject, place.path, place.line, message, advice)


RULE = ServiceRule("DG205", "unresolvable-requirements", Severity.ERROR, __doc__ or "", _judge)
