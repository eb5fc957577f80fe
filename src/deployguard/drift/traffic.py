"""What the platform says of a service: whether it is there, whether its newest revision came up, who gets requests."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.drift.ground import Ground
from deployguard.drift.modified import differing_limits, differing_settings
from deployguard.drift.standing import Standing
from deployguard.model.drift import Verdict
from deployguard.model.live import LiveService

_LENGTH = 240


def grounds_of_platform(standing: Standing) -> Iterator[Ground]:
    """Yield what is wrong before any commit is looked at; nothing where all is well."""
    name = standing.service.name
    if not standing.region:
        yield Ground(
            Verdict.UNKNOWN,
            "no region is configured",
            fix=f"set `region` in [project] or [services.{name}]",
        )
        return
    yield from _unseen(standing)
    yield from _of_function(standing)
    if standing.live is not None:
        yield from _of_service(standing.live, name)


def _unseen(standing: Standing) -> Iterator[Ground]:
    for reason in standing.blind:
        yield Ground(Verdict.UNKNOWN, _line(reason))
    gone = standing.function is None if standing.service.kind == "function" else standing.live is None
    if gone and standing.live is None and not standing.blind:
        yield Ground(
            Verdict.MISSING,
            f"configured, and not deployed in {standing.region}",
            fix=f"deployguard deploy {standing.service.name}",
        )


def _of_function(standing: Standing) -> Iterator[Ground]:
    function = standing.function
    if function is None:
        return
    if standing.live is None and standing.run_seen and function.state not in {"FAILED", "DELETING"}:
        yield Ground(
            Verdict.UNKNOWN,
            f"the function is {function.state or 'there'}, and no Cloud Run service lies under it: its first deploy "
            "is under way, or it is of the first generation, which has no revision to look at",
        )
    if function.state == "FAILED":
        why = f": {_line(function.reason)}" if function.reason else ""
        serves = "what was there before still serves" if standing.serving else "nothing serves"
        yield Ground(
            Verdict.FAILED,
            f"the last deploy of the function failed{why}; {serves}",
            fix=f"deployguard deploy {function.name}",
        )
    if function.state == "DELETING":
        yield Ground(Verdict.MISSING, "the function is being deleted")


def _of_service(live: LiveService, name: str) -> Iterator[Ground]:
    failed, serving = live.failed, [each.name for each in live.serving if each.name]
    if failed:
        still = f"{' and '.join(serving)} still serves" if serving else "nothing serves"
        newest = live.latest_created != live.latest_ready or not serving
        what = (
            f"{live.latest_created or 'its revision'} never became ready"
            if newest
            else "its last change failed"
        )
        yield Ground(
            Verdict.FAILED,
            f"{what}; {still}",
            (_line(failed),),
            f"deployguard deploy {name}",
        )
    elif not serving:
        yield Ground(Verdict.UNKNOWN, "no revision gets requests: its first deploy may still be under way")
    # Never `--to-latest`: the newest revision may be the one that was found to be bad.
    move = f"deployguard deploy {name}"
    if serving and live.latest_ready and live.latest_ready not in serving:
        yield Ground(
            Verdict.NOT_SERVING,
            f"{live.latest_ready} is ready and gets no requests: traffic is pinned to {' and '.join(serving)}",
            tuple(_waiting(live)),
            move,
        )
    if len(serving) > 1:
        yield Ground(Verdict.SPLIT, f"traffic is split: {_shares(live)}", fix=move)


def _waiting(live: LiveService) -> Iterator[str]:
    """Say who made what waits, and in what it differs; others change a service while its traffic is pinned by name."""
    if live.left_by or live.latest_ready != live.latest_created or len(live.serving) != 1:
        return
    by = f" by {live.modifier}" if live.modifier else ""
    served = live.serving[0].settings
    differing = ", ".join(
        (*differing_settings(served, live.template), *differing_limits(served, live.template))
    )
    yield f"changed{by} outside deployguard; what waits has {differing or 'the same image, variables and settings'}"


def _shares(live: LiveService) -> str:
    ordered = sorted(live.serving, key=lambda each: (-live.percent(each.name), each.name))
    return ", ".join(
        f"{live.percent(each.name)}% {each.name} ({each.stamp.commit[:12] or 'no stamp'})" for each in ordered
    )


def platform_details(standing: Standing) -> Iterator[str]:
    """Yield what a person may want to know, and what is no reason for a verdict."""
    live, function = standing.live, standing.function
    if function is not None and function.state == "DEPLOYING":
        yield "a deploy of the function is under way"
    if (
        function is None
        and live is not None
        and standing.service.kind == "function"
        and standing.functions_seen
    ):
        yield "it is a Cloud Run service; Cloud Functions knows no function of this name"
    if live is None:
        return
    if live.left_by and live.serving:
        yield f"{live.latest_created} is without requests: its release, {live.left_by}, was undone or rolled back"
    if live.latest_created != live.latest_ready and not live.failed:
        yield f"{live.latest_created} is being made ready"
    shares = [share for share in live.traffic if share.percent]
    ours = any(
        each.stamp.release for each in live.serving
    )  # deployguard pins what it ships, and moves it by name
    if len(shares) == 1 and not ours and not shares[0].latest and shares[0].revision == live.latest_ready:
        yield f"traffic is pinned to {live.latest_ready} by name: a deploy by another tool would get no requests"


def _line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LENGTH else f"{words[: _LENGTH - 3]}..."
