from __future__ import annotations

import tomllib

import jsonschema
import pytest

from deployguard.config.json_schema import json_schema
from deployguard.config.load import parse_project
from deployguard.model.errors import ConfigurationError

VALIDATOR = jsonschema.Draft202012Validator(json_schema())

SOUND = """
[project]
id = "shop-platform"
region = "us-west2"
[services.defaults]
runtime = "python311"
context = "."
[services.orders]
kind = "function"
source = "functions/orders"
trigger = { topic = "orders-new" }
include = ["shared", { from = "libs/money", to = "money" }]
settings = { timeout = "9m", cpu = 1, env = { STAGE = "live" } }
[services.shop]
kind = "run"
dockerfile = "shop/Dockerfile"
after = ["orders"]
[trackers.day]
collection = "completion"
written-by = ["orders"]
[health.twice]
kind = "unique"
table = "shop.orders"
key = ["order_id"]
[alerts.errors]
service = "orders"
severity = "ERROR"
"""


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_a_sound_file_is_accepted_by_both() -> None:
    VALIDATOR.validate(tomllib.loads(SOUND))
    assert len(parse_project(SOUND, "deployguard.toml").services) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "run"', 'kind = "runs"'),
        ('source = "functions/orders"', 'source = "/functions/orders"'),
        ('source = "functions/orders"', 'sauce = "functions/orders"'),
        ('source = "functions/orders"', 'source = "functions/orders"\ndockerfile = "Dockerfile"'),
        ('dockerfile = "shop/Dockerfile"', 'dockerfile = "shop/Dockerfile"\nsource = "shop"'),
        ('topic = "orders-new"', 'topic = "orders-new", http = true'),
        ('{ topic = "orders-new" }', "{}"),
        ('to = "money"', 'too = "money"'),
        ("cpu = 1", "cpu = true"),
        ('runtime = "python311"', 'runtime = "python27"'),
        ('key = ["order_id"]', ""),
        ('kind = "unique"', ""),
        ('collection = "completion"', ""),
        ("[services.shop]", '[services."the shop"]'),
        ("[alerts.errors]", "[alarms.errors]"),
    ],
)
def test_a_mistake_is_refused_by_both(old: str, new: str) -> None:
    text = SOUND.replace(old, new)
    assert text != SOUND
    assert not VALIDATOR.is_valid(tomllib.loads(text))
    with pytest.raises(ConfigurationError):
        parse_project(text, "deployguard.toml")
