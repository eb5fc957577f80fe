"""The schema of what judges and repairs the data of a pipeline: trackers and health checks."""

from __future__ import annotations

from deployguard.config.forms import (
    CRON,
    DATE_ZONE,
    DURATION,
    MEMORY,
    PATH,
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

_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_DAYS = f"{_DAY}(?:-{_DAY})?"
WEEKDAYS = Text(
    pattern=f"{_DAYS}(?:,{_DAYS})*", form="days of the week such as `mon-fri` or `mon,wed,sat-sun`"
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
        Key("expects", WEEKDAYS, "The days of the week on which a document is expected.", '"mon-fri"'),
        Key(
            "calendar",
            PATH,
            "A file of the dates on which a document is expected.",
            '"calendars/trading-days.txt"',
        ),
        Key("description", TEXT, "A line for people.", '"orders of one day"'),
    )
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
