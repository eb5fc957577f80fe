"""Configurations of functions: which fields a write sets, and what it leaves alone."""

from __future__ import annotations

from typing import Any

from google.cloud import functions_v2

from deployguard.gcp.function_config import apply_settings, merge_env, merge_secrets, set_trigger


def function(**service: object) -> Any:
    return functions_v2.Function.pb(functions_v2.Function(service_config=service))


def test_a_variable_is_either_plain_or_a_secret() -> None:
    secret = {"key": "KEY", "secret": "a-key", "version": "1"}
    other = {"key": "OTHER", "secret": "b", "version": "7"}
    config = function(
        environment_variables={"TOKEN": "x"}, secret_environment_variables=[secret, other]
    ).service_config
    assert merge_env(config, {"KEY": "plain"}) == {
        "service_config.environment_variables",
        "service_config.secret_environment_variables",
    }
    assert merge_secrets(config, {"TOKEN": "a-token", "OTHER": "b:8"}, "p") == {
        "service_config.environment_variables",
        "service_config.secret_environment_variables",
    }
    assert dict(config.environment_variables) == {"KEY": "plain"}
    shown = {each.key: (each.secret, each.version) for each in config.secret_environment_variables}
    assert shown == {"OTHER": ("b", "8"), "TOKEN": ("a-token", "latest")}
    assert merge_env(config, {}) == merge_secrets(config, {}, "p") == set()


def test_a_mounted_secret_is_found_by_folder_and_name() -> None:
    volume = {"mount_path": "/keys", "secret": "a-key", "versions": [{"path": "/key", "version": "3"}]}
    config = function(secret_volumes=[volume]).service_config
    assert merge_secrets(config, {"/keys/key": "a-key:4", "/more/x": "b"}, "p") == {
        "service_config.secret_volumes"
    }
    found = [
        (each.mount_path, each.versions[0].path, each.versions[0].version) for each in config.secret_volumes
    ]
    assert found == [("/keys", "/key", "4"), ("/more", "x", "latest")]


def test_only_listed_settings_are_set() -> None:
    config = function(available_memory="1Gi", max_instance_count=5).service_config
    paths = apply_settings(config, {"timeout": "9m", "ingress": "internal", "cpu": 2, "env": {"A": "b"}})
    assert paths == {
        "service_config.timeout_seconds",
        "service_config.ingress_settings",
        "service_config.available_cpu",
    }
    assert (config.timeout_seconds, config.ingress_settings, config.available_cpu) == (540, 2, "2")
    assert (config.available_memory, config.max_instance_count) == ("1Gi", 5)


def test_a_trigger_that_is_right_is_not_touched() -> None:
    one = function()
    topic = {"topic": "orders"}
    assert set_trigger(one, topic, "p") == {"event_trigger"}
    one.event_trigger.trigger = "projects/p/locations/r/triggers/t"
    one.event_trigger.retry_policy = 2  # as a person set it
    assert set_trigger(one, topic, "p") == set()
    assert set_trigger(one, {"http": True}, "p") == set()
    assert set_trigger(one, {"topic": "projects/q/topics/orders"}, "p") == {"event_trigger"}
    assert (one.event_trigger.trigger, one.event_trigger.retry_policy) == (
        "projects/p/locations/r/triggers/t",
        2,
    )


def test_events_of_a_bucket_and_of_anything_else() -> None:
    one = function()
    set_trigger(one, {"bucket": "incoming"}, "p")
    assert one.event_trigger.event_type == "google.cloud.storage.object.v1.finalized"
    assert [(each.attribute, each.value) for each in one.event_trigger.event_filters] == [
        ("bucket", "incoming")
    ]
    other = function()
    set_trigger(
        other,
        {"event-type": "google.cloud.firestore.document.v1.written", "event-filters": {"database": "d"}},
        "p",
    )
    assert other.event_trigger.event_filters[0].value == "d"
