"""Templates of revisions: what a merge sets, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud import run_v2
from hypothesis import given
from hypothesis import strategies as st

from deployguard.gcp import revision_template as template
from deployguard.gcp.settings import settings_of
from deployguard.model.errors import CloudError, UsageError

NAMES = st.sampled_from(["A", "B", "C", "D"])


def made(*containers: dict[str, Any], **more: Any) -> Any:
    return run_v2.RevisionTemplate.pb(run_v2.RevisionTemplate(containers=containers, **more))


@given(st.dictionaries(NAMES, st.text()), st.dictionaries(NAMES, st.text()))
def test_variables_are_merged(before: dict[str, str], env: dict[str, str]) -> None:
    one = made({"image": "i", "env": [{"name": name, "value": value} for name, value in before.items()]})
    template.merge_env(one, env)
    assert {each.name: each.value for each in one.containers[0].env} == before | env
    assert [each.name for each in one.containers[0].env][: len(before)] == list(before)
    again = made()
    again.CopyFrom(one)
    template.merge_env(again, env)
    assert again == one


def test_the_container_that_serves_is_the_one_that_is_changed() -> None:
    beside, serving = {"image": "proxy"}, {"image": "old", "ports": [{"container_port": 8080}]}
    one = made(beside, serving)
    template.set_image(one, "new")
    template.merge_env(one, {"A": "b"})
    template.apply_settings(one, {"memory": "1Gi", "cpu": "500m"})
    assert (one.containers[0].image, list(one.containers[0].env)) == ("proxy", [])
    assert one.containers[1].image == "new"
    assert dict(one.containers[1].resources.limits) == {"memory": "1Gi", "cpu": "0.5"}


def test_the_first_container_of_a_new_template() -> None:
    one = made()
    template.set_image(one, "new")
    assert [each.image for each in one.containers] == ["new"]


def test_a_folder_that_shows_a_whole_secret_keeps_its_file() -> None:
    mount = {"name": "v", "mount_path": "/keys/"}
    one = made(
        {"image": "i", "volume_mounts": [mount]}, volumes=[{"name": "v", "secret": {"secret": "a-key"}}]
    )
    template.merge_secrets(one, {"/keys/old": "a-key:3"})
    assert [(item.path, item.version) for item in one.volumes[0].secret.items] == [
        ("a-key", "latest"),
        ("old", "3"),
    ]


def test_a_folder_of_another_kind_is_left_alone() -> None:
    mount = {"name": "v", "mount_path": "/cache"}
    one = made({"image": "i", "volume_mounts": [mount]}, volumes=[{"name": "v", "empty_dir": {}}])
    with pytest.raises(CloudError, match="no secret"):
        template.merge_secrets(one, {"/cache/key": "a-key"})
    assert one.volumes[0].WhichOneof("volume_type") == "empty_dir"


def test_volumes_get_names_of_their_own() -> None:
    one = made({"image": "i"}, volumes=[{"name": "a-key", "empty_dir": {}}])
    template.merge_secrets(one, {"/x/key": "projects/p/secrets/A_KEY:1", "/y/key": "a-key"})
    assert [volume.name for volume in one.volumes] == ["a-key", "a-key-2", "a-key-3"]
    assert dict(settings_of(one).secrets) == {
        "/x/key": "projects/p/secrets/A_KEY:1",
        "/y/key": "a-key:latest",
    }


@pytest.mark.parametrize("path", ["/key", "/", "/keys/", "//"])
def test_a_secret_over_the_root_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="a file in a folder"):
        template.merge_secrets(made({"image": "i"}), {path: "a-key"})
