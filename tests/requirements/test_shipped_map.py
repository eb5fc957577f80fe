"""The verdicts that users meet, with the map that is shipped."""

from __future__ import annotations

import pytest

from deployguard.model.runtime import DEFAULT_RUNTIME
from deployguard.requirements.environment import Environment
from deployguard.requirements.provided import Declared, NotKnown, Transitive, Undeclared
from deployguard.requirements.providers import ProviderMap
from deployguard.requirements.provides import judge
from tests.requirements.made import set_of


@pytest.mark.parametrize(
    ("text", "module", "kind", "named"),
    [
        ("google-cloud-bigquery", "google.cloud.firestore", Undeclared, "google-cloud-firestore"),
        ("google-cloud-bigquery", "google", Declared, "google-cloud-bigquery"),
        ("google-cloud-bigquery", "google.cloud.bigquery.table", Declared, "google-cloud-bigquery"),
        ("google-cloud-bigquery", "google.auth", Transitive, "google-auth"),
        ("google-cloud-pubsub", "google.cloud.pubsub_v1", Declared, "google-cloud-pubsub"),
        ("flask", "google.cloud.nonsense", Undeclared, ""),
        ("flask", "yaml", Undeclared, "pyyaml"),
        ("functions-framework==3.*", "flask", Transitive, "flask"),
        ("pandas==2.2", "pytz", Transitive, "pytz"),
        ("sqlalchemy", "psycopg2", Undeclared, "psycopg2-binary"),
        ("opencv-python", "cv2", Declared, "opencv-python"),
        ("flask\nour-own-thing", "yaml", NotKnown, "pyyaml"),
        ("flask\nour-own-thing", "our_own_thing.x", Declared, "our-own-thing"),
    ],
)
def test_a_verdict_on_real_distributions(text: str, module: str, kind: type, named: str) -> None:
    here = Environment(set_of({"requirements.txt": text}), ProviderMap.load(), DEFAULT_RUNTIME)

    verdict = judge(here, module)

    assert isinstance(verdict, kind), verdict
    first = verdict.candidates[:1] if isinstance(verdict, (Undeclared, NotKnown)) else (verdict.distribution,)
    assert first == ((named,) if named else ())
