"""Variables that every deploy is to put back, where what serves has others: written, and not shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployguard.drift.ground import Ground
from deployguard.model.digests import changed_values, value_digest
from deployguard.model.drift import Verdict
from deployguard.model.live import LiveRevision
from deployguard.model.service import Service


def grounds_of_enforced(service: Service, serving: LiveRevision, uid: str) -> Iterator[Ground]:
    """Yield a ground where an enforced variable lacks, or has another value; `uid` is the key of the values."""
    settings, enforced = service.table.get("settings"), service.table.get("enforce")
    env = settings.get("env") if isinstance(settings, Mapping) else None
    if not isinstance(env, Mapping) or not isinstance(enforced, tuple) or "env" not in enforced:
        return
    held = serving.settings
    wanted = tuple((str(name), value_digest(uid, str(name), str(value))) for name, value in env.items())
    signs = [f"+{name}" for name, _ in wanted if name not in held.env]
    signs += [f"~{name}" for name in changed_values(wanted, held.values)]
    if signs and (held.env or held.values):
        reason = f"what serves has not the variables that deployguard.toml enforces: {' '.join(signs)}"
        yield Ground(Verdict.STALE, reason, fix=f"deployguard deploy {service.name}")
