from __future__ import annotations

from functools import cache

from shared.config.environment import Environment
from shared.config.phase3_config import phase3_config
from shared.structured_logs import log_as_json

from data_processors.analytics.analytics import Analytics, open_analytics
from data_processors.analytics.web import make_app


@cache
def _analytics() -> Analytics:
    return open_analytics(Environment.read(), phase3_config())


log_as_json()
app = make_app(_analytics)
