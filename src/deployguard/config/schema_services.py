"""The schema of `[services.NAME]`: what a service is, how it is built, deployed and checked."""

from __future__ import annotations

from deployguard.config.forms import (
    ACCOUNT,
    CODE,
    CPU,
    CRON,
    DATE_ZONE,
    ENVIRONMENT_NAME,
    LABELS,
    MEMORY,
    PATH,
    PYTHON_NAME,
    REGION,
    RUNTIMES,
    SECONDS,
    TEXT,
    TEXTS,
    TOPIC,
    URL_PATH,
)
from deployguard.config.shape import (
    ALWAYS,
    Anything,
    Choice,
    Either,
    Flag,
    Integer,
    Key,
    Many,
    Named,
    Number,
    Reference,
    RepositoryPath,
    Table,
    Text,
)

KINDS = ("function", "run")

INCLUDED = Table(
    (
        Key("from", PATH, "The folder or file to stage.", '"libs/shared"', required_for=ALWAYS),
        Key(
            "to",
            RepositoryPath("a path in the artifact"),
            "Where it arrives.",
            '"shared"',
            required_for=ALWAYS,
        ),
    )
)

TRIGGER = Table(
    (
        Key("topic", TOPIC, "Pub/Sub messages of this topic.", '"orders-complete"'),
        Key("http", Flag(), "HTTP requests.", "true"),
        Key("bucket", TEXT, "Objects written to this Cloud Storage bucket.", '"incoming-files"'),
        Key("schedule", CRON, "Cloud Scheduler, by this cron expression.", '"0 6 * * *"'),
        Key("event-type", TEXT, "Any Eventarc event type.", '"google.cloud.firestore.document.v1.written"'),
        Key(
            "event-filters",
            Named(TEXT, "attribute"),
            "Attributes an event must have.",
            '{ database = "(default)" }',
        ),
        Key("timezone", DATE_ZONE, "The time zone of `schedule`.", '"America/New_York"', '"Etc/UTC"'),
        Key("retry", Flag(), "Deliver an event again when the function fails.", "true", "false"),
        Key(
            "service-account",
            ACCOUNT,
            "Who invokes the service.",
            '"invoker@my-project.iam.gserviceaccount.com"',
        ),
        Key("region", REGION, "Where the trigger is, if not where the service is.", '"us-west2"'),
    ),
    (Choice(("topic", "http", "bucket", "schedule", "event-type")),),
)

IDENTITY = Table(
    (
        Key("path", URL_PATH, "What is asked for after a deploy.", '"/health"', required_for=ALWAYS),
        Key(
            "json", Named(Anything(), "field"), "Fields that the answer must have.", '{ service = "orders" }'
        ),
        Key("status", Integer(100, 599), "The status that the answer must have.", "204", "200"),
        Key("timeout", SECONDS, "How long the answer may take.", '"10s"', '"10s"'),
    )
)

SETTINGS = Table(
    (
        Key("memory", MEMORY, "Memory of one instance.", '"512Mi"'),
        Key("cpu", Either((Number(), CPU)), "CPUs of one instance.", "1"),
        Key(
            "service-account", ACCOUNT, "Who the code runs as.", '"runner@my-project.iam.gserviceaccount.com"'
        ),
        Key(
            "ingress",
            Text(choices=("all", "internal", "internal-and-cloud-load-balancing")),
            "From where requests are let in.",
            '"internal"',
        ),
        Key("min-instances", Integer(0), "Instances kept ready.", "0"),
        Key("max-instances", Integer(1), "Instances at most.", "10"),
        Key("concurrency", Integer(1, 1000), "Requests that one instance serves at a time.", "80"),
        Key("timeout", SECONDS, "How long a request may take; a number is in seconds.", "540"),
        Key(
            "env",
            Named(Text(private=True), "variable", ENVIRONMENT_NAME.pattern, ENVIRONMENT_NAME.form),
            "Environment variables that are no secret.",
            '{ STAGE = "production" }',
        ),
        Key(
            "secrets",
            Named(
                Text(
                    pattern=r"[\w./-]+(?::(?:latest|\d+|[a-z][\w-]*))?", form="`SECRET:VERSION`", private=True
                ),
                "variable or mounted path",
            ),
            "Variables (or mounted paths) and the secret of Secret Manager that each shows.",
            '{ API_KEY = "orders-api-key:latest" }',
        ),
        Key("labels", LABELS, "Labels of the service.", '{ team = "data" }'),
    )
)

SERVICE = Table(
    (
        Key("kind", Text(choices=KINDS), "What it is on Google Cloud.", '"function"', required_for=ALWAYS),
        Key("description", TEXT, "A line for people.", '"counts orders"'),
        Key("source", PATH, "The folder that is uploaded.", '"functions/orders"', required_for=("function",)),
        Key(
            "dockerfile",
            PATH,
            "The Dockerfile that builds the image.",
            '"orders/Dockerfile"',
            only_for=("run",),
        ),
        Key("context", PATH, "The folder that COPY reads from.", '"."', '"."', only_for=("run",)),
        Key("entry-point", PYTHON_NAME, "The function of main.py that is called.", '"handle_order"'),
        Key(
            "runtime",
            Text(choices=RUNTIMES),
            "The Python of a buildpack build.",
            '"python312"',
            '"python311"',
        ),
        Key("trigger", TRIGGER, "What calls it.", '{ topic = "orders-complete" }'),
        Key(
            "include",
            Many(Either((PATH, INCLUDED))),
            "Folders and files staged beside main.py, or in a Dockerfile's build context, before the build, so that no links are needed. "
            "A path keeps its place (`libs/shared` arrives as `libs/shared`); the long form moves it.",
            '["shared", { from = "libs/money", to = "money" }]',
            "[]",
        ),
        Key(
            "required-env",
            Many(ENVIRONMENT_NAME),
            "Variables without which it does not work.",
            '["STAGE"]',
            "[]",
        ),
        Key("ignore", Many(CODE), "Rules that are not judged for this service.", '["DG207"]', "[]"),
        Key(
            "deploy-with",
            Text(choices=("deployguard", "gcloud")),
            "Whose upload is predicted: `gcloud` drops links to folders.",
            '"gcloud"',
            '"deployguard"',
        ),
        Key("build-args", Named(TEXT, "argument"), "Values of the Dockerfile's ARG.", '{ PORT = "8080" }'),
        Key(
            "command",
            TEXTS,
            "What is started in place of the image's command.",
            '["python", "-m", "orders"]',
            only_for=("run",),
        ),
        Key("region", REGION, "Where it runs, if not in the project's region.", '"us-west2"'),
        Key("settings", SETTINGS, "Applied when the service is created.", '{ memory = "512Mi" }'),
        Key(
            "enforce",
            Many(Text(choices=tuple(key.name for key in SETTINGS.keys))),
            "Settings that every deploy puts back.",
            '["memory"]',
            "[]",
        ),
        Key(
            "after",
            Many(Reference("services")),
            "Services that are deployed before this one.",
            '["shop"]',
            "[]",
        ),
        Key(
            "canary",
            Many(Integer(1, 100)),
            "Percentages of traffic, step by step, up to 100.",
            "[5, 50, 100]",
        ),
        Key("identity", IDENTITY, "How a deployed service shows who it is.", '{ path = "/health" }'),
        Key("allow-unauthenticated", Flag(), "Anybody may call it.", "true", "false"),
    ),
    (Choice(("dockerfile", "source"), "run"),),
)
