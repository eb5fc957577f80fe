"""What the requirements answer to the closure's questions about the world outside the repository."""

from __future__ import annotations

from functools import cached_property

from deployguard.requirements.provides import Declared, Environment, NotKnown, Provided, Providers, Transitive


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
            self._judged[module] = self.environment.judge(module)
        return self._judged[module]

    def asked(self, module: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """A namespace such as `google.cloud` has to hold each name; a package answers for its own."""
        if names and names != ("*",) and self.environment.is_namespace(module):
            return tuple(f"{module}.{name}" for name in names)
        return (module,)

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
