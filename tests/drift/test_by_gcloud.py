"""What a team ships beside deployguard, with gcloud, is judged like everything else."""

from __future__ import annotations

import pytest

from tests.drift.site import Site
from tests.drift.test_functions import NAME, functions
from tests.emulator.test_gcloud import Gcloud, gcloud

__all__ = ["functions", "gcloud"]
pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("functions")
def test_a_function_that_gcloud_shipped_says_nothing_until_it_is_labelled(site: Site, gcloud: Gcloud) -> None:
    shipped = (
        *("functions", "deploy", NAME, "--gen2", "--runtime=python311", "--region=us-west2"),
        *(f"--project={site.project}", f"--source={site.folder}/functions/orders", "--entry-point=serve"),
        *("--trigger-http", "--no-allow-unauthenticated"),
    )
    gcloud(*shipped)
    ran = site.drift()
    assert (ran.code, ran.verdicts) == (1, {NAME: "unstamped"})
    gcloud(*shipped, f"--update-labels=commit-sha={site.head[:10]}")
    assert site.drift().verdicts == {NAME: "current"}
