"""Telling each target once what changed since it was told last: claimed, sent, and then remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from deployguard.journal.objects import Objects
from deployguard.model.errors import CloudError
from deployguard.notify.message import Message, Told, message, told_after
from deployguard.notify.send import Target
from deployguard.notify.state import Memory, Recalled, claim, recall, remember


@dataclass(frozen=True, slots=True)
class News:
    """What was found of one kind: `what` is a word that it is remembered by, `about` stands in the title.

    `complete` says that all there is was looked at. `at` is timezone-aware. `always`: told even when nothing changed.
    """

    what: str
    about: str
    told: Sequence[Told]
    at: datetime
    complete: bool = True
    always: bool = False

    def message(self, memory: Memory, target: Target) -> Message | None:
        before = memory.get(target.name, {})
        return message(self.about, before, self.told, complete=self.complete, always=self.always)


Say = Callable[[str], None]


def tell_all(objects: Objects, news: News, targets: Sequence[Target], say: Say) -> None:
    """Tell every target what it does not know yet; `say` gets a line for each thing that was done or went wrong.

    Where what was told before cannot be read, people are told all that is wrong: rather twice than never.
    """
    try:
        recalled = recall(objects, news.what)
        if not any(news.message(recalled.told, target) for target in targets):
            return
        claimed = claim(objects, news.what, recalled, news.at)
    except CloudError as error:
        say(f"{error}; people are told without knowing what they were told before")
        _send_each(news, targets, {}, say)
        return
    if claimed is None:
        say(f"another run is telling people about {news.what}: this one leaves it to that")
        return
    _send_claimed(objects, news, targets, claimed, say)


def _send_claimed(
    objects: Objects, news: News, targets: Sequence[Target], claimed: Recalled, say: Say
) -> None:
    told = dict(claimed.told)
    try:
        _send_each(news, targets, told, say)
    finally:  # interrupted or not: what was sent is remembered, and the claim given back
        try:
            kept = remember(objects, news.what, Recalled(told, claimed.generation))
            if kept is None:
                say(
                    f"what people were told about {news.what} was written by another run since: they may hear it again"
                )
        except CloudError as error:
            say(f"{error}; people may be told again")


def _send_each(news: News, targets: Sequence[Target], told: dict[str, Mapping[str, str]], say: Say) -> None:
    """Send what is due; `told` is brought up to date for each target that took it."""
    for target in targets:
        due = news.message(told, target)
        if due is None:
            continue
        say(f"telling {target.name}: {due.title}")
        if trouble := target.send(due):
            say(f"{target.name} {trouble}; it is told with the next run")
        else:
            told[target.name] = told_after(told.get(target.name, {}), news.told, complete=news.complete)
