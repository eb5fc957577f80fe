"""Build steps: what is read from their words."""

from __future__ import annotations

import pytest
from google.cloud.devtools import cloudbuild_v1

from deployguard.emulator.dockerstep import docker_build
from deployguard.runtime.command import BuildFailed
from deployguard.runtime.image import Recipe


def step(name: str, *args: str, entrypoint: str = "") -> object:
    return cloudbuild_v1.BuildStep.pb()(name=name, args=args, entrypoint=entrypoint)


def test_the_words_of_docker_build() -> None:
    words = (
        "build",
        "--network",
        "cloudbuild",
        "--no-cache",
        "-t",
        "r/$PROJECT_ID/i:${_TAG}",
        "--build-arg=A=1=2",
        "--build-arg",
        "B=",
        "-f",
        "x/Dockerfile",
        ".",
    )
    asked = docker_build(step("gcr.io/cloud-builders/docker", *words), {"PROJECT_ID": "p", "_TAG": "t"})
    assert asked
    assert asked.tags == ("r/p/i:t",)
    assert asked.recipe == Recipe("x/Dockerfile", ".", (("A", "1=2"), ("B", "")))


def test_the_dockerfile_stands_in_the_context_unless_it_is_named() -> None:
    asked = docker_build(step("gcr.io/cloud-builders/docker:24.0", "build", "-t", "i", "services/a"), {})
    assert asked
    assert asked.recipe == Recipe("services/a/Dockerfile", "services/a")


def test_kaniko_is_read_too_and_push_builds_nothing() -> None:
    asked = docker_build(
        step(
            "gcr.io/kaniko-project/executor:latest",
            "--destination=i:1",
            "--dockerfile=a/Dockerfile",
            "--context=dir:///workspace",
        ),
        {},
    )
    assert asked
    assert (asked.tags, asked.recipe) == (("i:1",), Recipe("a/Dockerfile", "."))
    assert docker_build(step("gcr.io/cloud-builders/docker", "push", "i"), {}) is None


@pytest.mark.parametrize(
    "given",
    [
        step("gcr.io/cloud-builders/gcloud", "run", "deploy"),
        step("gcr.io/cloud-builders/docker", "-c", "docker build .", entrypoint="bash"),
        step("gcr.io/cloud-builders/docker", "compose", "up"),
        step("gcr.io/cloud-builders/docker", "build", "-t", "i"),
    ],
)
def test_what_it_does_not_run_it_refuses(given: object) -> None:
    with pytest.raises(BuildFailed):
        docker_build(given, {})
