"""Reports of drift that a morning may bring, and any other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from deployguard.model.drift import Commit, DriftReport, Judged, Serving, Verdict

# How long it takes is no finding, on a machine that does other things as well.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
HEAD = "4f2a9c17d6e85b30a1c2f4d7e9b8a6c5d3e1f042"

_RETRY = Commit(
    "9c1e55aa07d1b2c3d4e5f60718293a4b5c6d7e8f",
    "Ana Prado",
    NOW - timedelta(hours=15),
    "Retry the scraper when the league answers 429",
    ("shared/config/scraper_retry_config.py", "shared/clients/http_pool.py"),
)
_COUNTERS = Commit(
    "77b0c2d4e6f8a1b3c5d7e9f0a2b4c6d8e0f1a3b5",
    "Jonas Weber",
    NOW - timedelta(days=3),
    "Count a processor as complete only once its rows are written <atomically> & logged",
    tuple(f"shared/validation/rules/rule_{number:02}.py" for number in range(7)),
)


def serving(name: str, commit: str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", days: float = 12) -> Serving:
    return Serving(f"{name}-00042-xeh", commit, "f" * 40, NOW - timedelta(days=days))


def stale(name: str, *commits: Commit) -> Judged:
    return Judged(
        name,
        "function",
        "us-west2",
        Verdict.STALE,
        f"{len(commits)} of 14 commits since change it; the oldest is 3 days old",
        (),
        f"deployguard deploy {name}",
        serving(name),
        14,
        commits,
    )


def fresh(name: str, verdict: Verdict = Verdict.CURRENT) -> Judged:
    reason = "serves HEAD" if verdict is Verdict.CURRENT else "5 commits behind, none of which changes it"
    return Judged(name, "run", "us-west2", verdict, reason, serving=serving(name, HEAD, 0.2))


def morning() -> DriftReport:
    """A bad morning of a real size."""
    return DriftReport(
        HEAD,
        "main",
        NOW,
        (
            Judged(
                "prediction-coordinator",
                "run",
                "us-east4",
                Verdict.UNKNOWN,
                "the serving revision's commit 5d0e1f2 is not in this clone",
                ("the clone is shallow: it begins at 2026-11-01",),
                "git fetch --unshallow",
                serving("prediction-coordinator", "5d0e1f2"),
            ),
            Judged(
                "grading-exporter",
                "function",
                "us-west2",
                Verdict.MISSING,
                "configured, and not deployed in us-west2",
                fix="deployguard deploy grading-exporter",
            ),
            Judged(
                "nba-phase3-analytics-processors",
                "run",
                "us-west2",
                Verdict.FAILED,
                "its newest revision never became ready; the one before it serves",
                (
                    "nba-phase3-analytics-processors-00107-kul: the container failed to start and listen on port 8080",
                    "ModuleNotFoundError: No module named 'ml'",
                    "https://console.cloud.google.com/run/detail/us-west2/" + "a" * 200,
                ),
                "deployguard check nba-phase3-analytics-processors",
                serving("nba-phase3-analytics-processors"),
            ),
            stale("phase3-to-phase4-orchestrator", _RETRY, _COUNTERS),
            stale("phase4-to-phase5-orchestrator", _RETRY, _COUNTERS),
            Judged(
                "old-scraper",
                "run",
                "us-west2",
                Verdict.UNMANAGED,
                "deployed by hand, and in no configuration",
            ),
            fresh("bdl-live-boxscores-scraper-with-a-name-as-long-as-google-allows", Verdict.EQUIVALENT),
            *(fresh(f"phase2-processor-{number:02}") for number in range(12)),
        ),
        ("HEAD was not compared with the remote: origin did not answer", "asked: us-west2, us-east4"),
        ("us-central1, run.googleapis.com: permission run.services.list is missing",),
    )


_TEXTS = st.text(max_size=20)
_MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
_COMMITS = st.builds(Commit, _TEXTS, _TEXTS, _MOMENTS, _TEXTS, st.lists(_TEXTS, max_size=6).map(tuple))
_SERVING = st.builds(Serving, _TEXTS, _TEXTS, _TEXTS, st.none() | _MOMENTS, st.integers(0, 100))
_JUDGED = st.builds(
    Judged,
    _TEXTS,
    st.sampled_from(("function", "run")),
    _TEXTS,
    st.sampled_from(Verdict),
    _TEXTS,
    st.lists(_TEXTS, max_size=2).map(tuple),
    _TEXTS,
    st.none() | _SERVING,
    st.integers(0, 999),
    st.lists(_COMMITS, max_size=2).map(tuple),
)
REPORTS = st.builds(
    DriftReport,
    _TEXTS,
    _TEXTS,
    _MOMENTS,
    st.lists(_JUDGED, max_size=3).map(tuple),
    st.lists(_TEXTS, max_size=2).map(tuple),
    st.lists(_TEXTS, max_size=2).map(tuple),
)
