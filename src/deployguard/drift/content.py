"""The commit that serves against the one that is written: what each brings, and who changed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from deployguard.drift.difference import Difference, alike, difference
from deployguard.drift.ground import Ground
from deployguard.drift.relevance import Relevance
from deployguard.drift.shipped import Shipped, Shipping
from deployguard.drift.stamped import written_in
from deployguard.model.amounts import counted
from deployguard.model.drift import Commit, Verdict
from deployguard.model.errors import SourceError
from deployguard.model.live import LiveRevision
from deployguard.source.graph import Apart
from deployguard.source.history import History, Lost

_SHOWN = 3
_VAGUE = "what the entry point reaches is not certain: everything that arrives counts"
_ANOTHER = (
    "files that are not committed, another image under this commit's name, another configuration file, or another "
    "version of deployguard"
)

Narrowing = Callable[[Shipped, Shipped], "frozenset[str] | None"]
"""The paths of the artifact that count, by a service as it serves and as it is written; None for all of them."""


class Base(NamedTuple):
    """The commit that a service is taken to serve. `assumed` from a time, where no stamp names one."""

    commit: str | Lost
    assumed: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Compared:
    base: str
    apart: Apart
    found: Difference | str
    note: str
    narrowed: bool = False


class Contents:
    """Compares services with one head: all questions to git are asked for all of them together."""

    def __init__(self, shipping: Shipping, taken: datetime, narrowing: Narrowing | None = None) -> None:
        self._shipping = shipping
        self._history: History = shipping.history
        self._taken = taken
        self._narrowing = narrowing
        self._relevance = Relevance(shipping.history)
        self._bases: dict[str, Base] = {}
        self._compared: dict[str, _Compared] = {}

    def ask(self, revisions: Mapping[str, LiveRevision]) -> None:
        """Compare each named service's serving revision, and read what git knows of all the commits at once."""
        head = self._shipping.head
        self._bases = {name: self._base(revision) for name, revision in revisions.items()}
        known = {base.commit for base in self._bases.values() if isinstance(base.commit, str)}
        self._history.load({head, *known})
        self._prepare(known)
        for name, base in self._bases.items():
            if isinstance(base.commit, str):
                self._compared[name] = self._compare(name, base.commit)
        wanted = [sha for each in self._compared.values() if each.found for sha in each.apart.head_only]
        self._history.changes(wanted)

    def _prepare(self, known: set[str]) -> None:
        with suppress(SourceError):  # each service says for itself what it lacks
            self._shipping.prepare(known, self._bases)

    def base(self, name: str) -> Base:
        return self._bases[name]

    def grounds(self, name: str, revision: LiveRevision) -> Iterator[Ground]:
        """Yield the verdict on a service's content, and before it what makes its stamp unbelievable."""
        base = self._bases[name]
        if isinstance(base.commit, str) and not base.assumed:
            yield from self._another(name, base.commit, revision.stamp.fingerprint)
        yield self._ground(name, revision)

    def _ground(self, name: str, revision: LiveRevision) -> Ground:
        base = self._bases[name]
        if isinstance(base.commit, Lost):
            return self._lost(name, revision, base)
        ground = self._judged(name, self._compared[name])
        return self._unstamped(ground, base.assumed) if base.assumed else ground

    def _another(self, name: str, commit: str, stamped: str) -> Iterator[Ground]:
        """Yield a ground where a stamped fingerprint is not that of the commit beside it."""
        try:
            shipped = self._shipping.at(commit, name) if stamped else None
        except SourceError:
            return  # the comparison says so
        if shipped is None or shipped.lacking or shipped.fingerprint == stamped:
            return
        if shipped.note:
            reason = f"whether it is what {commit[:12]} holds cannot be told: {shipped.note}"
            yield Ground(Verdict.UNKNOWN, reason, fix=f"deployguard deploy {name}")
            return
        reason = (
            f"what was shipped as {commit[:12]} is not what that commit holds: "
            f"fingerprint {stamped[:12]}, not {shipped.fingerprint[:12]}"
        )
        yield Ground(Verdict.MODIFIED, reason, (_ANOTHER,), f"deployguard deploy {name}")

    def _base(self, revision: LiveRevision) -> Base:
        text = written_in(revision.stamp).commit
        if text:
            return Base(self._history.commit(text))
        moment = revision.stamp.built or revision.created
        if moment is None:
            reason = revision.reason or "it has no stamp, and nothing says when it was made"
            return Base(Lost("absent", f"{revision.name}: {reason}"))
        found = self._history.before(self._shipping.head, moment.timestamp())
        lost = Lost("absent", f"it has no stamp, and was made at {_day(moment)}, before all of this history")
        return Base(found or lost, moment)

    def _lost(self, name: str, revision: LiveRevision, base: Base) -> Ground:
        """Without the commit, a stamped fingerprint that is the head's own still tells."""
        lost = base.commit
        assert isinstance(lost, Lost)  # noqa: S101
        if base.assumed:
            return Ground(Verdict.UNSTAMPED, lost.reason, fix=f"deployguard deploy {name}")
        if not written_in(revision.stamp).commit:
            return Ground(Verdict.UNKNOWN, lost.reason)
        stamp = revision.stamp.fingerprint
        try:
            same = bool(stamp) and self._shipping.at(self._shipping.head, name).fingerprint == stamp
        except SourceError as error:
            return Ground(Verdict.UNKNOWN, _first_line(error))
        if same:
            return Ground(Verdict.CURRENT, "its fingerprint is that of the head", (lost.reason,))
        fix = {"shallow": "git fetch --unshallow", "absent": "git fetch origin"}.get(lost.kind, "")
        return Ground(Verdict.UNKNOWN, f"the commit it serves cannot be told: {lost.reason}", fix=fix)

    def _compare(self, name: str, base: str) -> _Compared:
        apart = self._history.apart(base, self._shipping.head)
        if base == self._shipping.head:
            return _Compared(base, apart, Difference((), (), ()), "")
        try:
            before, after = self._shipping.at(base, name), self._shipping.at(self._shipping.head, name)
            files = self._narrowing(before, after) if self._narrowing else None
            found = difference(before, after, files)
        except SourceError as error:
            return _Compared(base, apart, _first_line(error), "")
        if before.lacking or after.lacking:
            short = (base if before.lacking else self._shipping.head)[:12]
            return _Compared(
                base, apart, f"contents of {short} that decide what arrives are not in this clone", ""
            )
        doubt = before.doubt or after.doubt
        if doubt and not found and before.tree.root != after.tree.root:
            return _Compared(base, apart, f"what arrives cannot be told: {doubt}", before.note)
        narrowed = not found and self._narrowing is not None and not alike(before, after)
        vague = self._narrowing is not None and files is None
        note = _VAGUE if vague and not before.note else before.note
        return _Compared(base, apart, found, note, narrowed)

    def _judged(self, name: str, one: _Compared) -> Ground:
        notes = (one.note,) if one.note else ()
        behind, short = len(one.apart.head_only), one.base[:12]
        if isinstance(one.found, str):
            failure = self._history.promised.failure if self._history.promised else ""
            return Ground(
                Verdict.UNKNOWN, one.found, (*notes, *filter(None, [failure])), "git fetch origin", behind
            )
        if one.base == self._shipping.head:
            return Ground(Verdict.CURRENT, f"serves {short}, the head")
        if not one.found:
            return self._same(one, notes)
        relevant = self._relevance.of(name, one.found, one.apart.head_only)
        details = (*notes, *((relevant.note,) if relevant.note else ()))
        if one.apart.cut and (one.apart.base_only or not relevant.commits):
            reason = f"this clone is shallow: it does not tell how {short} and the head are related"
            return Ground(Verdict.UNKNOWN, reason, notes, "git fetch --unshallow", behind)
        if one.apart.cut:
            details = (*details, "this clone is shallow: there may be more commits")
        verdict, reason, fix = self._related(name, one, relevant.commits)
        return Ground(verdict, reason, details, fix, behind, relevant.commits)

    def _same(self, one: _Compared, notes: tuple[str, ...]) -> Ground:
        behind, beyond, short = len(one.apart.head_only), len(one.apart.base_only), one.base[:12]
        if beyond:
            same = "the same reached files" if one.narrowed else "the very same content"
            reason = f"serves {short}, which the head does not contain, with {same}"
            return Ground(Verdict.CURRENT, reason, notes, behind=behind)
        same = "the entry point reaches" if one.narrowed else "arrives"
        reason = f"{_commits(behind)} behind, and what {same} is the same"
        return Ground(Verdict.EQUIVALENT, reason, notes, behind=behind)

    def _related(self, name: str, one: _Compared, commits: tuple[Commit, ...]) -> tuple[Verdict, str, str]:
        short, beyond, behind = one.base[:12], len(one.apart.base_only), len(one.apart.head_only)
        deploy = f"deployguard deploy {name}"
        if beyond and behind:
            reason = f"serves {short}: {_commits(beyond)} of its own, and {behind} of the head missing"
            return Verdict.DIVERGED, reason, deploy
        if beyond:
            return Verdict.AHEAD, f"serves {short}, {_commits(beyond)} ahead of the head", ""
        if not commits:
            return Verdict.STALE, f"what arrives differs between {short} and the head", deploy
        paths = list(dict.fromkeys(path for commit in commits for path in commit.via))
        more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
        oldest = min(commit.date for commit in commits)
        verb = "changes" if len(commits) == 1 else "change"
        age = f"{'' if len(commits) == 1 else 'the oldest '}{_age(self._taken, oldest)} old"
        reason = f"{_commits(len(commits))} since {verb} it, {age}: {', '.join(paths[:_SHOWN])}{more}"
        return Verdict.STALE, reason, deploy

    def _unstamped(self, ground: Ground, moment: datetime) -> Ground:
        if ground.verdict is Verdict.UNKNOWN:
            return ground
        number = len(ground.commits)
        if ground.verdict in {Verdict.CURRENT, Verdict.EQUIVALENT}:
            told = "nothing that changes it was committed since"
        elif number:
            told = f"{_commits(number)} that change{'s' if number == 1 else ''} it came since"
        else:
            told = "what arrives differs since"
        reason = f"no stamp: judged by its time, {_day(moment)}; {told}"
        return ground._replace(verdict=Verdict.UNSTAMPED, reason=reason)


def _commits(number: int) -> str:
    return counted(number, "commit")


def _age(now: datetime, then: datetime) -> str:
    seconds = max(0.0, (now - then).total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M %Z")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
