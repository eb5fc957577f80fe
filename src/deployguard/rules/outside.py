"""What the requirements answer to the closure's questions about the world outside the repository."""

from __future__ import annotations

from functools import cached_property

from deployguard.requirements.environment import Environment
from deployguard.requirements.evidence import Providers
from deployguard.requirements.provided import Declared, NotKnown, Provided, Transitive
from deployguard.requirements.provides import judge

# Modules that import a distribution which their own requires only as an extra (google-auth's packaging).
_ALSO = {
    "google.auth.transport.requests": "requests",
    "google.auth.transport.urllib3": "urllib3",
    "google.auth.transport.aiohttp_requests": "aiohttp",
    "google.auth.transport.grpc": "grpc",
}


class Installed:
    """An environment, asked by dotted names; each is judged once."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._judged: dict[str, Provided] = {}

    @cached_property
    def providers(self) -> Providers:
        return self.environment.providers

    def judge(self, module: str) -> Provided:
        if module not in self._judged:
            self._judged[module] = judge(self.environment, module)
        return self._judged[module]

    def asked(self, module: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """A namespace such as `google.cloud` has to hold each name; a package answers for its own.

        What a module imports of an extra of its own distribution comes after it, unless that is installed.
        """
        if names and names != ("*",) and self.environment.is_namespace(module):
            return tuple(f"{module}.{name}" for name in names)
        inside = (module, *(f"{module}.{name}" for name in names))
        also = (_ALSO[one] for one in inside if one in _ALSO)
        return (module, *(one for one in also if not self.provides(one)))

    def provides(self, module: str) -> bool | None:
        match self.judge(module):
            case Declared() | Transitive():
                return True
            case NotKnown():
                return None
            case _:
                return False

    def knows(self, module: str) -> bool:
        files = self.environment.files
        if files is not None and files.having(module, self.providers.providers_of(module)):
            return True
        return bool(self.providers.providers_of(module)) or self.providers.is_namespace(module)
