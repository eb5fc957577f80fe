"""What Google's clients raise, as the one error of ours, in words that say what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from deployguard.model.errors import CloudError

_PERMISSION = re.compile(r"[Pp]ermission '?([a-z]+\.[A-Za-z]+\.[A-Za-z]+)'?")
# how gRPC reports credentials that cannot be refreshed: with the code of a service that is away
_NOT_REFRESHED = "Getting metadata from plugin failed"
_REQUEST = re.compile(r"(\d{3} )(?:GET|HEAD|POST|PUT|PATCH|DELETE) https?://\S+: ")
_DISABLED = re.compile(r"SERVICE_DISABLED|has not been used in project")
_SERVICE = re.compile(r"[a-z]+\.googleapis\.com")
_KINDS = {
    401: "credentials",
    403: "permission",
    404: "missing",
    408: "timeout",
    409: "conflict",
    412: "conflict",
    429: "quota",
    499: "timeout",
    500: "unavailable",
    502: "unavailable",
    503: "unavailable",
    504: "timeout",
}


@contextmanager
def refusals(doing: str) -> Iterator[None]:
    """Turn every error of Google's clients, and of the network below them, into a CloudError.

    `doing` says what was tried, such as `listing the services of us-west2`.

    Raises:
        CloudError: with a kind, see there.
    """
    from google.api_core import exceptions
    from google.auth.exceptions import GoogleAuthError, TransportError

    try:
        yield
    except exceptions.RetryError as error:
        raise CloudError("timeout", f"{doing}: no answer in time ({_line(error)})") from error
    except exceptions.GoogleAPICallError as error:
        raise _told(doing, error.code, _line(error)) from error
    except TransportError as error:
        raise CloudError("unavailable", f"{doing}: cannot be reached ({_line(error)})") from error
    except GoogleAuthError as error:
        raise _unaccepted(doing, _line(error)) from error
    except (ConnectionError, TimeoutError, OSError) as error:
        raise CloudError("unavailable", f"{doing}: cannot be reached ({_line(error)})") from error


def _told(doing: str, code: object, said: str) -> CloudError:
    number = int(code) if isinstance(code, int) else 0
    if _NOT_REFRESHED in said:
        return _unaccepted(doing, said)
    kind = _KINDS.get(number, "conflict" if number == 400 and "FAILED_PRECONDITION" in said else "refused")
    if kind == "permission" and _DISABLED.search(said):
        service = _SERVICE.search(said)
        cure = f"`gcloud services enable {service[0]}` enables it" if service else "enable it"
        return CloudError(kind, f"{doing}: its API is not enabled in this project; {cure} ({said})")
    permission = _PERMISSION.search(said)
    if kind == "permission" and permission:
        return CloudError(
            kind,
            f"{doing}: permission {permission[1]} is missing; grant a role that holds it{_role(permission[1])} ({said})",
            permission[1],
        )
    return CloudError(kind, f"{doing}: {said}")


def _role(permission: str) -> str:
    return (
        ", such as roles/storage.objectUser on the bucket"
        if permission.startswith("storage.objects.")
        else ""
    )


def _unaccepted(doing: str, said: str) -> CloudError:
    cure = (
        "the caller needs roles/iam.serviceAccountTokenCreator on the account to act as"
        if "impersonated" in said
        else "log in again with `gcloud auth application-default login`"
    )
    return CloudError("credentials", f"{doing}: the credentials were not accepted ({said}); {cure}")


def _line(error: BaseException) -> str:
    words = " ".join(_plain(str(error)).split())
    return words[:400] or type(error).__name__


def _plain(said: str) -> str:
    """Return Google's own words where the storage client wraps them into the request that it sent."""
    request = _REQUEST.match(said)
    if request is None:
        return said
    rest = said[request.end() :]
    try:
        told, _ = json.JSONDecoder().raw_decode(rest)
        rest = str(told["error"]["message"])
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    return f"{request[1]}{rest}"
