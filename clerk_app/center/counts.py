"""What is counted for Prometheus, one registry a process: nothing in it says who, only how many and how long."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from clerk_app.center.telling import Said

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60)


class Counts:
    """The numbers of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("clerk_requests", "Requests answered.", ["route", "status"], registry=self._registry)
        self._seconds = Histogram(
            "clerk_request_seconds", "How long they took.", ["route"], buckets=_SECONDS, registry=self._registry
        )
        self._entries = Counter(
            "clerk_entries", "Entries that windows sent, by what became of them.", ["outcome"], registry=self._registry
        )
        self.groups = Counter(
            "clerk_groups", "Groups of commands that changed something here.", registry=self._registry
        )
        self.waiting = Gauge("clerk_waiting_windows", "Windows that wait for something new.", registry=self._registry)
        self.inside = Gauge("clerk_requests_inside", "Requests at work or in the queue.", registry=self._registry)
        self._position = Gauge("clerk_position", "The last place in the log.", registry=self._registry)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """A request has its answer."""
        self._requests.labels(route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def pushed(self, said: Said) -> None:
        """A batch was performed."""
        self._entries.labels("refused").inc(len(said.refused))
        self._entries.labels("done").inc(said.many - len(said.refused))
        self._entries.labels("fork").inc(1 if said.fork else 0)

    def page(self, position: int) -> bytes:
        """Everything in Prometheus' text format."""
        self._position.set(position)
        return generate_latest(self._registry)
