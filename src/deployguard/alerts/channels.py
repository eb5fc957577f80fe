"""From what a channel is called to the channel that will tell somebody."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from deployguard.model.alert import Channel

_RESOURCE = "projects/"


def find_channels(
    wanted: Iterable[str], channels: tuple[Channel, ...]
) -> tuple[tuple[Channel, ...], tuple[str, ...]]:
    """Return the channels of these display names, or resource names, and why some of them would tell nobody."""
    found, faults = [], []
    for name in dict.fromkeys(wanted):
        named = [each for each in channels if name in {each.display_name, each.id}]
        fault = _missing(name, channels) if not named else _ambiguous(name, named) or _silent(named[0])
        if fault:
            faults.append(fault)
        else:
            found.append(named[0])
    return tuple(found), tuple(faults)


def channel_name(identity: str, channels: Iterable[Channel]) -> str:
    """Return what a channel is called; one that is not there, or has no name, keeps its resource name."""
    return next(
        (each.display_name for each in channels if each.id == identity and each.display_name), identity
    )


def _missing(name: str, channels: tuple[Channel, ...]) -> str:
    if name.startswith(_RESOURCE):
        return f"there is no notification channel {name}"
    known = [each.display_name for each in channels if each.display_name]
    close = get_close_matches(name, known, 1, 0.6)
    hint = f"did you mean `{close[0]}`?" if close else f"the project has {len(channels)} channels"
    return f"no notification channel is called `{name}`; {hint}"


def _ambiguous(name: str, named: list[Channel]) -> str:
    if len(named) == 1:
        return ""
    listed = ", ".join(f"{each.id} ({each.kind})" for each in named)
    return f"{len(named)} notification channels are called `{name}`: {listed}; rename one, or give its resource name"


def _silent(channel: Channel) -> str:
    if not channel.enabled:
        return f"the notification channel `{channel.display_name}` is disabled: it tells nobody; enable it"
    if channel.verified is False:
        return (
            f"the notification channel `{channel.display_name}` ({channel.kind}) was never verified: it tells nobody; "
            "have the code sent and entered under Alerting, Edit notification channels, in the console"
        )
    return ""
