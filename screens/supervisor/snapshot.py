"""What the supervisor's screen reads each second, in one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clerk_app.views.department import TaskPage
from clerk_app.views.lists import ListQuery
from clerk_app.views.supervisor import SupervisorService, SupervisorView
from screens.supervisor.preview import Content, Subject, read_subject
from screens.widgets.columns import PAGE_SIZE


@dataclass(frozen=True)
class Snapshot:
    """The view, and the page of an organ's tasks or the content of the preview."""

    view: SupervisorView
    organ: str  # whose tasks are shown; empty for the overview
    offset: int
    query: ListQuery
    page: TaskPage | None
    subject: Subject | None
    content: Content


def snapshot_call(
    service: SupervisorService, organ: str, offset: int, query: ListQuery, subject: Subject | None
) -> Callable[[], Snapshot]:
    """Return the call that reads a snapshot: for an `organ` the tasks of `query` from `offset`, else the `subject`."""

    def read_snapshot() -> Snapshot:
        page = service.list_tasks(organ, offset, PAGE_SIZE, query) if organ else None
        view = service.read_view()
        content = read_subject(service, subject) if subject is not None else None
        return Snapshot(view, organ, offset, query, page, subject, content)

    return read_snapshot
