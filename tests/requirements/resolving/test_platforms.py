"""Which wheels fit which image."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deployguard.model.runtime import Runtime
from deployguard.requirements.resolving.platforms import MUSL, platform_of, tags_of
from tests.requirements.made import artifact_of


@pytest.mark.parametrize(
    ("runtime", "image", "platform"),
    [
        ("python311", "", "x86_64-manylinux_2_35"),
        ("python314", "", "x86_64-manylinux_2_39"),
        ("python311", "python:3.11-slim", "x86_64-manylinux_2_36"),
        ("python311", "python:3.11-slim-bullseye", "x86_64-manylinux_2_31"),
        ("python311", "python:3.11-alpine3.20", MUSL),
        ("python311", "ubuntu:22.04", "x86_64-manylinux_2_35"),
    ],
)
def test_the_platform_follows_the_image(runtime: str, image: str, platform: str) -> None:
    artifact = artifact_of(runtime=runtime)
    recipe = (("from:0", "node:20"), ("from:1", image)) if image else ()
    assert platform_of(replace(artifact, recipe=recipe)) == platform


def test_tags_are_in_the_order_of_pip() -> None:
    tags = tags_of("x86_64-manylinux_2_31", Runtime(3, 11))
    assert tags.index("cp311-cp311-manylinux_2_28_x86_64") < tags.index("cp311-cp311-manylinux2014_x86_64")
    assert tags.index("cp311-cp311-manylinux2014_x86_64") < tags.index("cp38-abi3-manylinux2014_x86_64")
    assert tags.index("cp38-abi3-manylinux2014_x86_64") < tags.index("py3-none-any")
    assert "cp311-cp311-manylinux_2_35_x86_64" not in tags
    assert "cp311-cp311-musllinux_1_2_x86_64" not in tags
    assert "cp311-cp311-musllinux_1_2_x86_64" in tags_of(MUSL, Runtime(3, 11))
