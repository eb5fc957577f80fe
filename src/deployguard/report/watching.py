"""Who is told of what: `deployguard alerts list` and `alerts test`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deployguard.alerts.trial import FORMS, Fires
from deployguard.alerts.watching import Watch, Watcher
from deployguard.report.printable import printable

SCHEMA = 1


def watches_text(watches: Sequence[Watch]) -> str:
    """Write each service with its policies; those that nobody hears of are marked with !."""
    lines = []
    for watch in watches:
        lines.append(f"{' ' if watch.is_told else '!'} {printable(watch.service)}")
        lines += [f"      {_policy(each)}" for each in watch.watchers] or ["      no alert policy"]
    return "".join(f"{line}\n" for line in lines)


def watches_json(project: str, watches: Sequence[Watch]) -> str:
    """Write one JSON object, a service after the other."""
    import json

    value = {
        "schema": SCHEMA,
        "project": project,
        "services": [
            {
                "name": watch.service,
                "told": watch.is_told,
                "policies": [
                    {
                        "id": each.id,
                        "display_name": each.display_name,
                        "enabled": each.enabled,
                        "ours": each.ours,
                        "kinds": list(each.kinds),
                        "channels": list(each.channels),
                        "silent_channels": list(each.silent),
                    }
                    for each in watch.watchers
                ],
            }
            for watch in watches
        ],
        "summary": {
            "services": len(watches),
            "without_policy": sum(not watch.watchers for watch in watches),
            "untold": sum(not watch.is_told for watch in watches),
        },
    }
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def fires_text(service: str, forms: Mapping[str, tuple[Fires, ...]]) -> str:
    """Write for each form of entry which policies it fires."""
    return "".join(f"{line}\n" for line in _fires(service, forms))


def _fires(service: str, forms: Mapping[str, tuple[Fires, ...]]) -> Iterator[str]:
    for form, each in forms.items():
        yield f"{form}: {FORMS[form]} of {printable(service)}"
        for one in each:
            held = f", but {one.why_not}" if one.matched and one.why_not else ""
            yield f"    {printable(one.name)}: {'fires' if one.matched else 'does not fire'}{held}"
        if not each:
            yield "    no policy with a log-match condition"


def _policy(each: Watcher) -> str:
    state = "" if each.enabled else " (disabled)"
    channels = ", ".join(map(printable, each.channels)) or "no channel"
    silent = f"; silent: {', '.join(map(printable, each.silent))}" if each.silent else ""
    owner = "" if each.ours else ", of others"
    return f"{printable(each.display_name)}{state}: {', '.join(each.kinds)}{owner}; tells {channels}{silent}"
