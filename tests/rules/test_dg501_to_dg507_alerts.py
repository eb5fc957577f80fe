"""DG501, DG502, DG503, DG504, DG505, DG506, DG507: what Cloud Monitoring refuses, would never fire, or tells nobody."""

from __future__ import annotations

import pytest

from deployguard.rules.dg501_malformed_alert_policy import RULE as MALFORMED
from deployguard.rules.dg502_rate_limit_on_metric import RULE as LIMITED_METRIC
from deployguard.rules.dg503_log_match_without_rate_limit import RULE as UNLIMITED_LOG
from deployguard.rules.dg504_log_filter_in_metric_condition import RULE as LOG_FILTER
from deployguard.rules.dg505_wrong_resource_type import RULE as WRONG_TYPE
from deployguard.rules.dg506_alert_without_channel import RULE as NO_CHANNEL
from deployguard.rules.dg507_service_without_alert import RULE as NO_ALERT
from tests.rules.alerts import SERVICES, judged, log_file, metric_file

LOG = 'service = "orders"\nseverity = "ERROR"\nrate-limit = "30m"\nchannels = ["Team"]'
METRIC = 'service = "web"\ncondition = "metric"\nmetric = "latency"\nthreshold = 900\nchannels = ["Team"]'
COUNT = 'metric.type = "run.googleapis.com/request_count"'
REVISION = 'resource.type = "cloud_run_revision"'


@pytest.mark.parametrize(
    "rule", [MALFORMED, LIMITED_METRIC, UNLIMITED_LOG, LOG_FILTER, WRONG_TYPE, NO_CHANNEL]
)
@pytest.mark.parametrize("table", [LOG, METRIC])
def test_a_sound_alert_is_left_alone(rule: object, table: str) -> None:
    assert judged(rule, table) == []  # type: ignore[arg-type]


def test_a_malformed_policy_is_named_with_key_and_line() -> None:
    (finding,) = judged(MALFORMED, f'{LOG}\nauto-close = "1m"')
    assert (finding.line, finding.severity) == (12, "error")
    assert finding.message.startswith("alerts.a.auto-close: must be")


def test_an_unknown_key_may_be_new_and_a_regular_expression_another_dialect() -> None:
    file = log_file('textPayload=~"\\pL"') + "brandNew: 1\n"
    assert [finding.severity for finding in judged(MALFORMED, "", file)] == ["warning", "warning"]


@pytest.mark.parametrize("text", ["severity>=LOUD", "(severity=ERROR", "severity="])
def test_a_filter_that_cannot_be_read(text: str) -> None:
    (finding,) = judged(MALFORMED, "", log_file(text))
    assert (finding.line, finding.severity) == (7, "error")


def test_a_rate_limit_goes_with_logs_only() -> None:
    (in_table,) = judged(LIMITED_METRIC, f'{METRIC}\nrate-limit = "30m"')
    assert in_table.line == 13
    limit = "alert_strategy:\n  notification_rate_limit:\n    period: 300s\n"
    (in_file,) = judged(LIMITED_METRIC, "", metric_file(f"{COUNT} {REVISION}", limit))
    assert in_file.line == 10


def test_a_log_match_needs_a_rate_limit() -> None:
    assert [one.line for one in judged(UNLIMITED_LOG, LOG.replace('rate-limit = "30m"\n', ""))] == [7]
    assert [
        one.line for one in judged(UNLIMITED_LOG, "", log_file("severity=ERROR", "{autoClose: 1800s}"))
    ] == [5]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{REVISION} AND severity>=ERROR", "`severity` belongs"),
        ("severity>=ERROR", "`severity` belongs"),
        (f'{REVISION} jsonPayload.status="500"', "`jsonPayload` belongs"),
        (REVISION, "`metric.type` is missing"),
        (COUNT, "`resource.type` is missing"),
    ],
)
def test_a_metric_has_a_filter_of_its_own(text: str, words: str) -> None:
    (finding,) = judged(LOG_FILTER, "", metric_file(text))
    assert words in finding.message
    assert finding.line == 8


@pytest.mark.parametrize(
    "text",
    [
        f"{COUNT} AND {REVISION}",
        f'{REVISION} metric.type="logging.googleapis.com/user/x" metric.labels.severity="ERROR"',
        f'{COUNT} AND {REVISION} AND resource.label.service_name = starts_with("ord")',
    ],
)
def test_a_filter_of_a_metric_is_left_alone(text: str) -> None:
    assert judged(LOG_FILTER, "", metric_file(text)) == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (
            'resource.type="cloud_function" AND resource.labels.function_name="orders" AND severity>=ERROR',
            "error",
        ),
        ('resource.type="cloud_function" resource.labels.function_name=~"^ord" severity>=ERROR', "error"),
        ('resource.type="cloud_run_revision" resource.labels.function_name="orders"', "error"),
        ('resource.type="cloud_function" AND severity>=ERROR', "warning"),
        ('resource.type="cloud_function" AND resource.labels.service_name="web"', "error"),
    ],
)
def test_what_would_never_fire(text: str, severity: str) -> None:
    (finding,) = judged(WRONG_TYPE, "", log_file(text))
    assert (finding.severity, finding.line) == (severity, 7)


@pytest.mark.parametrize(
    "text",
    [
        'resource.type="cloud_run_revision" resource.labels.service_name="orders" resource.labels.location="x"',
        'resource.type="cloud_function" OR resource.type="cloud_run_revision"',
        'resource.type="cloud_function" resource.labels.function_name="old-first-generation"',
        'resource.type="cloud_function" protoPayload.methodName:"UpdateFunction"',
        'resource.type="cloud_function" log_id("cloudaudit.googleapis.com/activity")',
        'resource.type="cloud_run_job" resource.labels.job_name="orders"',
        'resource.type="cloud_scheduler_job" severity>=ERROR',
        "severity>=ERROR",
    ],
)
def test_what_may_fire_or_speaks_of_something_else(text: str) -> None:
    assert judged(WRONG_TYPE, "", log_file(text)) == []


def test_metrics_of_cloud_functions_are_left_alone() -> None:
    text = (
        'resource.type="cloud_function" metric.type="cloudfunctions.googleapis.com/function/execution_count"'
    )
    assert judged(WRONG_TYPE, "", metric_file(text)) == []


def test_a_filter_that_contradicts_its_service() -> None:
    table = f"{LOG}\nfilter = 'resource.type=\"cloud_function\"'"
    (finding,) = judged(WRONG_TYPE, table)
    assert (finding.line, finding.severity) == (12, "error")


def test_nobody_is_told() -> None:
    (finding,) = judged(NO_CHANNEL, LOG.replace('channels = ["Team"]', ""))
    assert (finding.line, finding.severity) == (7, "warning")
    assert judged(NO_CHANNEL, LOG.replace('channels = ["Team"]', "enabled = false")) == []


def test_a_service_without_alert_is_named() -> None:
    assert [(one.subject, one.line) for one in judged(NO_ALERT, LOG)] == [("web", 4)]
    assert judged(NO_ALERT, LOG, log_file('resource.labels.service_name="web"')) == []
    assert judged(NO_ALERT, "", log_file("severity>=ERROR")) == []
    assert len(judged(NO_ALERT, f"{LOG}\nenabled = false")) == 2
    assert len(judged(NO_ALERT, LOG, metric_file("severity>=ERROR"))) == 1
    assert judged(NO_ALERT, LOG, services=f'{SERVICES}ignore = ["DG507"]\n') == []
