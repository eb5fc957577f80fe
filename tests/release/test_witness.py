"""gcloud, as somebody from outside, sees what a release says that it did."""

from __future__ import annotations

import pytest

from tests.emulator.test_gcloud import Gcloud, gcloud
from tests.release.shop import Shop

__all__ = ["gcloud"]
pytestmark = pytest.mark.slow


def test_gcloud_sees_the_revision_its_labels_and_its_traffic(shop: Shop, gcloud: Gcloud) -> None:
    first = shop.commit()
    assert shop.deploy().code == 0
    second = shop.version("2")
    assert shop.deploy().code == 0
    shown = gcloud("run", "services", "describe", shop.name, "--region=us-west2")
    assert shown["metadata"]["labels"]["commit-sha"] == second != first
    (share,) = [each for each in shown["status"]["traffic"] if each.get("percent")]
    (release,) = shop.releases()[-1:]
    assert (share["revisionName"], share["percent"]) == (release.fact("revision"), 100)
    env = {
        each["name"]: each.get("value") for each in shown["spec"]["template"]["spec"]["containers"][0]["env"]
    }
    assert env["BUILD_COMMIT"] == second
