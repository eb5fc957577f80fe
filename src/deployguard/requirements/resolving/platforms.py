"""Which wheels fit the image that a service runs in, in uv's words.

Sources: PEP 600 (manylinux names a glibc), PEP 656 (musllinux); functions run on the image of their runtime's stack,
google-22 (glibc 2.35) up to Python 3.13 and google-24 (2.39) from 3.14; Debian's glibc by release.
"""

from __future__ import annotations

import re

from deployguard.model.artifact import Artifact
from deployguard.model.runtime import Runtime

MUSL = "x86_64-unknown-linux-musl"
_GLIBC = {
    "buster": 28,
    "bullseye": 31,
    "jammy": 35,
    "22.04": 35,
    "bookworm": 36,
    "noble": 39,
    "24.04": 39,
    "trixie": 40,  # 2.41, the newest that uv knows by name
}
_UNTOLD = 36  # an image of Python that names no release follows Debian's; wheels that need more are rare
_NEWER_STACK = Runtime(3, 14)


def platform_of(artifact: Artifact) -> str:
    """Return uv's name of the platform, always x86-64 Linux, never that of this machine."""
    images = [value for key, value in artifact.recipe if key.partition(":")[0] in {"from", "image"}]
    if not images:
        return _manylinux(39 if artifact.runtime >= _NEWER_STACK else 35)
    image = images[-1].lower()
    if "alpine" in image:
        return MUSL
    words = re.split(r"[^a-z0-9.]+", image)
    return _manylinux(next((_GLIBC[word] for word in words if word in _GLIBC), _UNTOLD))


def tags_of(platform: str, runtime: Runtime) -> tuple[str, ...]:
    """Return the wheel tags that pip would accept there, the one it prefers first."""
    from packaging.tags import compatible_tags, cpython_tags

    platforms = list(_platform_tags(platform))
    version = (runtime.major, runtime.minor)
    tags = (
        *cpython_tags(version, platforms=platforms),
        *compatible_tags(version, f"cp{runtime.major}{runtime.minor}", platforms),
    )
    return tuple(map(str, tags))


def _platform_tags(platform: str) -> list[str]:
    if platform == MUSL:
        return [*(f"musllinux_1_{minor}_x86_64" for minor in range(2, -1, -1)), "linux_x86_64"]
    newest = int(platform.rpartition("_")[2])
    old = {17: "manylinux2014_x86_64", 12: "manylinux2010_x86_64", 5: "manylinux1_x86_64"}
    named: list[str] = []
    for minor in range(newest, 4, -1):
        named.append(f"manylinux_2_{minor}_x86_64")
        named += [old[minor]] if minor in old else []
    return [*named, "linux_x86_64"]


def _manylinux(minor: int) -> str:
    return f"x86_64-manylinux_2_{minor}"
