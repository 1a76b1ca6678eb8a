"""What Prometheus sees. `tamada up` gives all processes one folder of counters, so the web process answers for all.

Rooms make their own with `prometheus_client` in the usual way; names begin with `tamada_`.
"""

from django.db import Error as AnyDatabaseError
from django.db.models import Count
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("tamada_http_requests_total", "HTTP requests answered.", ["method", "status"])
REQUEST_SECONDS = Histogram(
    "tamada_http_request_seconds",
    "Time from the last byte of a request to its answer.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
STREAMS = Gauge("tamada_streams", "Open event streams.", multiprocess_mode="livesum")
RESYNCS = Counter("tamada_stream_resyncs_total", "Times a stream was told to refetch.")
TASKS = Counter("tamada_tasks_total", "Tasks run, by outcome.", ["outcome"])


def render() -> bytes:
    """The exposition text: counters of all processes, and the queue as it stands."""
    import os

    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry = CollectorRegistry()
        for metric in (REQUESTS, REQUEST_SECONDS, STREAMS, RESYNCS, TASKS):
            registry.register(metric)
    return generate_latest(registry) + generate_latest(_queue())


def _queue() -> CollectorRegistry:
    from tamada.core.models import QueuedTask

    registry = CollectorRegistry()
    gauge = Gauge("tamada_queued_tasks", "Tasks that wait, run or are dead.", ["state"], registry=registry)
    up = Gauge("tamada_database_up", "1 while the database answers.", registry=registry)
    try:
        rows = QueuedTask.objects.values_list("state").annotate(n=Count("pk"))
        for state, count in rows:
            gauge.labels(state).set(count)
        up.set(1)
    except AnyDatabaseError:
        up.set(0)
    return registry
