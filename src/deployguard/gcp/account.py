"""Who deployguard is to Google Cloud, and whether the configured project is open to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.gcp.resource_manager import ask_project
from deployguard.gcp.retrying import patiently
from deployguard.model.errors import CloudError

_TOKEN_INFO = "https://oauth2.googleapis.com/tokeninfo"  # noqa: S105 - an address
_ACCOUNT_OF_PROJECT = re.compile(r"[^@]+@([a-z][a-z0-9.:-]*)\.iam\.gserviceaccount\.com")
_LONGEST_S = 30.0


@dataclass(frozen=True, slots=True)
class Account:
    """The caller. `email` is "" where Google does not say; `project` is the one that the credentials come from, "" where
    they belong to none. A person's credentials work in every project that lets the person in.
    """

    email: str = ""
    project: str = ""


def account(connection: Connection) -> Account:
    """Return who the credentials belong to, after refreshing them. A local endpoint knows nobody.

    Raises:
        CloudError: kind `credentials` when there are none, or they have expired or were revoked.
    """
    if connection.endpoint:
        return Account("", connection.project)
    credentials = connection.credentials
    from google.auth.transport.requests import Request

    def refresh() -> None:
        with refusals("asking Google who this is"):
            credentials.refresh(Request())

    patiently(refresh, connection.patience)
    email = _email(credentials)
    return Account(email, _project(credentials, email))


def check_project(connection: Connection, who: Account) -> None:
    """See that the configured project is there and open to the caller.

    Raises:
        CloudError: it is not, in words that name the account and both projects.
    """
    name, project = who.email or "this account", connection.project
    try:
        found = ask_project(connection, f"reading the project {project}")
    except CloudError as error:
        if error.kind not in {"permission", "missing"}:
            raise
        home = f"; the credentials are of {who.project}" if who.project not in {"", project} else ""
        raise CloudError(
            error.kind,
            f"{name} cannot see the project {project}{home}: check `id` under [project], or log in as somebody who may "
            f"deploy there ({error})",
            error.permission,
        ) from error
    if (state := found.get("lifecycleState", "ACTIVE")) != "ACTIVE":
        raise CloudError("refused", f"the project {project} is {state}")


def _email(credentials: Any) -> str:
    for name in ("service_account_email", "signer_email", "account"):
        found = getattr(credentials, name, None)
        if isinstance(found, str) and "@" in found:
            return found
    return _of_token(credentials.token)


def _of_token(token: str) -> str:
    """Ask whose an access token is; it says no e-mail address where the scope was left out."""
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request

    body = urlencode({"access_token": token}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        answer = Request()(_TOKEN_INFO, "POST", body, form, _LONGEST_S)
        found = json.loads(answer.data) if answer.status == 200 else {}
    except (OSError, ValueError, GoogleAuthError):
        return ""  # a name is good to have, not worth failing for
    return str(found.get("email", "")) if isinstance(found, dict) else ""


def _project(credentials: Any, email: str) -> str:
    of_account = _ACCOUNT_OF_PROJECT.fullmatch(email)
    found = of_account[1] if of_account else getattr(credentials, "project_id", None)
    return str(found or getattr(credentials, "quota_project_id", None) or "")
