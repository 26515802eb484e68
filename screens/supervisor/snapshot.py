"""What the supervisor's screen reads each second, in one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clerk_app.views.department import TaskPage
from clerk_app.views.lists import ListQuery
from clerk_app.views.supervisor import SupervisorService, SupervisorView
from screens.supervisor.preview import Content, Subject, subject_call
from screens.widgets.columns import PAGE_SIZE


@dataclass(frozen=True)
class Snapshot:
    """The view, and the page of an organ's tasks or the content of the preview."""

    view: SupervisorView
    organ: str  # whose tasks are shown; empty for the overview
    offset: int
    query: ListQuery
    page: TaskPage | None
    subject: Subject
    content: Content


def snapshot_call(
    service: SupervisorService, organ: str, offset: int, query: ListQuery, subject: Subject
) -> Callable[[], Snapshot]:
    """Return the call that reads a snapshot: for an `organ` the tasks of `query` from `offset`, else the `subject`."""
    read_content = subject_call(service, subject)

    def read_snapshot() -> Snapshot:
        page = service.list_tasks(organ, offset, PAGE_SIZE, query) if organ else None
        return Snapshot(service.read_view(), organ, offset, query, page, subject, read_content())

    return read_snapshot
