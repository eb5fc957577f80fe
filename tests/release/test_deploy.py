"""A commit goes to production, and what is not fit does not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.cloud import run_v2

from deployguard.artifact.assemble import artifact_of
from deployguard.artifact.fingerprint import fingerprint
from deployguard.config.load import load_project
from deployguard.journal.baseline import read_baseline
from deployguard.journal.lock import read_holder
from deployguard.journal.releases import Outcome
from deployguard.model.release import ServicePlan
from deployguard.model.stamp_names import StampNames
from deployguard.release.deploy import deploy
from deployguard.release.means import Limits, Means
from deployguard.release.order import Manner, Order
from deployguard.release.result import End
from deployguard.source.commit import commit_tree
from deployguard.source.git import open_repository
from tests.emulator.clients import done
from tests.release.shop import REGION, Shop
from tests.waiting import eventually

pytestmark = pytest.mark.slow


def is_clean(shop: Shop) -> bool:
    """Tell whether one revision serves by its name, no tag is left, and the lock is free."""
    live = shop.live()
    tags = [share.tag for share in live.traffic if share.tag]
    shares = [share for share in live.traffic if share.percent]
    return (
        not tags
        and len(shares) == 1
        and shares[0].percent == 100
        and not shares[0].latest
        and read_holder(shop.objects, (REGION, shop.name)) is None
    )


def test_a_commit_is_shipped_then_another_then_nothing(shop: Shop) -> None:
    commit = shop.commit()
    said = shop.deploy()
    assert said.code == 0, said
    assert ("smoke: left out" in said.err, "smoke ..." in said.err) == (True, False), said
    assert shop.answer()["version"] == "1"
    assert shop.live().serving[0].stamp.commit == commit
    assert is_clean(shop)
    second = shop.version("2")
    said = shop.deploy("--output-format", "json")
    assert said.code == 0, said
    told = json.loads(said.out)["services"][0]
    assert (told["end"], told["commit"]) == ("succeeded", second)
    live = shop.live()
    assert shop.answer()["version"] == "2"
    assert live.serving[0].stamp.release == told["release"]
    assert dict(live.labels)["managed-by"] == "deployguard"
    assert is_clean(shop)
    baseline = read_baseline(shop.objects, REGION, shop.name)
    assert baseline is not None
    assert (baseline.revision, baseline.release) == (live.serving[0].name, told["release"])
    again = shop.deploy()
    assert (again.code, "serves this already" in again.out) == (0, True), again
    assert [one.outcome for one in shop.releases()] == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]


def shipped(shop: Shop) -> str:
    """Deploy a first version; return the revision that serves."""
    shop.commit()
    said = shop.deploy()
    assert said.code == 0, said
    return shop.live().serving[0].name


def still_serves(shop: Shop, revision: str) -> bool:
    return is_clean(shop) and shop.live().serving[0].name == revision and shop.answer()["version"] == "1"


def test_a_service_that_does_not_start_gets_no_traffic(shop: Shop) -> None:
    first = shipped(shop)
    shop.write(f"{shop.name}/main.py", 'raise RuntimeError("broken at start")\n')
    shop.done("Break it")
    said = shop.deploy()
    assert said.code == 1, said
    assert still_serves(shop, first)
    assert "never became ready" in said.out
    assert f"served by {first} (100 %), as before" in said.out
    assert shop.releases()[-1].outcome is Outcome.UNDONE


def test_another_services_code_gets_no_traffic(shop: Shop) -> None:
    first = shipped(shop)
    shop.version("2", identity="bills")
    said = shop.deploy()
    assert said.code == 1, said
    assert still_serves(shop, first)
    assert f"its answer has service = 'bills', not '{shop.name}'" in said.out


def test_a_failed_build_touches_nothing(shop: Shop) -> None:
    first = shipped(shop)
    shop.version("2")
    shop.cloud.admin("POST", "faults", {"effect": "fail-build", "on": "*", "times": 1})
    generation = shop.live().generation
    said = shop.deploy()
    assert said.code == 1, said
    assert "the build failed" in said.out
    assert still_serves(shop, first)
    assert shop.live().generation == generation
    assert shop.releases()[-1].outcome is Outcome.FAILED
    assert "\n" not in shop.releases()[-1].reason, "a log may hold secrets: the journal keeps none of it"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"effect": "deny", "on": "Services.UpdateService", "times": 1}, "permission"),
        ({"effect": "not-ready", "on": "*", "times": 1}, "never became ready"),
    ],
)
def test_what_google_refuses_leaves_the_old_one(shop: Shop, fault: dict[str, object], word: str) -> None:
    first = shipped(shop)
    shop.version("2")
    shop.cloud.admin("POST", "faults", fault)
    said = shop.deploy()
    assert said.code == 1, said
    assert word in said.out
    assert still_serves(shop, first)


@pytest.mark.parametrize("status", ["UNAVAILABLE", "RESOURCE_EXHAUSTED", "ABORTED"])
def test_what_passes_by_is_tried_again(shop: Shop, status: str) -> None:
    shipped(shop)
    shop.version("2")
    for method in ("Services.UpdateService", "Services.GetService"):
        shop.cloud.admin(
            "POST",
            "faults",
            {"effect": "error", "on": method, "status": status, "times": 1 if status == "ABORTED" else 2},
        ) if (status, method) != ("ABORTED", "Services.GetService") else None
    said = shop.deploy()
    assert said.code == 0, said
    assert shop.answer()["version"] == "2"


def test_two_at_once_one_ships_and_the_other_is_told_who(shop: Shop) -> None:
    shipped(shop)
    shop.version("2")
    with ThreadPoolExecutor(2) as pool:
        codes = sorted(said.code for said in pool.map(lambda _: shop.deploy(), range(2)))
    assert codes[0] == 0
    assert shop.answer()["version"] == "2"
    assert is_clean(shop)


def test_a_canary_without_requests_cannot_be_told_and_goes_back(shop: Shop) -> None:
    first = shipped(shop)
    shop.version("2")
    said = shop.deploy("--canary", "50,100", "--watch", "1s")
    assert said.code == 2, said
    assert "20 are needed to tell" in said.out
    assert still_serves(shop, first)


def test_an_interrupted_deploy_puts_back_what_it_did(shop: Shop) -> None:
    first = shipped(shop)
    shop.version("2")
    command = [sys.executable, "-m", "deployguard", "deploy", shop.name, "--no-smoke", "--canary", "50,100"]
    with subprocess.Popen(
        command,
        cwd=shop.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=shop.environment(),
    ) as process:
        assert process.stderr is not None
        told: list[str] = []
        while not told or "50 %" not in told[-1]:
            told.append(process.stderr.readline())
            assert told[-1], told
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out, told, err)
    assert still_serves(shop, first)
    assert shop.releases()[-1].outcome is Outcome.INTERRUPTED


def test_a_change_at_the_console_meanwhile_ends_the_release(shop: Shop) -> None:
    first = shipped(shop)
    shop.version("2")
    shop.cloud.admin("POST", "faults", {"effect": "latency", "on": "CloudBuild.CreateBuild", "seconds": 3})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(shop.deploy)
        eventually(lambda: any(one.did("before") for one in shop.releases() if one.revision == ""))
        raw = shop.services.raw(REGION, shop.name)
        raw.labels["touched"] = "by-hand"
        client = shop.cloud.of(run_v2.ServicesClient)
        done(client.update_service(service=run_v2.Service.wrap(raw)))
        said = running.result()
    assert said.code == 1, said
    assert "was changed meanwhile" in said.out
    assert still_serves(shop, first)


def test_an_operation_that_never_ends_is_left_behind(shop: Shop) -> None:
    first = shipped(shop)
    shop.version("2")
    shop.cloud.admin("POST", "faults", {"effect": "stuck", "on": "UpdateService", "times": 1})
    tree = commit_tree(open_repository(shop.folder), "HEAD")
    project = load_project(tree, None)
    service = next(one for one in project.services if one.name == shop.name)
    artifact = artifact_of(tree, service)
    told: list[str] = []
    means = Means(
        project,
        shop.connection,
        shop.objects,
        shop.bucket,
        StampNames(),
        lambda _, line: told.append(line),
        limits=Limits(ship=3.0),
    )
    live = shop.live()
    plan = ServicePlan(
        shop.name,
        "run",
        REGION,
        tree.sha or "",
        fingerprint(artifact),
        "update",
        base=first,
        base_generation=live.generation,
    )
    ended = deploy(means, Order(plan, service, tree, artifact, Manner(smoke=False)))
    assert ended.end is End.UNDONE, ended
    assert "has not ended after 3 s" in ended.message
    assert shop.live().percent(first) == 100
    assert read_holder(shop.objects, (REGION, shop.name)) is None


@pytest.mark.slow
def test_a_bad_commit_that_is_taken_back_leaves_nothing_to_worry_about(shop: Shop) -> None:
    """Drift names the revision that was left behind, and never says to send requests to it."""
    shop.commit()
    assert shop.deploy().code == 0
    shop.version("2", identity="somebody-else")
    assert shop.deploy().code == 1
    stale = shop.run("drift", shop.name)
    assert (stale.code, "to-latest" in stale.out) == (1, False), stale.out
    shop.version("1")
    fine = shop.run("drift", shop.name)
    assert (fine.code, "without requests" in fine.out) == (0, True), fine.out + fine.err


@pytest.mark.slow
def test_a_variable_that_somebody_adds_at_the_console_is_noticed_by_drift(shop: Shop) -> None:
    shop.commit()
    assert shop.deploy().code == 0
    client = shop.cloud.of(run_v2.ServicesClient)
    service = client.get_service(name=f"projects/demo-project/locations/us-west2/services/{shop.name}")
    service.template.containers[0].env.append(run_v2.EnvVar(name="ADDED", value="hush"))
    service.template.revision = ""
    service.traffic = []
    done(client.update_service(service=service))
    found = shop.run("drift", shop.name)
    assert (found.code, "modified" in found.out, "+ADDED" in found.out) == (1, True, True), (
        found.out + found.err
    )
    assert "hush" not in found.out + found.err
    mended = shop.deploy()
    assert (mended.code, "serves this already" in mended.out) == (0, False), mended
    assert shop.run("drift", shop.name).code == 0


@pytest.mark.slow
def test_a_plan_is_shipped_as_it_is_or_not_at_all(shop: Shop) -> None:
    planned = shop.commit()
    assert shop.run("plan", shop.name, "--out", "plan.json").code == 0
    shop.version("2")
    shipped = shop.run("deploy", "--from", "plan.json", "--no-smoke")
    assert (shipped.code, shop.live().serving[0].stamp.commit) == (0, planned), shipped.out + shipped.err
    again = shop.run("deploy", "--from", "plan.json", "--no-smoke")
    assert (again.code, "changed since this plan was made" in again.err) == (2, True), again.out + again.err


@pytest.mark.slow
def test_services_go_after_what_they_name_and_not_after_a_failure(shop: Shop) -> None:
    first, second = f"a-{shop.mark}", f"b-{shop.mark}"
    shop.commit(**{first: "1", second: "1"})
    text = (shop.folder / "deployguard.toml").read_text()
    marker = f"[services.{first}]\n"
    shop.write("deployguard.toml", text.replace(marker, f'{marker}after = ["{second}"]\n'))
    shop.write(f"{second}/main.py", "raise RuntimeError('never')\n")
    shop.done("Break the second")
    ran = shop.run("deploy", first, second, "--no-smoke")
    assert ran.code == 1, ran.out + ran.err
    assert shop.services.get(REGION, first) is None
