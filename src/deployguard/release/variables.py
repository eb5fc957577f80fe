"""What a deploy makes of a service's variables and secrets: names, and of values no more than that they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployguard.model.digests import changed_values, value_digest
from deployguard.model.live import LiveService, Settings
from deployguard.model.release import PlannedChange
from deployguard.model.service import Service
from deployguard.model.stamp_names import StampNames
from deployguard.release.order import table_of


def set_variables(service: Service, names: StampNames, live: LiveService | None) -> Iterator[PlannedChange]:
    """Yield what the configuration and the stamp make of the revision that serves."""
    before, uid = _served(live), live.uid if live else ""
    has = _names_of(live.template) if live else frozenset()
    given = _given(service, "env", has)
    added = sorted({*given, *_stamp(names)} - {*before.env})
    if added:
        yield PlannedChange("env", "", " ".join(f"+{name}" for name in added))
    wanted = tuple((name, value_digest(uid, name, text)) for name, text in given.items())
    shown = {name for name, _ in before.secrets} & given.keys()
    for name in sorted({*changed_values(wanted, before.values), *shown} - _stamp(names)):
        yield PlannedChange(f"env {name}", "", "value changes")
    held = dict(before.secrets)
    for name, reference in sorted(_given(service, "secrets", has).items()):
        after = reference if ":" in reference else f"{reference}:latest"
        if held.get(name) != after:
            yield PlannedChange(f"secret {name}", held.get(name, ""), after)


def carried_variables(service: Service, names: StampNames, live: LiveService) -> Iterator[PlannedChange]:
    """Yield what comes along: a new revision is made from the template, where others may have set what never served."""
    before, template = _served(live), live.template
    ours = {*_given(service, "env", _names_of(template)), *_given(service, "secrets", _names_of(template))}
    ours |= _stamp(names)
    signs = [f"+{name}" for name in template.env if name not in before.env and name not in ours]
    signs += [f"-{name}" for name in before.env if name not in template.env and name not in ours]
    signs += [f"~{name}" for name in changed_values(before.values, template.values) if name not in ours]
    if signs:
        yield PlannedChange("env, as it was set meanwhile", "", " ".join(signs))


def kept_variables(service: Service, live: LiveService | None) -> tuple[str, ...]:
    """Return the variables whose configured value is not the one that the service has, and keeps."""
    if live is None:
        return ()
    kept = _table(service, "env").keys() - _given(service, "env", _names_of(live.template)).keys()
    configured = _table(service, "env")
    wanted = tuple((name, value_digest(live.uid, name, configured[name])) for name in kept)
    return changed_values(wanted, live.template.values)


def _served(live: LiveService | None) -> Settings:
    if live is None:
        return Settings()
    return live.serving[0].settings if live.serving else live.template


def _names_of(template: Settings) -> frozenset[str]:
    return frozenset((*template.env, *(name for name, _ in template.secrets)))


def _stamp(names: StampNames) -> set[str]:
    return {names.commit_env[0], names.timestamp_env[0], names.fingerprint_env[0]}


def _given(service: Service, key: str, has: frozenset[str]) -> Mapping[str, str]:
    """What a release sets: variables that lack, and all of them where they are enforced."""
    enforced = service.table.get("enforce")
    is_enforced = isinstance(enforced, tuple) and key in enforced
    return {name: text for name, text in _table(service, key).items() if is_enforced or name not in has}


def _table(service: Service, key: str) -> dict[str, str]:
    table = table_of(service, "settings").get(key)
    return {str(name): str(value) for name, value in table.items()} if isinstance(table, Mapping) else {}
