"""What is counted for Prometheus, one registry a process: nothing in it says who, only how many and how long."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from clerk_app.center.response_builder import RequestResult

_DURATION_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60)


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("clerk_requests", "Requests answered.", ["route", "status"], registry=self._registry)
        self._seconds = Histogram(
            "clerk_request_seconds",
            "How long they took.",
            ["route"],
            buckets=_DURATION_BUCKETS,
            registry=self._registry,
        )
        self._entries = Counter(
            "clerk_entries", "Entries that windows sent, by what became of them.", ["outcome"], registry=self._registry
        )
        self.commit_groups = Counter(
            "clerk_groups", "Groups of commands that changed something here.", registry=self._registry
        )
        self.waiting_nodes = Gauge(
            "clerk_waiting_windows", "Windows that wait for something new.", registry=self._registry
        )
        self.active_requests = Gauge(
            "clerk_requests_inside", "Requests at work or in the queue.", registry=self._registry
        )
        self._position = Gauge("clerk_position", "The last place in the log.", registry=self._registry)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """A request has its answer."""
        self._requests.labels(route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def count_entries(self, result: RequestResult) -> None:
        """A batch was performed."""
        self._entries.labels("refused").inc(len(result.refused))
        self._entries.labels("done").inc(result.completed - len(result.refused))
        self._entries.labels("fork").inc(1 if result.fork else 0)

    def render(self, position: int) -> bytes:
        """Everything in Prometheus' text format."""
        self._position.set(position)
        return generate_latest(self._registry)
