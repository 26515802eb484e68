"""Metrics for Prometheus, with one registry per process. Labels name routes and outcomes, never nodes or people."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from clerk_app.center.response_builder import RequestResult
from clerk_app.ledger.access import MACHINE_REFUSAL

_DURATION_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60)  # seconds
LIMIT_REASONS = frozenset(
    {
        "too_large",
        "busy",
        "codes",
        "calls",
        "sign_ins",
        "tickets",
        "blocks",
        "wrong",
        "locked",
        "too_many_tries",
        "searches",
    }
)
"""Reasons of refusals for a limit that was reached, or that count towards one."""

FORGERY_REASONS = frozenset({"unsigned", "signature", "session", MACHINE_REFUSAL})
"""Reasons of refusals that name a machine or a session that an entry is not from."""

ENTRY_OUTCOMES = ("forged", "refused", "done", "fork")


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Counter("clerk_requests", "Requests answered.", ["route", "status"], registry=registry)
        self._seconds = Histogram(
            "clerk_request_seconds", "Time of a request.", ["route"], buckets=_DURATION_BUCKETS, registry=registry
        )
        entries = Counter("clerk_entries", "Entries received, by outcome.", ["outcome"], registry=registry)
        self._entries_by_outcome = {outcome: entries.labels(outcome) for outcome in ENTRY_OUTCOMES}
        self.commit_groups = Counter("clerk_groups", "Group commits that changed a document.", registry=registry)
        self.waiting_nodes = Gauge("clerk_waiting_windows", "Requests in a long poll.", registry=registry)
        self.active_requests = Gauge("clerk_requests_inside", "Requests running or queued.", registry=registry)
        self._limits = Counter(
            "clerk_limits", "Limits reached: requests, connections, acts.", ["limit"], registry=registry
        )
        self._position = Gauge("clerk_position", "Position of the last entry in the log.", registry=registry)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request and its time."""
        self._requests.labels(route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def count_limit(self, limit: str) -> None:
        """Count a request, connection or act that was refused because of a limit."""
        self._limits.labels(limit).inc()

    def count_refusals(self, result: RequestResult) -> None:
        """Count the refused commands of a request for which a limit was reached."""
        for rejection in result.refused.values():
            if rejection.reason in LIMIT_REASONS:
                self.count_limit(rejection.reason)

    def count_entries(self, result: RequestResult) -> None:
        """Count the entries of a push request by outcome."""
        forged = sum(refusal.reason in FORGERY_REASONS for refusal in result.refused.values())
        self._entries_by_outcome["forged"].inc(forged)
        self._entries_by_outcome["refused"].inc(len(result.refused) - forged)
        self._entries_by_outcome["done"].inc(result.completed - len(result.refused))
        self._entries_by_outcome["fork"].inc(1 if result.fork else 0)

    def render(self, position: int) -> bytes:
        """Return all metrics in Prometheus' text format; `position` is the position of the last entry in the log."""
        self._position.set(position)
        return generate_latest(self._registry)
