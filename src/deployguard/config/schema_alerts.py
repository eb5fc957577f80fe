"""The schema of alert policies."""

from __future__ import annotations

from deployguard.config.forms import (
    DURATION,
    TEXT,
    TEXTS,
)
from deployguard.config.shape import (
    Flag,
    Key,
    Number,
    Reference,
    Table,
    Text,
)
from deployguard.model.log_severities import SEVERITIES

ALERT = Table(
    (
        Key("service", Reference("services"), "Whose log, or metric, is watched.", '"orders"'),
        Key(
            "severity",
            Text(choices=tuple(SEVERITIES)),
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
