"""Who deployguard is to Google Cloud."""

from __future__ import annotations

from typing import Any

from deployguard.model.errors import CloudError

# What google-auth lets out for a folder, and for JSON of another shape; its words could quote the file.
_UNFIT = (OSError, ValueError, TypeError, AttributeError, LookupError)


def default_credentials(scopes: tuple[str, ...], impersonate: str) -> Any:
    """Return application-default credentials (user, service account, workload identity), or those of an account.

    Raises:
        CloudError: there are none, or what should hold them cannot be read.
    """
    import google.auth
    from google.auth import exceptions, impersonated_credentials

    try:
        found, _ = google.auth.default(scopes=scopes)
    except exceptions.DefaultCredentialsError as error:
        raise CloudError(
            "credentials",
            "no Google Cloud credentials were found; run `gcloud auth application-default login`, or let "
            f"GOOGLE_APPLICATION_CREDENTIALS name a key or workload-identity file{_more(error)}",
        ) from error
    except _UNFIT as error:
        raise CloudError(
            "credentials",
            "the Google Cloud credentials cannot be read: GOOGLE_APPLICATION_CREDENTIALS must name a key or "
            f"workload-identity file ({type(error).__name__})",
        ) from error
    if not impersonate:
        return found
    return impersonated_credentials.Credentials(
        source_credentials=found, target_principal=impersonate, target_scopes=list(scopes)
    )


def _more(error: Exception) -> str:
    """Return what google-auth adds in its first line, "" for what is said already."""
    line = str(error).strip().partition("\n")[0][:200]
    return "" if line.startswith("Your default credentials were not found") else f" ({line})"
