"""Jobs that run after the exchanges with the center. A failing job stops neither the exchanges nor the other jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clerk_app.errors import OutOfReach, describe_error
from clerk_app.log import log_exception
from clerk_app.sync.backoff import Backoff
from clerk_app.sync.clock import monotonic_seconds


class _Job:
    """One job, when it may run again, and why it failed last."""

    def __init__(self, run: Callable[[], None], backoff: Backoff) -> None:
        self.run = run
        self.backoff = backoff
        self.retry_at = 0.0
        self.error: Exception | None = None


class BackgroundJobs:
    """Runs jobs one after the other; a job that failed waits for the pause of its backoff."""

    def __init__(
        self,
        jobs: Sequence[Callable[[], None]],
        backoff: tuple[float, float],
        monotonic: Callable[[], float] = monotonic_seconds,
    ) -> None:
        """`backoff` is the shortest and the longest pause after a failure, in seconds."""
        self._jobs = [_Job(job, Backoff(*backoff)) for job in jobs]
        self._monotonic = monotonic

    @property
    def errors(self) -> list[Exception]:
        """Errors of the jobs whose last run failed, without those caused by a lost connection."""
        errors = [job.error for job in self._jobs]
        return [error for error in errors if error is not None and not isinstance(error, OutOfReach)]

    def has_due_retry(self) -> bool:
        """Return whether a job that failed may run again."""
        now = self._monotonic()
        return any(job.error is not None and now >= job.retry_at for job in self._jobs)

    def run_due(self) -> None:
        """Run all jobs except those in a pause. Unexpected errors are logged; no error is raised."""
        for job in self._jobs:
            if self._monotonic() < job.retry_at:
                continue
            try:
                job.run()
            except Exception as error:
                if describe_error(error) is None and type(error) is not type(job.error):
                    log_exception("sync", error)
                job.error = error
                job.retry_at = self._monotonic() + job.backoff.next_pause(error)
            else:
                job.error, job.retry_at = None, 0.0
                job.backoff.reset()
