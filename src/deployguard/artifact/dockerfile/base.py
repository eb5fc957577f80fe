"""What a base image brings, as far as its name tells."""

from __future__ import annotations

import re
from typing import NamedTuple

from deployguard.model.runtime import Runtime

# Names of Docker Official Images are the same in these registries.
_LIBRARIES = re.compile(
    r"(?:(?:docker\.io|mirror\.gcr\.io|index\.docker\.io)/(?:library/)?|library/|public\.ecr\.aws/docker/library/)"
)
_PYTHON = re.compile(r"py(?:thon)?[-_:.]?(3)[.\-]?(\d{1,2})(?!\d)")
_TAG_VERSION = re.compile(r"(?:v?)(3)\.(\d{1,2})(?!\d)")
_UV = re.compile(r"ghcr\.io/astral-sh/uv\b|docker\.io/astral/uv\b|astral/uv\b")
_BARE = re.compile(  # images of others that hold an interpreter, pip, and no distribution that code imports
    r"mcr\.microsoft\.com/(?:devcontainers|vscode/devcontainers|mirror/docker/library)/python$"
    r"|registry\.access\.redhat\.com/ubi\d+/python-\d+$|cgr\.dev/chainguard/python$"
    r"|(?:docker\.io/)?bitnami/python$|(?:[a-z0-9-]+\.)?gcr\.io/distroless/python3(?:-debian\d+)?$"
    r"|[a-z0-9-]+-docker\.pkg\.dev/serverless-runtimes/.*"
)
_NO_PYTHON = re.compile(  # images of other languages and servers: what is started there is not Python anyway
    r"(?:node|golang|nginx|rust|ruby|php|openjdk|eclipse-temurin|amazoncorretto|maven|gradle|busybox|caddy|traefik|httpd"
    r"|redis|postgres|mysql|mongo|elixir|haskell|swift|dart|bun|oven/bun|denoland/deno|docker|hashicorp/.*"
    r"|(?:[a-z0-9-]+\.)?gcr\.io/distroless/(?!python).*|cgr\.dev/chainguard/(?!python).*|mcr\.microsoft\.com/dotnet/.*)$"
)
# Python of each distribution's own package `python3` (packages.debian.org, packages.ubuntu.com, pkgs.alpinelinux.org).
_DISTRIBUTIONS = {
    "debian": {
        "10": 7,
        "buster": 7,
        "11": 9,
        "bullseye": 9,
        "12": 11,
        "bookworm": 11,
        "13": 13,
        "trixie": 13,
    },
    "ubuntu": {
        "1804": 6,
        "2004": 8,
        "2204": 10,
        "2404": 12,
        "18.04": 6,
        "bionic": 6,
        "20.04": 8,
        "focal": 8,
        "22.04": 10,
        "jammy": 10,
        "24.04": 12,
        "noble": 12,
    },
    "alpine": {"3.16": 10, "3.17": 10, "3.18": 11, "3.19": 11, "3.20": 12, "3.21": 12, "3.22": 12},
}
_SYSTEMS = re.compile(  # a bare distribution under another name
    r"(?:(?:marketplace|launcher)\.gcr\.io/google/|gcr\.io/google-appengine/|public\.ecr\.aws/(?:debian|ubuntu)/)"
    r"(debian|ubuntu)(\d+)?$"
)
_APP_ENGINE = re.compile(r"(?:[a-z0-9-]+\.)?gcr\.io/google[_-]appengine/python$")
_NAMED = re.compile(r"(debian|ubuntu)[-_]?(\d+(?:\.\d+)?)")


# Published for everybody: such an image holds distributions, and never a module of this repository.
_PUBLIC = re.compile(
    r"(?:google|tensorflow|pytorch|nvidia|jupyter|apache|continuumio|condaforge|mambaorg|huggingface|tiangolo|locustio)/"
    r"|(?:[a-z0-9-]+\.)?gcr\.io/(?:deeplearning-platform-release|google\.com/|google_appengine|google-appengine|ml-pipeline"
    r"|tfx-oss-public|dataflow-templates|cloud-builders)"
    r"|[a-z0-9-]+-docker\.pkg\.dev/(?:vertex-ai|deeplearning-platform-release)/"
    r"|(?:mcr\.microsoft\.com|nvcr\.io|public\.ecr\.aws/lambda|marketplace\.gcr\.io|quay\.io/jupyter|ghcr\.io/osgeo)/"
    r"|(?:nvcr\.io/)?nvidia/|osgeo/gdal|selenium/|gcr\.io/kaggle-"
)
# WORKDIR of images that set one: their Dockerfiles (GoogleCloudPlatform/python-runtime, bitnami/containers) and the
# documentation of Red Hat's s2i-python-container ("/opt/app-root/src").
_WORKDIRS = (
    (_APP_ENGINE, "app"),
    (re.compile(r"(?:docker\.io/)?bitnami/python$"), "app"),
    (re.compile(r"registry\.access\.redhat\.com/ubi\d+/python-\d+$"), "opt/app-root/src"),
    (re.compile(r"public\.ecr\.aws/lambda/python$"), "var/task"),
)


class Base(NamedTuple):
    """`brings` says why distributions may be there that the Dockerfile does not name; empty when none are.

    `is_open` says that the image is one that we know nothing of: it may set WORKDIR and hold files of any kind.
    """

    runtime: Runtime | None
    brings: str = ""
    entrypoint: tuple[str, ...] = ()
    workdir: str = ""
    is_open: bool = False


def base_image(reference: str) -> Base:
    """Read an image reference such as `python:3.12-slim`; any text is readable."""
    name, tag = _split(reference)
    workdir = next((folder for pattern, folder in _WORKDIRS if pattern.match(name)), "")
    return _known(reference, name, tag)._replace(workdir=workdir)


def _known(reference: str, name: str, tag: str) -> Base:
    library = _LIBRARIES.sub("", name, count=1) if _LIBRARIES.match(name) else name
    if reference == "scratch":
        return Base(None)
    if library == "python":
        return Base(_version(tag))
    if _UV.match(name):
        return Base(_named(tag))
    if library in _DISTRIBUTIONS:
        return Base(_distribution(library, tag))
    if system := _SYSTEMS.match(name):
        return Base(_distribution(system[1], system[2] or tag))
    if "distroless/python3" in name:
        return Base(_distroless(name, tag), entrypoint=("python3",))
    runtime = _named(f"{name}:{tag}") or (_version(tag) if "python" in name.rpartition("/")[2] else None)
    if _BARE.match(name):
        return Base(runtime)
    named = _NAMED.search(f"{name}-{tag}")
    if not runtime and named:
        runtime = _distribution(named[1], named[2])
    if _NO_PYTHON.match(library):
        return Base(None)
    if library in {"nvidia/cuda", "nvcr.io/nvidia/cuda", "buildpack-deps"}:
        return Base(runtime)
    brings = f"the base image {name} may bring distributions of its own"
    return Base(runtime, brings, is_open=not _PUBLIC.match(name))


def _split(reference: str) -> tuple[str, str]:
    bare = reference.partition("@")[0]
    head, colon, tag = bare.rpartition(":")
    return (head, tag) if colon and "/" not in tag else (bare, "")


def _version(tag: str) -> Runtime | None:
    found = _TAG_VERSION.match(tag)
    return Runtime(3, int(found[2])) if found else None


def _named(text: str) -> Runtime | None:
    found = _PYTHON.search(text)
    return Runtime(3, int(found[2])) if found else None


def _distribution(name: str, tag: str) -> Runtime | None:
    table = _DISTRIBUTIONS[name]
    for key in (tag, tag.partition("-")[0], ".".join(tag.split(".")[:2]), tag.partition(".")[0]):
        if key in table:
            return Runtime(3, table[key])
    return None


def _distroless(name: str, tag: str) -> Runtime | None:
    release = re.search(r"debian(\d+)", f"{name}-{tag}")
    return _distribution("debian", release[1]) if release else None
