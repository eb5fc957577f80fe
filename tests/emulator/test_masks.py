"""Update masks on real messages."""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud import functions_v2, run_v2

from deployguard.emulator.masks import update
from deployguard.emulator.refusal import Refusal


def service(**fields: Any) -> Any:
    return run_v2.Service.pb(run_v2.Service(**fields))


def test_no_mask_replaces_all_but_what_the_server_writes() -> None:
    stored = service(name="kept", labels={"a": "1"}, description="old")
    update(stored, service(name="other", labels={"b": "2"}), (), {"name"})
    assert (stored.name, dict(stored.labels), stored.description) == ("kept", {"b": "2"}, "")


def test_a_mask_reaches_into_messages_and_maps() -> None:
    stored = service(
        labels={"a": "1", "b": "2"}, template={"timeout": {"seconds": 9}, "service_account": "x"}
    )
    given = service(labels={"a": "3", "c": "4"}, template={"service_account": "y"})
    update(stored, given, ("labels.a", "labels.b", "template.serviceAccount"), ())
    assert dict(stored.labels) == {"a": "3"}
    assert (stored.template.service_account, stored.template.timeout.seconds) == ("y", 9)


def test_a_mask_uses_the_public_names_of_reserved_words() -> None:
    function = functions_v2.Function.pb
    stored = function(functions_v2.Function())
    source = {"storage_source": {"bucket": "b", "object_": "o"}}
    given = function(functions_v2.Function(build_config={"source": source}))
    update(stored, given, ("build_config.source.storage_source.object",), ())
    assert stored.build_config.source.storage_source.object_ == "o"
    assert not stored.build_config.source.storage_source.bucket


@pytest.mark.parametrize(
    "path", ["nothing", "template.nothing", "description.x", "template.containers.image", ""]
)
def test_a_path_that_is_no_field_is_refused(path: str) -> None:
    with pytest.raises(Refusal, match="Invalid update mask"):
        update(service(), service(), (path,), ())
