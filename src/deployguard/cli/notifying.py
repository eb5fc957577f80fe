"""The options by which people are told, and telling them: shared by every verb that finds something."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from deployguard.cli.bucket import bucket_name, bucket_objects
from deployguard.cli.output import tell
from deployguard.model.errors import UsageError
from deployguard.model.extras import how_to_get
from deployguard.model.service import Project

if TYPE_CHECKING:
    from deployguard.journal.objects import Objects
    from deployguard.notify.message import Told

_BUCKET = "gs://"


def add_notify_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--notify`, `--always` and `--notify-state`."""
    parser.add_argument(
        "--notify",
        action="append",
        default=[],
        metavar="URL",
        help="tell people through this apprise URL too (better: [notify] urls-env, since others see command lines)",
    )
    parser.add_argument("--always", action="store_true", help="tell them even when nothing changed")
    parser.add_argument(
        "--notify-state",
        metavar="WHERE",
        help="a folder or gs://BUCKET that holds what they were told last (default: the project's bucket, or the cache)",
    )


def tell_people(
    arguments: argparse.Namespace, project: Project, what: str, told: Sequence[Told], *, complete: bool = True
) -> None:
    """Tell everyone who is configured or named on the command line; silent when nobody is, or nothing changed.

    `what` is the verb. `complete` says that all there is was looked at, not a choice of it. A notifier that fails is
    said on standard error, and changes no exit code.

    Raises:
        UsageError: apprise, or the client of the bucket, is not installed.
    """
    named = tuple(_named(arguments, project))
    if not named:
        return
    from deployguard.notify.send import targets
    from deployguard.notify.telling import News, tell_all

    found, strange = targets(named)
    for name in strange:
        tell(f"notify: {name}: no URL that apprise understands; nobody is told through it")
    if found:
        own = project.table("project").get("id")
        about = f"{what} of {own}" if own else what
        always = arguments.always or project.table("notify").get("when") == "always"
        news = News(what, about, told, datetime.now(UTC), complete, always)
        tell_all(_state(arguments, project), news, found, lambda line: tell(f"notify: {line}"))


def _named(arguments: argparse.Namespace, project: Project) -> Iterator[tuple[str, str]]:
    """Yield the URLs, each with a name that is no secret."""
    from deployguard.notify.send import shown

    for url in arguments.notify:
        yield shown(url), url
    variables = project.table("notify").get("urls-env")
    for variable in variables if isinstance(variables, tuple) else ():
        if url := os.environ.get(str(variable), "").strip():
            yield str(variable), url
        else:
            tell(f"notify: {variable} is not set: nobody is told through it")


def _state(arguments: argparse.Namespace, project: Project) -> Objects:
    where = arguments.notify_state
    bucket = bucket_name(project) if where is None else ""
    if not bucket and (where is None or not where.startswith(_BUCKET)):
        from deployguard.journal.folder import FolderObjects
        from deployguard.source.cache import cache_folder

        own = str(project.table("project").get("id", "no-project"))
        return FolderObjects(cache_folder() / "told" / own if where is None else Path(where))
    from deployguard.gcp.connection import connect

    if not _is_installed("google.cloud.storage"):
        raise UsageError(
            "what people were told lies in a bucket, and google-cloud-storage is not installed: "
            f"{how_to_get('gcp')} brings it"
        )
    return bucket_objects(connect(project), (bucket or where).removeprefix(_BUCKET).rstrip("/"))


def _is_installed(module: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # nor is what it lies in
        return False
