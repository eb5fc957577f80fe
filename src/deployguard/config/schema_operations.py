"""The schema of messages to people, of scheduled jobs, and of the names of stamps."""

from __future__ import annotations

from deployguard.config.forms import (
    ACCOUNT,
    CRON,
    DATE_ZONE,
    DURATION,
    ENVIRONMENT_NAME,
    LABEL,
    REGION,
    TEXT,
    TEXTS,
)
from deployguard.config.shape import (
    ALWAYS,
    Either,
    Key,
    Many,
    Table,
    Text,
)

NOTIFY = Table(
    (
        Key(
            "urls-env",
            Many(ENVIRONMENT_NAME),
            "Variables that hold apprise URLs; the URLs are secrets.",
            '["DEPLOYGUARD_SLACK_URL"]',
        ),
        Key(
            "when",
            Text(choices=("change", "always")),
            "On a changed verdict and on recovery, or each time.",
            '"always"',
            '"change"',
        ),
    )
)

SCHEDULE = Table(
    (
        Key("cron", CRON, "When it runs.", '"0 6 * * *"', required_for=ALWAYS),
        Key("command", TEXTS, "The deployguard command that runs.", '["morning"]', required_for=ALWAYS),
        Key("timezone", DATE_ZONE, "The time zone of `cron`.", '"America/New_York"', '"Etc/UTC"'),
        Key(
            "service-account",
            ACCOUNT,
            "Who the job runs as.",
            '"deployguard@my-project.iam.gserviceaccount.com"',
        ),
        Key("region", REGION, "Where the job runs, if not in the project's region.", '"us-west2"'),
        Key("image", TEXT, "The image of the job.", '"us-west2-docker.pkg.dev/my-project/tools/deployguard"'),
        Key(
            "repository",
            Text(pattern=r"(?:https|ssh|git|file)://\S+", form="the URL of a git repository"),
            "What the job clones before it runs the command there; without one it runs where the image says.",
            '"https://github.com/my-team/my-repository"',
        ),
        Key("timeout", DURATION, "How long a run may take.", '"1h"', '"30m"'),
    )
)

_LABEL_NAMES = Either((LABEL, Many(LABEL)))
_ENVIRONMENT_NAMES = Either((ENVIRONMENT_NAME, Many(ENVIRONMENT_NAME)))

STAMP = Table(
    (
        Key(
            "commit",
            _LABEL_NAMES,
            "The label with the commit. The first name is written, all are read.",
            '["commit-sha", "commit"]',
            '"commit-sha"',
        ),
        Key("fingerprint", _LABEL_NAMES, "The label with the fingerprint.", '"fingerprint"', '"fingerprint"'),
        Key("dirty", _LABEL_NAMES, "The label of a deploy from uncommitted files.", '"dirty"', '"dirty"'),
        Key(
            "commit-env",
            _ENVIRONMENT_NAMES,
            "The variable with the commit.",
            '["BUILD_COMMIT", "GIT_SHA"]',
            '"BUILD_COMMIT"',
        ),
        Key(
            "timestamp-env",
            _ENVIRONMENT_NAMES,
            "The variable with the time of the build.",
            '"BUILD_TIMESTAMP"',
            '"BUILD_TIMESTAMP"',
        ),
        Key(
            "fingerprint-env",
            _ENVIRONMENT_NAMES,
            "The variable with the fingerprint.",
            '"BUILD_FINGERPRINT"',
            '"BUILD_FINGERPRINT"',
        ),
    )
)
