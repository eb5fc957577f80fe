"""What the clients raise, in our words."""

from __future__ import annotations

import pytest
from google.api_core import exceptions
from google.auth import exceptions as auth

from deployguard.gcp.refusals import refusals
from deployguard.model.errors import CloudError


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (exceptions.Aborted("a stale etag"), "conflict"),
        (exceptions.TooManyRequests("slower"), "quota"),
        (exceptions.ServiceUnavailable("away"), "unavailable"),
        (
            exceptions.ServiceUnavailable("Getting metadata from plugin failed with error: invalid_grant"),
            "credentials",
        ),
        (exceptions.Unauthenticated("no token"), "credentials"),
        (auth.RefreshError("invalid_grant"), "credentials"),
        (auth.TransportError("no route to the token server"), "unavailable"),
        (exceptions.DeadlineExceeded("late"), "timeout"),
        (ConnectionResetError("reset"), "unavailable"),
    ],
)
def test_the_kind_of_a_refusal(raised: Exception, kind: str) -> None:
    with pytest.raises(CloudError) as caught, refusals("doing something"):
        raise raised
    assert caught.value.kind == kind
    assert str(caught.value).startswith("doing something: ")


def test_what_to_do_about_an_account_that_may_not_be_acted_as() -> None:
    with pytest.raises(CloudError, match="serviceAccountTokenCreator"), refusals("doing something"):
        raise auth.RefreshError("Unable to acquire impersonated credentials", "403")
