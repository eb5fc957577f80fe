"""From what was told last and what is so now to one message, or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deployguard.notify.commands import merged

_MOST_GROUPS, _MOST_NAMES = 20, 12


@dataclass(frozen=True, slots=True)
class Told:
    """How one thing stands. `state` is one word, and what makes a change; `line` says why, `fix` is a command."""

    subject: str
    state: str
    ok: bool
    line: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """`kind` is apprise's word: `failure`, `success` or `info`."""

    title: str
    body: str
    kind: str


def message(
    about: str, before: Mapping[str, str], now: Sequence[Told], *, complete: bool = True, always: bool = False
) -> Message | None:
    """Return what people should be told, None where nothing changed.

    `about` names what was looked at, such as `drift of my-project`. `before` are the states of what people were told
    is wrong. `complete` says that all there is was looked at: what is not in `now` is gone. `always`: also when nothing
    changed.
    """
    wrong = [each for each in now if not each.ok]
    news = [each for each in wrong if before.get(each.subject) != each.state]
    mended = [each.subject for each in now if each.ok and each.subject in before]
    gone = [subject for subject in before if complete and subject not in {each.subject for each in now}]
    if not (news or mended or gone or always):
        return None
    still = [each for each in wrong if each not in news]
    blocks = [
        *_blocks(news, before),
        _list("Mended", (f"{subject} (was {before[subject]})" for subject in mended)),
        _list("No longer there", (f"{subject} (was {before[subject]})" for subject in gone)),
        _list("Still so", (f"{each.subject} ({each.state})" for each in still)),
    ]
    body = "\n\n".join(block for block in blocks if block)
    title = f"{about}: {_outcome(news, len(mended) + len(gone), still, len(now))}"
    return Message(title, body or "Nothing changed.", _kind(news, still))


def told_after(before: Mapping[str, str], now: Sequence[Told], *, complete: bool = True) -> Mapping[str, str]:
    """Return the states of what is wrong, as people know them once the message has reached them."""
    judged = {each.subject for each in now}
    kept = {} if complete else {name: state for name, state in before.items() if name not in judged}
    return {**kept, **{each.subject: each.state for each in now if not each.ok}}


def _outcome(news: Sequence[Told], mended: int, still: Sequence[Told], total: int) -> str:
    parts = [_counts(news)] if news else []
    parts += [f"{mended} mended"] if mended else []
    parts += [f"still {_counts(still)}"] if still else []
    return ", ".join(parts) or f"{total} fine"


def _counts(told: Iterable[Told]) -> str:
    return ", ".join(f"{number} {state}" for state, number in Counter(each.state for each in told).items())


def _kind(news: Sequence[Told], still: Sequence[Told]) -> str:
    if news:
        return "failure"
    return "info" if still else "success"


def _blocks(news: Sequence[Told], before: Mapping[str, str]) -> Iterator[str]:
    """Yield a block for each cause: the same state for the same reason."""
    groups: dict[tuple[str, str], list[Told]] = {}
    for each in news:
        groups.setdefault((each.state, each.line), []).append(each)
    shown = list(groups.items())[:_MOST_GROUPS]
    for (state, line), members in shown:
        fixes = merged((each.subject, each.fix) for each in members)
        heading = _list(state.upper(), (_named(each, before) for each in members))
        yield "\n".join(
            [heading, *([_clean(line)] if line else []), *(f"run: {_clean(fix)}" for fix in fixes)]
        )
    rest = [each.subject for _, members in list(groups.items())[_MOST_GROUPS:] for each in members]
    yield _list("And more", rest)


def _named(one: Told, before: Mapping[str, str]) -> str:
    was = before.get(one.subject)
    return f"{one.subject} (was {was})" if was else one.subject


def _list(heading: str, names: Iterable[str]) -> str:
    listed = [_clean(name) for name in names]
    more = len(listed) - _MOST_NAMES
    shown = [*listed[:_MOST_NAMES], f"and {more} more"] if more > 0 else listed
    return f"{heading}: {', '.join(shown)}" if listed else ""


def _clean(text: str) -> str:
    """Keep a text on its line, and surrogates, which no transport takes, out of it."""
    return "".join(each if each.isprintable() else "?" for each in " ".join(text.split()))
