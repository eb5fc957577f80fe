"""What `metric` of an alert stands for, in metrics of Cloud Run (cloud.google.com/monitoring/api/metrics_gcp, "run")."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.model.alert import Aggregation, Metric

_MINUTE_S = 60
_WORDS = {"above": "GT", "below": "LT"}
_LATENCY = (Aggregation(_MINUTE_S, "ALIGN_PERCENTILE_99", "REDUCE_MAX"),)
_RATE = (Aggregation(_MINUTE_S, "ALIGN_RATE", "REDUCE_SUM"),)
_COUNT = (Aggregation(_MINUTE_S, "ALIGN_MAX", "REDUCE_SUM"),)
_PLAIN = (Aggregation(_MINUTE_S, "ALIGN_MEAN"),)


def metric_of(table: Mapping[str, object], duration: int) -> Metric:
    """Return the condition of a table `[alerts.NAME]`; `duration` is in seconds.

    A filter without `metric` is taken as it is: a whole filter of Monitoring.
    """
    service, more = str(table.get("service", "")), str(table.get("filter", "")).strip()
    comparison = _WORDS[str(table.get("comparison", "above"))]
    threshold = table.get("threshold", 0.0)
    limit = float(threshold) if isinstance(threshold, int | float) else 0.0
    match table.get("metric"):
        case "error-ratio":
            requests = _filter("run.googleapis.com/request_count", service, more)
            failed = f'{requests} AND metric.labels.response_code_class = "5xx"'
            return Metric(failed, comparison, limit, duration, _RATE, requests, _RATE)
        case "latency":
            asked = _filter("run.googleapis.com/request_latencies", service, more)
            return Metric(asked, comparison, limit, duration, _LATENCY)
        case "instances":
            asked = _filter("run.googleapis.com/container/instance_count", service, more)
            return Metric(asked, comparison, limit, duration, _COUNT)
        case _:
            return Metric(more, comparison, limit, duration, _PLAIN)


def _filter(metric: str, service: str, more: str) -> str:
    parts = [
        'resource.type = "cloud_run_revision"',
        f'resource.labels.service_name = "{service}"',
        f'metric.type = "{metric}"',
        f"({more})" if more else "",
    ]
    return " AND ".join(filter(None, parts))
