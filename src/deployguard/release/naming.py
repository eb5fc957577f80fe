"""The names of what a release makes: all of them are told by its id, so that a second run finds them."""

from __future__ import annotations

import re

from deployguard.model.errors import UsageError
from deployguard.model.service import Project, Service

# cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration: a tag and a service's name together.
_LONGEST_TAG_AND_NAME = 46
_SHORTEST_TAG = 4
_LONGEST_REVISION = 63
# Cloud Run Admin API v2, services.create, `serviceId`; Cloud Functions API v2, functions.create, `functionId`.
_FORMS = {
    "run": (
        r"[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?",
        "lower case letters, digits and `-`, at most 49, a letter first",
    ),
    "function": (
        r"[a-z](?:[a-z0-9_-]{0,61}[a-z0-9])?",
        "lower case letters, digits, `-` and `_`, at most 63, a letter first",
    ),
}


def refuse_name(service: Service) -> None:
    """Refuse a name that Google takes for nothing, before anything is built under it.

    Raises:
        UsageError: it is no name of a Cloud Run service (at most 49 characters), or of a function (at most 63).
    """
    pattern, form = _FORMS[service.kind]
    if not re.fullmatch(pattern, service.name):
        raise UsageError(
            f"{service.name}: Google Cloud takes no such name: {form}; rename [services.{service.name}]"
        )


def revision_name(service: str, release: str) -> str:
    """Return the name of the revision, at most 63 characters."""
    return f"{service[: _LONGEST_REVISION - 1 - len(release)]}-{release}"


def tag_name(service: str, release: str) -> str:
    """Return the tag of the candidate; "" where the service's name leaves no room for one."""
    room = min(_LONGEST_TAG_AND_NAME - len(service), 8)
    return f"c{release[-(room - 1) :]}" if room >= _SHORTEST_TAG else ""


def image_name(project: Project, service: Service) -> str:
    """Return the image of a service without its tag.

    Raises:
        UsageError: the configuration names no registry.
    """
    registry = project.table("project").get("registry")
    if not registry:
        raise UsageError(
            f"{project.path}: [project] has no `registry`: say where images go, such as "
            "`us-west2-docker.pkg.dev/PROJECT/REPOSITORY`"
        )
    return f"{str(registry).rstrip('/')}/{service.name}"
