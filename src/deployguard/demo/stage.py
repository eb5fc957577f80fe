"""The repository of the story: two functions and a service that share code, each with what went wrong for a team."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_ORDERS = "functions/orders/shared/validation"

FILES: Mapping[str, str] = {
    "deployguard.toml": """\
[services.orders]
kind = "function"
source = "functions/orders"
entry-point = "handle"
runtime = "python311"

[services.refunds]
kind = "function"
source = "functions/refunds"
entry-point = "handle"
runtime = "python311"

[services.predictions]
kind = "run"
dockerfile = "services/predictions/Dockerfile"
""",
    "shared/validation/__init__.py": "from .rules import check\nfrom .money import to_cents\n",
    "shared/validation/rules.py": """\
from pathlib import Path

import yaml

LIMITS = yaml.safe_load(Path(__file__).with_name("limits.yaml").read_text())


def check(order):
    return order["amount"] <= LIMITS["most"]
""",
    "shared/validation/limits.yaml": "most: 100\n",
    "shared/validation/money.py": """\
import tenacity


@tenacity.retry
def to_cents(amount):
    return round(amount * 100)
""",
    "functions/orders/main.py": """\
from google.cloud import bigquery, firestore
from shared.validation import check

try:
    import orjson
except ImportError:
    orjson = None


def handle(request):
    import openpyxl

    rows = bigquery.Client().query("select 1")
    firestore.Client().collection("orders").add({"rows": str(rows)})
    openpyxl.Workbook().save("/tmp/orders.xlsx")
    return str(check(request.get_json()))
""",
    "functions/orders/requirements.txt": "functions-framework==3.8.2\ngoogle-cloud-bigquery==3.27.0\n",
    "functions/refunds/main.py": """\
from receipt import text
from shared.validation import to_cents


def handle(request):
    return text(["refund", str(to_cents(1.5))])
""",
    "functions/refunds/receipt.py": """\
def text(parts):
    return f"{'\\n'.join(parts)}"
""",
    "functions/refunds/requirements.txt": "functions-framework==3.8.2\nPyYAML==6.0.2\ntenacity==9.0.0\n",
    "ml/__init__.py": "",
    "ml/model.py": "def predict(value):\n    return value\n",
    "services/predictions/app.py": """\
from flask import Flask
from ml.model import predict

app = Flask(__name__)
app.get("/")(lambda: str(predict(1)))
""",
    "services/predictions/requirements.txt": "flask==3.1.0\ngunicorn==23.0.0\n",
    "services/predictions/Dockerfile": """\
FROM python:3.11-slim
WORKDIR /app
COPY services/predictions/requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY services/predictions/ .
CMD exec gunicorn --bind :$PORT app:app
""",
    "bin/deploy.sh": """\
#!/bin/sh
gcloud run deploy predictions --source . --set-env-vars STAGE=production
gcloud run services update-traffic predictions --to-latest
""",
}

LINKS: Mapping[str, str] = {
    f"{_ORDERS}/__init__.py": "../../../../shared/validation/__init__.py",
    f"{_ORDERS}/rules.py": "../../../../shared/validation/rules.py",
    "functions/refunds/shared/validation/__init__.py": "../../../../shared/validation/__init__.py",
    "functions/refunds/shared/validation/rules.py": "../../../../shared/validation/rules.py",
    "functions/refunds/shared/validation/limits.yaml": "../../../../shared/validation/limits.yaml",
}

UNCOMMITTED: Mapping[str, str] = {
    "functions/refunds/shared/validation/money.py": "../../../../shared/validation/money.py",
}


def write(folder: Path) -> None:
    """Write what the team committed."""
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    link(folder, LINKS)


def link(folder: Path, links: Mapping[str, str]) -> None:
    """Make each link, given as path and target."""
    for path, target in links.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(target)
