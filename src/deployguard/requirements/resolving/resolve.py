"""Resolving many requirement sets at once: each distinct one once a day, each wheel once for ever."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deployguard.requirements.addresses import without_secrets
from deployguard.requirements.resolving.answer import Answer, Package, Refused, Untold
from deployguard.requirements.resolving.fitting import chains_among, clashes_among, unmet_among
from deployguard.requirements.resolving.indexes import indexes_here
from deployguard.requirements.resolving.inventory import Inventory
from deployguard.requirements.resolving.ranges import Web
from deployguard.requirements.resolving.reading import Reader, Unread
from deployguard.requirements.resolving.requirement_set import RequirementSet
from deployguard.requirements.resolving.resolution import (
    Chosen,
    Outcome,
    Resolution,
    Unresolved,
    Unsatisfiable,
)
from deployguard.requirements.resolving.store import Store, stored
from deployguard.requirements.resolving.uv import Uv, find_uv

AT_ONCE = 8  # programs, which mostly wait for the index
READ_AT_ONCE = 8  # wheels


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that start nothing new once one of them, or the user, has broken off."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Resolver:
    """Asks uv, reads wheels, and keeps both. `today` is an ISO 8601 date: an answer holds for its day."""

    store: Store
    uv: Uv
    web: Web
    today: str
    refresh: bool = False

    @classmethod
    def here(cls, *, refresh: bool = False) -> Resolver:
        """Make one from this machine's settings.

        Raises:
            UvMissingError: uv is not installed.
        """
        indexes = indexes_here()
        uv = Uv(find_uv(), indexes, refresh)
        return cls(Store(), uv, Web(indexes), datetime.now(UTC).date().isoformat(), refresh)

    def resolve_all(
        self, sets: Iterable[RequirementSet], progress: Callable[[str], None] = lambda _: None
    ) -> Mapping[str, Outcome]:
        """Resolve each distinct set; the outcomes by key. `progress` is told of every set that is done."""
        distinct = {each.key: each for each in sets}
        known = {key: self._of_today(key) for key in distinct}
        outcomes = {key: outcome for key, outcome in known.items() if outcome is not None}
        for _ in outcomes:
            progress("known since today")
        waiting = {key: asked for key, asked in distinct.items() if key not in outcomes}
        with ExitStack() as stack:
            folders = {
                key: Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="deployguard-")))
                for key in waiting
            }
            answers = self._answers(waiting, folders, progress)
            reasons = self._read_wheels(answers, folders)
        for key, answer in answers.items():
            outcomes[key] = self._outcome(waiting[key], answer, reasons)
            self._keep(key, outcomes[key])
        return outcomes

    def _answers(
        self,
        waiting: Mapping[str, RequirementSet],
        folders: Mapping[str, Path],
        progress: Callable[[str], None],
    ) -> dict[str, Answer | Refused | Untold]:
        answers: dict[str, Answer | Refused | Untold] = {}
        with _pool(AT_ONCE) as pool:
            asked = {key: pool.submit(self.uv.resolve, each, folders[key]) for key, each in waiting.items()}
            for key, future in asked.items():
                answers[key] = future.result()
                progress(f"{len(waiting[key].lines)} requirements for Python {waiting[key].runtime.version}")
        return answers

    def _read_wheels(
        self, answers: Mapping[str, Answer | Refused | Untold], folders: Mapping[str, Path]
    ) -> dict[Package, Unread | None]:
        """Read every wheel of all answers once; return why each could not be, None where it could."""
        reader = Reader(self.store, self.web, self.uv)
        wanted = {
            package: folders[key]
            for key, answer in answers.items()
            if isinstance(answer, Answer)
            for package in answer.packages
        }
        with _pool(READ_AT_ONCE) as pool:
            reasons = pool.map(reader.read, wanted, wanted.values())
            return dict(zip(wanted, reasons, strict=True))

    def _outcome(
        self,
        asked: RequirementSet,
        answer: Answer | Refused | Untold,
        reasons: Mapping[Package, Unread | None],
    ) -> Outcome:
        if isinstance(answer, Refused):
            return Unsatisfiable(answer.reason, answer.full)
        if isinstance(answer, Untold):
            return Unresolved(without_secrets(answer.reason))
        inventories = dict(self._inventories(answer.packages))
        versions = {package.name: package.version for package in answer.packages}
        chains = chains_among(inventories, asked.roots, asked.runtime)
        chosen = {
            package.name: Chosen(
                package.name,
                package.version,
                package.file.key if package.file and package.name in inventories else "",
                chains.get(package.name, (package.name,)),
                why.reason if (why := reasons.get(package)) else "",
            )
            for package in answer.packages
        }
        failed = [why for package in answer.packages if (why := reasons.get(package)) and why.passing]
        unmet = tuple(unmet_among(inventories, versions, asked.roots, asked.runtime))
        return Resolution(
            self.today,
            chosen,
            tuple(clashes_among(inventories)),
            () if asked.unasked else unmet,
            answer.warnings,
            asked.unasked,
            tuple(why.reason for why in failed),
        )

    def _inventories(self, packages: Iterable[Package]) -> Iterable[tuple[str, Inventory]]:
        for package in packages:
            if package.file is not None:
                found = self.store.inventory(package.name, package.version, package.file.key)
                if found is not None:
                    yield package.name, found

    def _of_today(self, key: str) -> Outcome | None:
        """An answer of today that still has all its inventories; a refusal is asked again."""
        if self.refresh:
            return None
        kept = stored(self.store, key)
        if kept is None or kept.date != self.today or kept.unread:
            return None
        whole = all(self.store.inventory(each.name, each.version, each.key) for each in kept.chosen.values())
        return kept if whole else None

    def _keep(self, key: str, outcome: Outcome) -> None:
        if isinstance(outcome, Resolution):
            self.store.keep_answer(key, outcome.plain())
