"""Traffic by steps: judged by the requests of the new revision, in numbers that mean something."""

from __future__ import annotations

import threading

import pytest

from deployguard.gcp.logs import Counts
from deployguard.release.order import Manner
from deployguard.release.watch import Sight, judged
from tests.emulator.clients import Clients
from tests.release.shop import Shop
from tests.release.test_deploy import is_clean, shipped, still_serves


@pytest.mark.parametrize(
    ("new", "old", "sight"),
    [
        (Counts(0, 0), None, Sight.FEW),
        (Counts(19, 19), None, Sight.FEW),
        (Counts(20, 0), None, Sight.GOOD),
        (Counts(20, 1), None, Sight.GOOD),  # one error alone is no rate
        (Counts(20, 2), None, Sight.BAD),
        (Counts(1000, 10), None, Sight.GOOD),
        (Counts(1000, 11), None, Sight.BAD),
        (Counts(100, 10), Counts(900, 90), Sight.GOOD),  # as bad as the one before
        (Counts(100, 20), Counts(900, 90), Sight.BAD),
        (Counts(100, 20), Counts(5, 5), Sight.BAD),  # too few before to excuse anything
    ],
)
def test_a_step_is_judged(new: Counts, old: Counts | None, sight: Sight) -> None:
    assert judged(new, old, Manner()) is sight


def asked_until(stop: threading.Event, cloud: Clients, uri: str) -> None:
    while not stop.is_set():
        cloud.get(uri)


@pytest.mark.slow
@pytest.mark.parametrize("steps", [("--canary", "60,100"), ()], ids=["by steps", "at once"])
@pytest.mark.parametrize("code", [0, 1])
def test_traffic_goes_on_or_back_by_its_requests(shop: Shop, code: int, steps: tuple[str, ...]) -> None:
    first = shipped(shop)
    shop.version("2")
    if code:  # only the new version fails
        broken = (shop.folder / shop.name / "main.py").read_text()
        shop.write(f"{shop.name}/main.py", broken.replace('"/boom" else', '"/" else'))
        shop.done("Break the front page")
    stop, uri = threading.Event(), shop.live().uri
    asking = threading.Thread(target=asked_until, args=(stop, shop.cloud, f"{uri}/"), daemon=True)
    asking.start()
    try:
        said = shop.deploy(*steps, "--watch", "2s", "--min-requests", "5")
    finally:
        stop.set()
        asking.join()
    assert said.code == code, said
    if code:
        assert "of the traffic, the new revision failed" in said.out
        assert still_serves(shop, first)
    else:
        assert shop.answer()["version"] == "2"
        assert is_clean(shop)
