"""What limits a comparison, or is worth a line in the morning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from deployguard.model.amounts import counted
from deployguard.model.live import Live
from deployguard.model.runtime import Runtime
from deployguard.model.service import Service
from deployguard.rules.runtimes import DEPRECATED, Deprecation, deprecation


def asked_note(live: Live) -> str:
    """Say which regions were asked, and how many calls that took."""
    regions = ", ".join(live.regions) or "no region"
    calls = counted(live.calls, "call")
    return f"asked {regions} of {live.project} ({calls})"


def runtime_notes(services: Sequence[Service], live: Live, today: date) -> Iterator[str]:
    """Say which runtimes are about to end, by what is deployed, or else configured (Dockerfiles choose their own)."""
    deployed = {each.name: Runtime.named(each.runtime) for each in live.functions if each.runtime}
    by_text: dict[str, list[str]] = {}
    for service in services:
        found = _deprecation(service, deployed.get(service.name), today)
        if found is not None:
            by_text.setdefault(found.text, []).append(service.name)
    for text, names in sorted(by_text.items()):
        yield f"{DEPRECATED}: {', '.join(sorted(names))}: {text}"


def _deprecation(service: Service, deployed: Runtime | None, today: date) -> Deprecation | None:
    if service.dockerfile or any(DEPRECATED.startswith(code) for code in service.ignore):
        return None
    return deprecation(deployed or service.runtime, today)
