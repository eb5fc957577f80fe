"""Workflow commands, by which a step of GitHub Actions speaks.

The syntax and its escapes are those of `issueCommand` and `escapeProperty` in actions/toolkit,
packages/core/src/command.ts.
"""

from __future__ import annotations

from collections.abc import Mapping


def workflow_command(name: str, properties: Mapping[str, str], text: str) -> str:
    """Return a command such as `::error title=...::text`, on one line."""
    written = ",".join(f"{key}={_escaped_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_escaped(text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
