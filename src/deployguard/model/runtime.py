"""The Python that a service runs on."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"python(3)(\d{1,2})$")
_VERSION = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, order=True)
class Runtime:
    """A minor version of CPython on Linux x86-64."""

    major: int
    minor: int

    @classmethod
    def named(cls, name: str) -> Runtime | None:
        """Read a Cloud Functions runtime id such as `python311`; None when it is not one."""
        match = _NAME.match(name)
        return cls(int(match[1]), int(match[2])) if match else None

    @classmethod
    def versioned(cls, text: str) -> Runtime | None:
        """Read the `3.11` of a version such as `3.11`, `3.11.9` or an image tag `3.11-slim`."""
        match = _VERSION.match(text)
        return cls(int(match[1]), int(match[2])) if match else None

    @property
    def name(self) -> str:
        return f"python{self.major}{self.minor}"

    @property
    def version(self) -> str:
        return f"{self.major}.{self.minor}"

    @property
    def marker_environment(self) -> dict[str, str]:
        """The values of PEP 508's markers on this runtime, never those of this machine."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.version}.0",
            "os_name": "posix",
            "platform_machine": "x86_64",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.version}.0",
            "python_version": self.version,
            "sys_platform": "linux",
        }


DEFAULT_RUNTIME = Runtime(3, 11)
