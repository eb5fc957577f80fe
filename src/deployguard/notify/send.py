"""Sending through apprise. A URL is a secret: nothing of it but its schema leaves this module."""

from __future__ import annotations

import logging
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from deployguard.model.errors import UsageError
from deployguard.model.extras import lacks
from deployguard.notify.message import Message

_SCHEMA = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,29})://")


class Target(NamedTuple):
    """Someone who can be told. `name` may be shown and stored; `notifier` holds the secret."""

    name: str
    notifier: Any

    def __repr__(self) -> str:
        return f"Target({self.name})"

    def send(self, message: Message) -> str:
        """Send a message; return "" once it was taken, or else why not, in words without any secret."""
        try:
            with _silence():
                taken = self.notifier.notify(title=message.title, body=message.body, notify_type=message.kind)
        except Exception as error:  # whatever a notifier raises may quote its URL
            return f"failed with {type(error).__name__}"
        return "" if taken else "was not taken: the receiver refused it, or cannot be reached"


def shown(url: str) -> str:
    """Return the name of a URL: its schema, such as `slack://...`."""
    schema = _SCHEMA.match(url.strip())
    return f"{schema[1].lower()}://..." if schema else "a URL without a schema"


def targets(named: Iterable[tuple[str, str]]) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """Make targets of pairs of a name and one or more URLs; return them, and the names of what is not understood.

    Raises:
        UsageError: apprise is not installed.
    """
    found: list[Target] = []
    strange: list[str] = []
    counts: Counter[str] = Counter()
    for name, url in named:
        notifiers, whole = _notifiers(url)
        strange += [] if whole and notifiers else [name]
        for notifier in notifiers:
            counts[name] += 1
            number = f" ({counts[name]})" if counts[name] > 1 else ""
            found.append(Target(f"{name}{number}", notifier))
    return tuple(found), tuple(strange)


def _notifiers(url: str) -> tuple[list[Any], bool]:
    """Return a notifier for each URL in a text, and whether all of the text was understood."""
    try:
        from apprise import Apprise, AppriseAsset
    except ImportError as error:
        raise UsageError(lacks(error, "telling people", "notify")) from error
    asset = AppriseAsset(app_id="deployguard", app_desc="deployguard", app_url="")
    try:
        with _silence():
            together = Apprise(asset=asset)
            whole = bool(together.add(url))
            apart = [Apprise(each, asset=asset) for each in together]
    except Exception:  # a plugin that chokes on its URL must not show it in a traceback
        return [], False
    return apart, whole


@contextmanager
def _silence() -> Iterator[None]:
    """Let nobody log or warn: apprise, and the HTTP client below it, quote URLs when they fail."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
