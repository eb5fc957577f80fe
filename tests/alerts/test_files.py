"""Policies as teams keep them for gcloud: read whole, or with every fault at its line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployguard.alerts.files import given_file, policy_files, read_policy
from deployguard.config.load import parse_project
from deployguard.model.alert import Condition, Foreign, LogMatch, Metric, Strategy
from deployguard.model.errors import UsageError
from tests.trees import Link, tree_of

LOG = """\
# errors of the orchestrator
displayName: "Orchestrator: errors"
documentation:
  content: |
    Look at the last deploy.
  mimeType: text/markdown
userLabels:
  team: data
conditions:
- displayName: Log match
  conditionMatchedLog:
    filter: >-
      resource.type="cloud_run_revision"
      resource.labels.service_name="orchestrator"
      severity>=ERROR
    labelExtractors:
      message: EXTRACT(jsonPayload.message)
alertStrategy:
  notificationRateLimit:
    period: 1800s
  autoClose: 3600s
  notificationPrompts: [OPENED]
combiner: OR
enabled: true
notificationChannels:
- projects/demo-project/notificationChannels/123
"""
METRIC = {
    "display_name": "5xx",
    "combiner": "OR",
    "conditions": [
        {
            "display_name": "ratio",
            "condition_threshold": {
                "filter": 'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision"',
                "comparison": "COMPARISON_GT",
                "threshold_value": 3,
                "duration": {"seconds": 60},
                "aggregations": [{"alignment_period": "60s", "per_series_aligner": "ALIGN_RATE"}],
                "trigger": {"count": 1},
            },
        }
    ],
}


def test_a_log_policy_in_yaml() -> None:
    one = read_policy("monitoring/a.yaml", LOG.encode())
    assert one.faults == ()
    assert one.policy.strategy == Strategy(1800, 3600)
    assert one.policy.channels == ("projects/demo-project/notificationChannels/123",)
    (condition,) = one.policy.conditions
    assert isinstance(condition.of, LogMatch)
    assert condition.of.filter.endswith("severity>=ERROR")
    assert one.line("conditions", 0, "conditionMatchedLog", "filter") == 12
    assert one.line("conditions", 0, "nowhere") == 10


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_a_metric_policy_in_snake_case_json(indent: int | str | None) -> None:
    one = read_policy("a.json", json.dumps(METRIC, indent=indent).encode())
    assert one.faults == ()
    (condition,) = one.policy.conditions
    assert isinstance(condition.of, Metric)
    assert (condition.of.comparison, condition.of.threshold, condition.of.duration) == ("GT", 3.0, 60)
    assert one.line("conditions") == (4 if indent else 1)


def test_json_is_yaml_too() -> None:
    assert read_policy("a.yaml", json.dumps(METRIC).encode()).faults == ()


def test_a_policy_as_gcloud_describes_it() -> None:
    more = "name: projects/p/alertPolicies/1\ncreationRecord: {mutateTime: 2026-01-02T03:04:05Z}\nmutationRecord: {}\n"
    assert read_policy("a.yaml", (more + LOG).encode()).faults == ()


def test_other_kinds_of_conditions_are_left_to_google() -> None:
    text = "displayName: a\ncombiner: OR\nconditions:\n- displayName: b\n  conditionPrometheusQueryLanguage:\n    query: up == 0\n"
    one = read_policy("a.yaml", text.encode())
    assert one.faults == ()
    assert one.policy.conditions == (Condition("b", Foreign("conditionPrometheusQueryLanguage")),)


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("combiner: OR\n", "", 1, "`combiner` is missing"),
        ("combiner: OR", "combiner: XOR", 23, "none of AND"),
        ('displayName: "Orchestrator: errors"\n', "", 1, "`displayName` is missing"),
        ("userLabels:", "user_lables:", 7, "did you mean `userLabels`"),
        ("period: 1800s", "period: 1800", 20, "such as"),
        ("period: 1800s", "period: 60s", 20, "from 300s"),
        ("autoClose: 3600s", "autoClose: 60s", 21, "from 1800s"),
        ("enabled: true", "enabled: maybe", 24, "true or false"),
        ("conditionMatchedLog", "conditionMatchedLogs", 10, "exactly one of"),
        ("- projects/demo", "- 5\n- projects/demo", 25, "list of texts"),
        ("combiner: OR", "combiner: [", 25, "not valid YAML"),
        ("combiner: OR", "---\ncombiner: OR", 23, "several documents"),
    ],
)
def test_a_fault_stands_at_its_line(before: str, after: str, line: int, words: str) -> None:
    one = read_policy("a.yaml", LOG.replace(before, after, 1).encode())
    told = [(one.line(*fault.key), fault.message) for fault in one.faults]
    assert any(words in message and at == line for at, message in told), told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"- a\n- b\n", "list"),
        (b"just text", "no policy"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a: &a [*a]", "missing"),
        (b"[" * 100_000, "not valid YAML"),
        (b"a: !!python/object:os.system x", "not valid YAML"),
        (b"d: 2026-13-45", "not valid YAML"),
    ],
)
def test_what_is_no_policy_is_said(content: bytes, words: str) -> None:
    one = read_policy("a.yaml", content)
    assert any(words in fault.message for fault in one.faults), one.faults


@pytest.mark.parametrize("content", [b"{", b"", b"[1]", b'{"conditions": 5, "enabled": {}}', b"[" * 100_000])
def test_json_that_is_no_policy(content: bytes) -> None:
    assert read_policy("a.json", content).faults


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
)
def test_any_bytes_are_an_answer(content: bytes) -> None:
    read_policy("a.yaml", content)
    read_policy("a.json", content)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda below: (
            st.lists(below)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "conditions",
                        "conditionMatchedLog",
                        "filter",
                        "alertStrategy",
                        "displayName",
                        "notificationRateLimit",
                        "period",
                        "documentation",
                    ]
                ),
                below,
            )
        ),
        max_leaves=20,
    )
)
def test_any_value_is_an_answer(value: object) -> None:
    assert read_policy("a.json", json.dumps(value).encode()).faults


def test_globs_name_files_of_the_tree_and_one_that_matches_nothing_is_a_fault() -> None:
    text = '[check]\npolicy-files = [\n  "monitoring/*.yaml",\n  "alerts/*"\n]\n'
    tree = tree_of({"monitoring/a.yaml": LOG, "monitoring/b.yaml": Link("a.yaml"), "monitoring/c.txt": "x"})
    found = policy_files(tree, parse_project(text, "deployguard.toml"))
    assert [one.path for one in found] == ["deployguard.toml", "monitoring/a.yaml", "monitoring/b.yaml"]
    assert (found[0].line(), found[1].faults, found[2].faults) == (4, (), ())


def test_a_file_that_is_not_there_is_bad_usage() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        given_file("/nowhere/a.yaml")
