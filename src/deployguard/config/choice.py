"""The services that a command line names, among those that are configured."""

from __future__ import annotations

from collections.abc import Sequence

from deployguard.model.errors import UsageError
from deployguard.model.service import Project, Service


def chosen_services(project: Project, names: Sequence[str]) -> tuple[Service, ...]:
    """Return the named services, or all.

    Raises:
        UsageError: a name is not configured; the nearest one is proposed.
    """
    known = {service.name: service for service in project.services}
    for name in names:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"it lists {len(known)} services"
            raise UsageError(f"{name}: no such service in {project.path}; {hint}")
    return tuple(known[name] for name in dict.fromkeys(names)) if names else project.services
