"""YAML to calls: GitHub Actions, Cloud Build, GitLab, CircleCI and others that hold shell text or argument lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from deployguard.rules.scripts.calls import Call, Word
from deployguard.rules.scripts.commands import Assignment
from deployguard.rules.scripts.gcloud import without_values
from deployguard.rules.scripts.outline import Mapping, Node, Scalar, Sequence, mappings, outline
from deployguard.rules.scripts.shell import Scope, shell_calls, stamps
from deployguard.rules.scripts.tokens import tokens

_SCRIPTS = frozenset(
    {"run", "script", "before_script", "command", "commands", "cmd", "cmds", "inlineScript", "bash"}
)
_TABLES = frozenset({"env", "substitutions", "variables", "environment"})
_SHELLS = frozenset({"bash", "sh", "/bin/bash", "/bin/sh"})
_LENIENT = frozenset({"continue-on-error", "allow_failure", "allowFailure"})
_ACTIONS = {
    "google-github-actions/deploy-cloudrun": ("run", "deploy"),
    "google-github-actions/deploy-cloud-functions": ("functions", "deploy"),
}
_STRATEGIES = {"env_vars_update_strategy": "--set-env-vars", "secrets_update_strategy": "--set-secrets"}


def yaml_calls(text: str) -> list[Call]:
    """List the calls in a YAML file, in the order they stand."""
    nodes = outline(text)
    scope = Scope(_variables(nodes))
    found = [call for node in nodes for call in _below(node, ("", 0), _File(text, scope))]
    return sorted(found, key=lambda call: call.line)


class _File(NamedTuple):
    text: str
    scope: Scope


def _variables(nodes: tuple[Node, ...]) -> dict[str, list[Assignment]]:
    """Collect what the file's own tables of variables set."""
    found: dict[str, list[Assignment]] = {}
    for node in nodes:
        for mapping in mappings(node):
            for table in (below for key, below in mapping.pairs if key in _TABLES):
                for name, value in table.pairs if isinstance(table, Mapping) else ():
                    if isinstance(value, Scalar):
                        found.setdefault(name, []).append(Assignment(name, value.text, value.line, False, ""))
    return found


def _below(node: Node, lenient: tuple[str, int], file: _File) -> Iterator[Call]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _below(item, lenient, file)
    elif isinstance(node, Mapping):
        lenient = _lenient(node, file.text) or lenient
        for call in _step(node, file.scope):
            said, line = lenient
            yield call._replace(swallowed=said, swallowed_line=line) if said and not call.swallowed else call
        for _, below in node.pairs:
            yield from _below(below, lenient, file)


def _lenient(step: Mapping, text: str) -> tuple[str, int] | None:
    """Return the key that lets a step fail; None when a later step asks for its outcome."""
    identity = step.text("id")
    if identity and f"steps.{identity}.outcome" in text:
        return None
    for key, node in step.pairs:
        if key in _LENIENT and isinstance(node, Scalar) and node.text in {"true", "True", "yes"}:
            return f"{key}: true", node.line
    return None


def _step(step: Mapping, scope: Scope) -> Iterator[Call]:
    for key, node in step.pairs:
        if key in _SCRIPTS:
            yield from _scripts(node, scope)
    yield from _arguments(step, scope)
    yield from _action(step)


def _scripts(node: Node, scope: Scope) -> Iterator[Call]:
    if isinstance(node, Scalar):
        yield from shell_calls(node.text, node.line, scope)
    elif isinstance(node, Sequence):
        text = [item for item in node.items if isinstance(item, Scalar)]
        if text and text[0].text.rpartition("/")[2] not in {"gcloud", "deployguard", "pytest"}:
            for item in text:
                yield from shell_calls(item.text, item.line, scope)


def _arguments(step: Mapping, scope: Scope) -> Iterator[Call]:
    """Read a step whose command is a list: Cloud Build's `entrypoint` and `args`, a container's `command`."""
    words = [*_list(step.get("entrypoint")), *_list(step.get("command")), *_list(step.get("args"))]
    image = step.text("name").partition(":")[0].partition("@")[0]
    if image.endswith("/gcloud") and not step.text("entrypoint"):
        words.insert(0, Word("gcloud", step.line))
    if not words:
        return
    program = words[0].text.rpartition("/")[2]
    if words[0].text in _SHELLS and len(words) > 2:
        yield from shell_calls(words[2].text, words[2].line, scope)
    elif program in {"gcloud", "deployguard", "pytest"}:
        yield Call(
            program=program,
            words=without_values(words[1:]),
            line=words[1].line if len(words) > 1 else words[0].line,
            stamped=stamps((word.text for word in words[1:]), scope),
        )


def _list(node: Node | None) -> list[Word]:
    if isinstance(node, Scalar):
        return [Word(node.text, node.line)] if node.text and " " not in node.text else []
    if isinstance(node, Sequence):
        return [Word(item.text, item.line) for item in node.items if isinstance(item, Scalar)]
    return []


def _action(step: Mapping) -> Iterator[Call]:
    command = _ACTIONS.get(step.text("uses").partition("@")[0])
    given = step.get("with")
    if command is None or not isinstance(given, Mapping):
        return
    words = [Word(word, step.line) for word in command]
    flags = given.get("flags")
    if isinstance(flags, Scalar):
        words += [Word(token.text, token.line) for token in tokens(flags.text, flags.line) if token.is_word]
    for key, node in given.pairs:
        if key in _STRATEGIES and isinstance(node, Scalar) and node.text == "overwrite":
            words.append(Word(f"{key}: overwrite", node.line))
    if given.text("no_traffic") == "true":
        words.append(Word("--no-traffic", step.line))
    if tag := given.text("tag"):
        words.append(Word(f"--tag={tag}", step.line))
    yield Call("gcloud", without_values(words), step.line, by_action=True, stamped=True)
