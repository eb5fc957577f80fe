"""The schema of deployguard.toml: its top-level tables.

Validation, the JSON schema and the documentation page all come from these tables.
"""

from __future__ import annotations

from deployguard.config.forms import (
    CODE,
    PATH,
    REGION,
    TEXT,
    TEXTS,
)
from deployguard.config.schema_alerts import ALERT
from deployguard.config.schema_operations import NOTIFY, SCHEDULE, STAMP
from deployguard.config.schema_pipeline import HEALTH, TRACKER
from deployguard.config.schema_services import SERVICE
from deployguard.config.shape import Either, Key, Many, Named, Table, Text

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_NAME_FORM = "letters, digits, `_`, `-` and `.`"

PROJECT = Table(
    (
        Key(
            "id",
            Text(pattern=r"[a-z][a-z0-9.:-]*", form="the id of a Google Cloud project"),
            "The Google Cloud project.",
            '"my-project"',
        ),
        Key("region", REGION, "Where services run that name no region of their own.", '"us-west2"'),
        Key("registry", TEXT, "Where images are pushed to.", '"us-west2-docker.pkg.dev/my-project/images"'),
        Key(
            "bucket",
            Text(pattern=r"[a-z0-9][a-z0-9._-]+[a-z0-9]", form="the name of a bucket"),
            "Holds release journal, locks and build sources.",
            '"my-project-deployguard"',
        ),
        Key("branch", TEXT, "What HEAD must be, or be contained in, to ship.", '"main"', '"main"'),
        Key(
            "endpoint",
            Text(pattern=r"https?://\S+", form="a URL"),
            "A local Google Cloud to speak to, for rehearsals.",
            '"http://127.0.0.1:8085"',
        ),
    )
)

CHECK = Table(
    (
        Key("select", Many(CODE), "The only rules that are judged.", '["DG1", "DG201"]'),
        Key("ignore", Many(CODE), "Rules that are not judged.", '["DG402"]', "[]"),
        Key(
            "baseline",
            PATH,
            "A file of findings that are known and not reported.",
            '"deployguard-baseline.json"',
        ),
        Key(
            "exclude",
            TEXTS,
            "Globs of paths that rules over the whole repository leave alone.",
            '["archive/**"]',
            "[]",
        ),
        Key(
            "policy-files",
            TEXTS,
            "Globs of alert policies that are kept for gcloud, in YAML or JSON: `alerts validate` judges them.",
            '["monitoring/*.yaml"]',
            "[]",
        ),
        Key(
            "providers",
            Named(Either((TEXT, TEXTS)), "module"),
            "Which distribution provides a module, where deployguard cannot tell.",
            '{ "acme.money" = "acme-money" }',
        ),
    )
)

ROOT = Table(
    (
        Key("project", PROJECT, "Where everything runs."),
        Key("check", CHECK, "What `deployguard check` judges."),
        Key(
            "services",
            Named(SERVICE, "service", _NAME, _NAME_FORM),
            "The functions and services. Values of `[services.defaults]` hold for each one that does not give its "
            "own: tables are joined key by key, lists are replaced, and keys that do not fit a kind are left out.",
        ),
        Key("trackers", Named(TRACKER, "tracker", _NAME, _NAME_FORM), "Completion documents of one phase."),
        Key("health", Named(HEALTH, "check", _NAME, _NAME_FORM), "Checks of the data."),
        Key("alerts", Named(ALERT, "alert", _NAME, _NAME_FORM), "Alert policies of Cloud Monitoring."),
        Key("notify", NOTIFY, "Who is told."),
        Key("schedule", Named(SCHEDULE, "job", _NAME, _NAME_FORM), "Commands that run as a Cloud Run job."),
        Key("labels", STAMP, "Names that a stamp goes by on services which other tools deployed."),
    )
)
