"""Shapes that several tables of the schema use, each with where its form was read."""

from __future__ import annotations

from deployguard.config.shape import Either, Integer, Many, Named, RepositoryPath, Shape, Text

TEXT = Text()
TEXTS = Many(TEXT)
PATH = RepositoryPath()

# Cloud Functions API v2, functions.create, "functionId" of a second-generation function: at most 63 characters.
FUNCTION_NAME = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"

RUNTIMES = tuple(f"python3{minor}" for minor in range(8, 15))
REGION = Text(pattern=r"[a-z]+(?:-[a-z]+)+\d+", form="a region such as `us-west2`")
DURATION: Shape = Text(pattern=r"(?:\d+[dhms])+", form="a duration such as `90s`, `30m`, `1h` or `2d`")
SECONDS = Either((Integer(least=1), DURATION))
CODE = Text(pattern=r"DG\d{0,3}", form="a rule code such as `DG201`, or its beginning such as `DG2`")
PYTHON_NAME = Text(pattern=r"[^\W\d]\w*", form="the name of a Python function")
URL_PATH = Text(pattern=r"/\S*", form="the path of a URL, beginning with `/`")
DATE_ZONE = Text(pattern=r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*", form="a time zone such as `America/New_York`")
CRON = Text(pattern=r"\S+(?: +\S+){4}", form="five fields of cron such as `0 6 * * *`")
TOPIC = Text(
    pattern=r"(?:projects/[^/\s]+/topics/)?[A-Za-z][\w.~+%-]{2,254}", form="the name of a Pub/Sub topic"
)
ACCOUNT = Text(pattern=r"[^@\s]+@[^@\s]+", form="the e-mail address of a service account")
# Environment names as Cloud Run takes them: Cloud Run, "Configure environment variables for services".
ENVIRONMENT_NAME = Text(pattern=r"[^=\s]+", form="the name of an environment variable")
# Resource Manager, "Requirements for labels".
LABEL = Text(
    pattern=r"[a-z][a-z0-9_-]{0,62}", form="a label: lower case letters, digits, `_`, `-`, at most 63"
)
LABEL_VALUE = Text(pattern=r"[a-z0-9_-]{0,63}", form="a label's value: lower case letters, digits, `_`, `-`")
LABELS = Named(LABEL_VALUE, "label", LABEL.pattern, LABEL.form)
TABLE_NAME = Text(pattern=r"[\w$*-]+(?:\.[\w$*-]+){0,2}", form="a table such as `dataset.table`")
MEMORY = Text(pattern=r"\d+(?:\.\d+)?(?:[KMGT]i?|k)?", form="an amount of memory such as `512Mi`")
CPU = Text(pattern=r"\d+(?:\.\d+)?|\d+m", form="a number of CPUs such as `1` or `500m`")
