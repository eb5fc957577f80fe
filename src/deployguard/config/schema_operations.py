"""The schema of what watches and repairs a pipeline: trackers, health checks, alerts, messages, jobs, labels."""

from __future__ import annotations

from deployguard.config.forms import (
    ACCOUNT,
    CRON,
    DATE_ZONE,
    DURATION,
    ENVIRONMENT_NAME,
    LABEL,
    MEMORY,
    REGION,
    TABLE_NAME,
    TEXT,
    TEXTS,
    TOPIC,
)
from deployguard.config.shape import (
    ALWAYS,
    Either,
    Flag,
    Integer,
    Key,
    Many,
    Named,
    Number,
    Reference,
    Table,
    Text,
)

NEXT = Table(
    (
        Key("topic", TOPIC, "Where the message goes.", '"phase4-trigger"', required_for=ALWAYS),
        Key("attributes", Named(TEXT, "attribute"), "Attributes of the message.", '{ source = "repair" }'),
    )
)

TRACKER = Table(
    (
        Key(
            "store",
            TEXT,
            "`firestore`, a SQLAlchemy URL, or `env:NAME` of a variable that holds one.",
            '"firestore"',
            '"firestore"',
        ),
        Key(
            "collection",
            TEXT,
            "The collection, or the table, of the documents.",
            '"orders_completion"',
            required_for=ALWAYS,
        ),
        Key("database", TEXT, "The Firestore database.", '"(default)"', '"(default)"'),
        Key("expected", TEXTS, "The parts of a complete document.", '["invoice", "parcel"]'),
        Key("count", Text(choices=("expected", "all")), "Which parts are counted.", '"all"', '"expected"'),
        Key("count-field", TEXT, "Where the count is kept.", '"_completed_count"', '"_completed_count"'),
        Key(
            "triggered-field",
            TEXT,
            "What says that the next phase was triggered.",
            '"_triggered"',
            '"_triggered"',
        ),
        Key("timezone", DATE_ZONE, "The time zone of its dates.", '"America/New_York"', '"Etc/UTC"'),
        Key(
            "written-by",
            Many(Reference("services")),
            "Who writes the documents: the gate of a repair.",
            '["orders"]',
            "[]",
        ),
        Key("next", NEXT, "The message that starts the next phase.", '{ topic = "phase4-trigger" }'),
        Key("optional", Flag(), "A missing document is no error.", "true", "false"),
        Key("description", TEXT, "A line for people.", '"orders of one day"'),
    )
)

_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_DAYS = f"{_DAY}(?:-{_DAY})?"
WEEKDAYS = Text(
    pattern=f"{_DAYS}(?:,{_DAYS})*", form="days of the week such as `mon-fri` or `mon,wed,sat-sun`"
)
CALENDAR = Table(
    (
        Key("table", TABLE_NAME, "The table that holds the days.", '"shop.open_days"', required_for=ALWAYS),
        Key("column", TEXT, "Its column of days.", '"open_date"', required_for=ALWAYS),
    )
)

HEALTH_KINDS = ("completion", "unique", "fresh", "on-time", "volume", "sql")
_ON_TABLES = ("unique", "fresh", "on-time", "volume")

HEALTH = Table(
    (
        Key("kind", Text(choices=HEALTH_KINDS), "What is checked.", '"unique"', required_for=ALWAYS),
        Key(
            "tracker",
            Reference("trackers"),
            "Whose documents are checked.",
            '"orders"',
            required_for=("completion",),
            only_for=("completion",),
        ),
        Key("table", TABLE_NAME, "The table that is read.", '"shop.orders"', required_for=_ON_TABLES),
        Key(
            "partition",
            TEXT,
            "The column that says which day a row belongs to. It bounds what is read: BigQuery is not asked without it.",
            '"order_date"',
        ),
        Key(
            "partition-format",
            TEXT,
            "How a partition of text or whole numbers writes a day.",
            '"%Y%m%d"',
            '"%Y-%m-%d"',
        ),
        Key(
            "key",
            TEXTS,
            "The columns that together are unique.",
            '["order_id"]',
            required_for=("unique",),
            only_for=("unique",),
        ),
        Key(
            "column",
            TEXT,
            "The column that holds a time.",
            '"created_at"',
            required_for=("fresh", "on-time"),
            only_for=("fresh", "on-time"),
        ),
        Key(
            "max-age",
            DURATION,
            "How old the newest row may be.",
            '"26h"',
            required_for=("fresh",),
            only_for=("fresh",),
        ),
        Key(
            "schedule",
            CRON,
            "When the first run is due.",
            '"0 6 * * *"',
            required_for=("on-time",),
            only_for=("on-time",),
        ),
        Key("within", DURATION, "How late the first run may be.", '"2h"', '"1h"', only_for=("on-time",)),
        Key(
            "day-offset",
            Integer(0, 31),
            "How many days after the day of its data a run is due.",
            "1",
            "0",
            only_for=("on-time",),
        ),
        Key(
            "column-timezone",
            DATE_ZONE,
            "The time zone of times that are kept without one.",
            '"America/New_York"',
            '"Etc/UTC"',
        ),
        Key("min", Integer(0), "Rows at least.", "100", only_for=("volume",)),
        Key("max", Integer(0), "Rows at most.", "5000", only_for=("volume",)),
        Key(
            "query",
            TEXT,
            "A query whose rows are failures.",
            '"select * from t where total < 0"',
            required_for=("sql",),
            only_for=("sql",),
        ),
        Key("where", TEXT, "A condition on the rows that are read.", "\"status = 'paid'\""),
        Key("database", TEXT, "`bigquery`, or where the embedded DuckDB lies.", '"bigquery"', '"bigquery"'),
        Key("expects", WEEKDAYS, "The days of the week on which data is expected.", '"mon-fri"'),
        Key(
            "calendar",
            Either((TEXT, CALENDAR)),
            "A file of dates, a query for dates, or a table: the days on which data is expected.",
            '"calendars/trading-days.txt"',
        ),
        Key("timezone", DATE_ZONE, "The time zone of its dates.", '"America/New_York"', '"Etc/UTC"'),
        Key("severity", Text(choices=("fail", "warn")), "What a bad answer counts as.", '"warn"', '"fail"'),
        Key("optional", Flag(), "A missing table is information, not an error.", "true", "false"),
        Key("examples", Integer(0, 100), "How many failing keys or rows are shown.", "20", "5"),
        Key("max-bytes", MEMORY, "What one query on BigQuery may read.", '"50Gi"', '"10Gi"'),
        Key("timeout", DURATION, "How long one query may take.", '"2m"', '"10m"'),
        Key("description", TEXT, "A line for people.", '"no order twice"'),
    )
)

ALERT = Table(
    (
        Key("service", Reference("services"), "Whose log, or metric, is watched.", '"orders"'),
        Key(
            "severity",
            Text(
                choices=(
                    "DEFAULT",
                    "DEBUG",
                    "INFO",
                    "NOTICE",
                    "WARNING",
                    "ERROR",
                    "CRITICAL",
                    "ALERT",
                    "EMERGENCY",
                )
            ),
            "The least severity of a matching entry.",
            '"ERROR"',
        ),
        Key(
            "filter",
            TEXT,
            "More of the log filter; of a metric, all of it, or more of what `metric` stands for.",
            '"textPayload:timeout"',
        ),
        Key(
            "condition",
            Text(choices=("log-match", "metric")),
            "What kind of condition it is.",
            '"metric"',
            '"log-match"',
        ),
        Key(
            "metric",
            Text(choices=("error-ratio", "latency", "instances")),
            "What is measured: the part of the requests that ended with 5xx; the 99th percentile of the latency "
            "in milliseconds; the number of instances.",
            '"error-ratio"',
        ),
        Key(
            "comparison",
            Text(choices=("above", "below")),
            "On which side of the threshold a metric is wrong.",
            '"above"',
            '"above"',
        ),
        Key("threshold", Number(), "Where a metric begins to be wrong.", "0.05"),
        Key("duration", DURATION, "How long a metric must be wrong.", '"5m"', '"5m"'),
        Key("channels", TEXTS, "Notification channels, by display name.", '["Data team"]', "[]"),
        Key("auto-close", DURATION, "When an incident closes by itself: 30m to 7d.", '"1h"'),
        Key(
            "rate-limit",
            DURATION,
            "At most one message in this time, 5m to 2d: needed for a log-match, refused for a metric.",
            '"30m"',
        ),
        Key("display-name", TEXT, "What the policy is called in the console.", '"Orders: errors"'),
        Key(
            "documentation",
            TEXT,
            "What a person who gets the message should do.",
            '"Look at the last deploy."',
        ),
        Key(
            "runbook",
            Text(pattern=r"https?://\S+", form="a URL"),
            "The page that tells more; it is linked in the message.",
            '"https://wiki.example.com/runbooks/orders"',
        ),
        Key("enabled", Flag(), "Whether it fires.", "false", "true"),
    )
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
