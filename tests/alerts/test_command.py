"""`deployguard alerts` on the emulator, with the stock client and gcloud as witnesses."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest
from google.cloud import monitoring_v3

from deployguard.emulator.pointing import environment
from tests.cli.running import Shell, repository
from tests.emulator.clients import Clients

pytestmark = pytest.mark.slow


def configuration(project: str, alerts: str, endpoint: str) -> str:
    return f"""\
-- deployguard.toml --
[project]
id = "{project}"
region = "us-west2"
endpoint = "{endpoint}"

[services.orders]
kind = "function"
source = "functions/orders"

[services.web]
kind = "run"
dockerfile = "web/Dockerfile"

{alerts}
-- functions/orders/main.py --
def handle(request): ...
-- web/Dockerfile --
FROM python:3.11
"""


ERRORS = """\
[alerts.orders-errors]
service = "orders"
severity = "ERROR"
rate-limit = "30m"
auto-close = "1h"
channels = ["Team"]
runbook = "https://wiki.example.com/orders"
"""
LATENCY = """\
[alerts.web-latency]
service = "web"
condition = "metric"
metric = "latency"
threshold = 900
channels = ["Team"]
"""


class Stage:
    """A repository, its project in the emulator, and the stock clients."""

    def __init__(self, cloud: Clients, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.cloud, self.folder = cloud, folder
        self.project = f"p-{uuid.uuid4().hex[:8]}"
        self.name = f"projects/{self.project}"
        self.policies: Any = cloud.of(monitoring_v3.AlertPolicyServiceClient)
        self.channels: Any = cloud.of(monitoring_v3.NotificationChannelServiceClient)
        repository(folder, configuration(self.project, ERRORS + LATENCY, cloud.address))
        self.shell = Shell(folder, capture)

    def alerts(self, text: str) -> None:
        whole = configuration(self.project, text, self.cloud.address)
        self.shell.write("deployguard.toml", whole.partition(" --\n")[2].partition("-- functions")[0])

    def channel(self, name: str = "Team", kind: str = "slack", **more: Any) -> Any:
        given = {"type": kind, "display_name": name, "labels": {"channel_name": "#a"}, **more}
        return self.channels.create_notification_channel(name=self.name, notification_channel=given)

    def live(self) -> list[Any]:
        return list(self.policies.list_alert_policies(name=self.name))


@pytest.fixture
def stage(cloud: Clients, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Stage:
    return Stage(cloud, tmp_path / "repository", capsys)


def test_plan_apply_and_again(stage: Stage) -> None:
    channel = stage.channel()
    planned = stage.shell("alerts", "plan")
    assert (planned.code, stage.live()) == (1, [])
    assert "+ policy orders-errors: create" in planned.out
    assert "2 to create" in planned.err
    assert stage.shell("alerts", "apply").code == 0
    one = next(each for each in stage.live() if each.display_name == "orders-errors")
    assert one.conditions[0].condition_matched_log.filter.splitlines() == [
        'resource.type="cloud_run_revision"',
        'resource.labels.service_name="orders"',
        "severity>=ERROR",
    ]
    assert list(one.notification_channels) == [channel.name]
    assert one.alert_strategy.notification_rate_limit.period.seconds == 1800
    before = {each.name for each in stage.live()}
    again = stage.shell("alerts", "apply")
    assert (again.code, {each.name for each in stage.live()}) == (0, before)
    assert "created" not in again.err
    assert stage.shell("alerts", "plan").code == 0


def test_what_was_changed_by_hand_is_shown_and_put_back_and_the_rest_is_left(stage: Stage) -> None:
    stage.channel()
    stage.shell("alerts", "apply")
    one = next(each for each in stage.live() if each.display_name == "orders-errors")
    condition = one.conditions[0].name
    one.conditions[0].condition_matched_log.filter = "severity>=CRITICAL"
    one.conditions[0].condition_matched_log.label_extractors = {"who": "EXTRACT(textPayload)"}
    one.enabled, one.user_labels["team"] = False, "data"
    stage.policies.update_alert_policy(alert_policy=one)
    planned = stage.shell("alerts", "plan", "--output-format", "json")
    (changed,) = (each for each in planned.value["policies"] if each["action"] == "update")
    assert {each["what"] for each in changed["changes"]} == {"enabled", "condition filter"}
    assert stage.shell("alerts", "apply").code == 0
    after = stage.policies.get_alert_policy(name=one.name)
    assert (after.enabled, after.conditions[0].name, after.user_labels["team"]) == (True, condition, "data")
    assert dict(after.conditions[0].condition_matched_log.label_extractors)


def test_policies_of_others_are_counted_and_ours_that_are_left_named(stage: Stage) -> None:
    stage.channel()
    stage.shell("alerts", "apply")
    foreign = {
        "display_name": "orders-errors",
        "combiner": "OR",
        "conditions": [{"display_name": "x", "condition_matched_log": {"filter": "severity>=ERROR"}}],
        "alert_strategy": {"notification_rate_limit": {"period": {"seconds": 300}}},
    }
    stage.policies.create_alert_policy(name=stage.name, alert_policy=foreign)
    stage.alerts(ERRORS)
    planned = stage.shell("alerts", "plan")
    assert planned.code == 0
    assert "1 other left alone" in planned.err
    assert "no longer configured: web-latency" in planned.out
    assert len(stage.live()) == 3
    assert stage.shell("alerts", "apply", "--prune").code == 0
    assert sorted(each.display_name for each in stage.live()) == ["orders-errors", "orders-errors"]
    stage.alerts("")
    assert stage.shell("alerts", "apply", "--prune").code == 0
    assert [dict(each.user_labels) for each in stage.live()] == [{}]


def test_a_second_policy_of_one_alert_is_said_and_pruned(stage: Stage) -> None:
    stage.channel()
    stage.shell("alerts", "apply")
    first = next(each for each in stage.live() if each.display_name == "orders-errors")
    twin = monitoring_v3.AlertPolicy(first)
    twin.name, twin.conditions[0].name = "", ""
    stage.policies.create_alert_policy(name=stage.name, alert_policy=twin)
    planned = stage.shell("alerts", "plan")
    assert planned.code == 1
    assert "has a second policy" in planned.out
    assert stage.shell("alerts", "apply", "--prune").code == 0
    assert {each.name for each in stage.live() if each.display_name == "orders-errors"} == {first.name}


def test_a_run_that_was_killed_after_creating_finds_its_policy(stage: Stage) -> None:
    stage.channel()
    fault = {"effect": "drop", "on": "AlertPolicyService.ListAlertPolicies", "nth": 4, "times": 0}
    stage.cloud.admin("POST", "faults", fault)
    broken = stage.shell("alerts", "apply")
    assert broken.code == 2
    assert "bug" not in broken.err
    stage.cloud.admin("DELETE", "faults")
    assert stage.shell("alerts", "apply").code == 0
    assert len(stage.live()) == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "no notification channel is called `Team`"),
        ([{"name": "Teem"}], "did you mean `Teem`"),
        ([{}, {"kind": "pagerduty"}], "2 notification channels are called `Team`"),
        ([{"kind": "email", "labels": {"email_address": "a@b.invalid"}}], "was never verified"),
        ([{"enabled": False}], "is disabled"),
    ],
)
def test_channels_that_would_tell_nobody_block(stage: Stage, given: list[dict[str, Any]], words: str) -> None:
    for one in given:
        stage.channel(**one)
    refused = stage.shell("alerts", "apply")
    assert (refused.code, stage.live()) == (1, [])
    assert words in refused.out
    assert "nothing was changed" in refused.err


def test_of_two_channels_one_is_named_by_its_resource(stage: Stage) -> None:
    stage.channel()
    channel = stage.channel(kind="pagerduty")
    stage.alerts(ERRORS.replace('"Team"', f'"{channel.name}"'))
    assert stage.shell("alerts", "apply").code == 0
    assert stage.shell("alerts", "plan").code == 0
    assert list(stage.live()[0].notification_channels) == [channel.name]


def test_a_verified_address_is_told(stage: Stage) -> None:
    channel = stage.channel(kind="email", labels={"email_address": "a@b.invalid"})
    stage.channels.verify_notification_channel(name=channel.name, code="1")
    assert stage.shell("alerts", "apply").code == 0


def test_what_monitoring_would_refuse_is_refused_before_it_is_asked(stage: Stage) -> None:
    stage.alerts(ERRORS.replace('rate-limit = "30m"\n', ""))
    refused = stage.shell("alerts", "apply")
    assert refused.code == 1
    assert "DG503" in refused.out


def test_no_permission_is_said_with_its_name(stage: Stage) -> None:
    stage.cloud.admin("POST", "faults", {"effect": "deny", "on": "monitoring.alertPolicies.list", "times": 0})
    denied = stage.shell("alerts", "plan")
    assert denied.code == 2
    assert "monitoring.alertPolicies.list" in denied.err


def test_list_names_services_of_which_nobody_is_told(stage: Stage) -> None:
    stage.channel()
    stage.alerts(ERRORS)
    stage.shell("alerts", "apply")
    listed = stage.shell("alerts", "list")
    assert listed.code == 0
    assert listed.out.splitlines()[0] == "  orders"
    assert "orders-errors: log-match; tells Team" in listed.out
    assert "! web\n      no alert policy" in listed.out
    value = stage.shell("alerts", "list", "--output-format", "json").value
    assert value["summary"] == {"services": 2, "without_policy": 1, "untold": 1}
    assert stage.shell("alerts", "list", "--strict").code == 1


def test_a_trial_entry_fires_what_it_should(stage: Stage) -> None:
    stage.channel()
    stage.shell("alerts", "apply")
    tried = stage.shell("alerts", "test", "orders", "--output-format", "json")
    assert tried.code == 0
    assert tried.value["found_by"] == ["orders-errors"]
    fires = {form: one[0]["fires"] for form, one in tried.value["forms"].items()}
    assert fires == {"text": False, "json": True, "request": True}
    text = stage.shell("alerts", "test", "orders-errors", "--as", "text")
    assert text.code == 1
    assert "orders-errors: does not fire" in text.out
    assert stage.shell("alerts", "test", "orders", "--as", "request").code == 0
    assert stage.shell("alerts", "test", "orders", "--severity", "WARNING").code == 1
    assert stage.shell("alerts", "test", "nothing").code == 2


def test_a_trial_of_an_alert_that_is_not_applied_fires_nothing(stage: Stage) -> None:
    tried = stage.shell("alerts", "test", "orders", "--dry-run")
    assert tried.code == 1
    assert "not applied yet" in tried.err


def test_gcloud_sees_the_same_policy(stage: Stage, tmp_path: Path) -> None:
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("gcloud is not installed")
    stage.channel()
    stage.shell("alerts", "apply")
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    env = {**clean, **environment(stage.cloud.address, stage.project), "CLOUDSDK_CONFIG": str(tmp_path / "g")}
    words = ["alpha", "monitoring", "policies", "list", "--format=yaml", "--filter=displayName=orders-errors"]
    ran = subprocess.run([gcloud, *words], env=env, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    listed = tmp_path / "listed.yaml"
    listed.write_text(ran.stdout.removeprefix("---\n"))
    judged = stage.shell("alerts", "validate", str(listed))
    assert (judged.code, judged.out) == (0, "")


@pytest.mark.parametrize("page", ["docs/alerts.md", "docs/runbooks/alert-fired.md"])
def test_the_commands_of_a_page_work(stage: Stage, page: str) -> None:
    stage.channel()
    stage.shell("alerts", "apply")
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    commands = re.findall(r"^\s*deployguard (alerts .+|check .+)$", text, re.MULTILINE)
    assert len(commands) > 3
    for command in commands:
        ran = stage.shell(*shlex.split(command))
        assert ran.code in {0, 1}, f"{command}\n{ran.err}"
