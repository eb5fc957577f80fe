"""The bucket of the configuration, where journal, locks, results and what people were told are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployguard.model.errors import UsageError
from deployguard.model.service import Project

if TYPE_CHECKING:
    from deployguard.gcp.connection import Connection
    from deployguard.journal.objects import Objects


def bucket_name(project: Project) -> str:
    """Return the name of the bucket, "" where none is configured."""
    return str(project.table("project").get("bucket") or "")


def needed_bucket_name(project: Project, otherwise: str) -> str:
    """Return the name of the bucket; `otherwise` ends the sentence which says that there is none.

    Raises:
        UsageError: none is configured.
    """
    if name := bucket_name(project):
        return name
    raise UsageError(f"{project.path}: [project] has no `bucket`{otherwise}")


def bucket_objects(connection: Connection, name: str) -> Objects:
    """Return the objects of a bucket; nothing is asked yet."""
    from deployguard.gcp.bucket import Bucket

    return Bucket(connection, name)


def project_objects(project: Project, otherwise: str) -> Objects:
    """Return the objects of the configured bucket; `otherwise` as for `needed_bucket_name`.

    Raises:
        UsageError: none is configured, or the configuration names no Google Cloud project.
    """
    from deployguard.gcp.connection import connect

    return bucket_objects(connect(project), needed_bucket_name(project, otherwise))
