"""Identity tokens: what shows a private Cloud Run service who asks."""

from __future__ import annotations

from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.model.errors import CloudError


def identity_token(connection: Connection, audience: str) -> str:
    """Return a token for the service at `audience` (its URL without tag and path).

    With impersonation it is the impersonated account's; else that of a service account's key, of the metadata server,
    or of the logged-in person. A local endpoint takes any.

    Raises:
        CloudError: kind `credentials` when these credentials can make no such token.
    """
    if connection.endpoint:
        return "owner"
    from google.auth.exceptions import GoogleAuthError

    credentials = connection.credentials
    try:
        token = _impersonated(credentials, audience) or _of_person(credentials) or _fetched(audience)
    except GoogleAuthError as error:
        raise CloudError(
            "credentials",
            f"no identity token for {audience}: {' '.join(str(error).split())[:300]}; set DEPLOYGUARD_IMPERSONATE to a "
            "service account that may call it",
        ) from error
    return token


def _impersonated(credentials: Any, audience: str) -> str:
    from google.auth import external_account, impersonated_credentials

    source = credentials
    if isinstance(credentials, external_account.Credentials) and credentials.service_account_email:
        # workload identity acts as an account, which signs for itself (iam.serviceAccountTokenCreator on itself)
        source = impersonated_credentials.Credentials(
            source_credentials=credentials,
            target_principal=credentials.service_account_email,
            target_scopes=["https://www.googleapis.com/auth/cloud-platform"],
        )
    if not isinstance(source, impersonated_credentials.Credentials):
        return ""
    signed = impersonated_credentials.IDTokenCredentials(source, target_audience=audience, include_email=True)
    signed.refresh(_request())
    return str(signed.token or "")


def _of_person(credentials: Any) -> str:
    """A person's token names no audience of ours; Cloud Run is said to take those of gcloud's own client."""
    from google.oauth2.credentials import Credentials

    if not isinstance(credentials, Credentials):
        return ""
    credentials.refresh(_request())
    return str(credentials.id_token or "")


def _fetched(audience: str) -> str:
    from google.oauth2 import id_token

    return str(id_token.fetch_id_token(_request(), audience))


def _request() -> Any:
    from google.auth.transport.requests import Request

    return Request()
