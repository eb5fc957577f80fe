"""The policies that deployguard.toml asks for."""

from __future__ import annotations

import pytest

from deployguard.alerts.wanted import alert_label, configured_policies
from deployguard.config.load import parse_project
from deployguard.model.alert import LogMatch, Metric, Written

SERVICES = """\
[services.orders]
kind = "function"
source = "functions/orders"
[services.web]
kind = "run"
dockerfile = "web/Dockerfile"
"""


def written(table: str, name: str = "a") -> Written:
    (one,) = configured_policies(parse_project(f"{SERVICES}\n[alerts.{name}]\n{table}", "deployguard.toml"))
    return one


@pytest.mark.parametrize("service", ["orders", "web"])
def test_both_kinds_log_as_a_revision_of_cloud_run(service: str) -> None:
    one = written(f'service = "{service}"\nseverity = "ERROR"\nfilter = "a OR b"\nrate-limit = "1h30m"')
    (condition,) = one.policy.conditions
    assert condition.of == LogMatch(
        f'resource.type="cloud_run_revision"\nresource.labels.service_name="{service}"\nseverity>=ERROR\n(a OR b)'
    )
    assert one.policy.strategy.rate_limit == 5400
    assert one.faults == ()


def test_labels_find_it_again_and_the_runbook_is_linked() -> None:
    policy = written(
        'service = "orders"\nrunbook = "https://wiki.example.com/o"\ndocumentation = "Look."'
    ).policy
    assert dict(policy.labels) == {
        "managed-by": "deployguard",
        "deployguard-alert": "a",
        "service": "orders",
    }
    assert policy.documentation.startswith("Look.\n\nRunbook: [https://wiki.example.com/o]")


def test_a_name_that_no_label_can_hold_has_a_label_of_its_own() -> None:
    assert alert_label("orders-errors") == "orders-errors"
    long, longer = alert_label("Orders.Errors"), alert_label("x" * 80)
    assert long != alert_label("orders.errors") != alert_label("orders-errors")
    assert long.startswith("orders-errors-")
    assert len(longer) <= 63


def test_an_error_ratio_divides_failed_requests_by_all() -> None:
    one = written('service = "web"\ncondition = "metric"\nmetric = "error-ratio"\nthreshold = 0.05')
    (condition,) = one.policy.conditions
    assert isinstance(condition.of, Metric)
    assert condition.of.filter == f'{condition.of.denominator} AND metric.labels.response_code_class = "5xx"'
    assert (condition.of.comparison, condition.of.threshold, condition.of.duration) == ("GT", 0.05, 300)
    assert one.faults == ()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ('severity = "ERROR"', ()),
        ('service = "web"\nthreshold = 1', ("threshold",)),
        ('service = "web"\nrate-limit = "10s"', ("rate-limit",)),
        ('service = "web"\nauto-close = "5m"', ("auto-close",)),
        ('service = "web"\nauto-close = "8d"', ("auto-close",)),
        ('condition = "metric"\nmetric = "latency"\nthreshold = 1', ("metric",)),
        ('condition = "metric"\nservice = "web"\nthreshold = 1', ()),
        ('condition = "metric"\nservice = "web"\nmetric = "latency"', ()),
        (
            'condition = "metric"\nservice = "web"\nmetric = "latency"\nthreshold = 1\nduration = "90s"',
            ("duration",),
        ),
        (
            'condition = "metric"\nservice = "web"\nmetric = "latency"\nthreshold = 1\nseverity = "INFO"',
            ("severity",),
        ),
    ],
)
def test_what_the_schema_cannot_say_is_a_fault_at_its_key(table: str, key: tuple[str, ...]) -> None:
    one = written(table)
    assert [fault.key for fault in one.faults] == [key]
    at = [
        number for number, line in enumerate(table.splitlines(), 9) if key and line.startswith(f"{key[0]} =")
    ]
    assert one.line(*key) == (at[0] if key else 8)
