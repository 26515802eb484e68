"""Narrowing and ordering of an organ's queue: by due day, matter, holder, and text.

All open tasks of the organ are read, up to SELECTION_LIMIT; the queue without a selection is read by pages instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, partial
from operator import contains
from typing import Literal

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.states import TASK_STATE_NAMES, WAITING_STATES, has_expired_claim, shown_task_state
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, translate
from clerk_app.roles.formatting import localize
from clerk_app.roles.task_queue import build_task_rows
from clerk_app.roles.unreadable import UNREADABLE
from clerk_app.text.folding import fold_text
from clerk_app.views.department import QueueName, TaskPage, TaskSelection
from clerk_app.views.shared import Option
from db.engines import Row, Transaction

SELECTION_LIMIT = 20_000
_DAYS_OF_WEEK = 7
AnyQueue = QueueName | Literal["all"]


def read_selected_page(
    office: Office, organ: str, which: AnyQueue, staff: str, offset: int, limit: int, selection: TaskSelection
) -> TaskPage:
    """Return a page of the tasks of a queue that a selection leaves, in its order, and their number."""
    with office.store.read() as tx:
        reader = _QueueReader(office, tx, organ, staff)
        tasks = [task for task in reader.read_queue(which) if reader.matches(task, selection)]
        tasks.sort(key=reader.sort_key(selection.query.order), reverse=selection.query.descending)
        page = [tx.get("tasks", id=task["id"]) for task in tasks[offset : offset + limit]]
        rows = build_task_rows(office, tx, organ, [task for task in page if task is not None])
        return TaskPage(rows, len(tasks))


def list_selections(office: Office, organ: str, which: QueueName, staff: str) -> tuple[Option, ...]:
    """Return the values by which a queue can be narrowed, each with its number of tasks as hint."""
    with office.store.read() as tx:
        reader = _QueueReader(office, tx, organ, staff)
        tasks = list(reader.read_queue(which))
        names: dict[str, str] = {
            "due:today": _("due today"),
            "due:week": _("due this week"),
            "kind:free": _("held by nobody"),
            "kind:held": _("held by an officer"),
            "kind:recheck": _("checked again"),
        }
        matters = Counter(task["matter"] for task in tasks)
        options = [
            (name, text, sum(reader.matches(task, TaskSelection().narrow(name)) for task in tasks))
            for name, text in names.items()
        ]
        by_matter = {task["matter"]: reader.name_matter(task) for task in tasks}
        options += [(f"matter:{matter}", by_matter[matter], count) for matter, count in matters.most_common()]
        return tuple(
            Option(name, text, str(count), str(number)) for number, (name, text, count) in enumerate(options, 1)
        )


class _QueueReader:
    """Reads what filters and orders of a queue need."""

    def __init__(self, office: Office, tx: Transaction, organ: str, staff: str) -> None:
        self._tx, self._organ, self._staff = tx, organ, staff
        self._now = office.corrected_now
        self._zone = publication.load_frame(tx).time_zone
        self._today = to_local_time(self._now, self._zone).date()
        self._catalogue = cache(partial(publication.load_part, tx))
        self._staff_names = {row["id"]: row["name"] for row in tx.select("staff")}

    def read_queue(self, which: AnyQueue) -> list[Row]:
        """Return the tasks of a queue."""
        belongs: dict[AnyQueue, Callable[[Row], bool]] = {
            "all": lambda _task: True,
            "open": lambda task: task["state"] in ("pooled", "claimed"),
            "mine": lambda task: task["state"] == "claimed" and task["owner"] == self._staff,
            "overdue": lambda task: task["due_at"] is not None and task["due_at"] < self._now,
            "returned": lambda task: task["state"] in WAITING_STATES,
        }
        statement = "cases.all_to_select" if which == "all" else "cases.queue_to_select"
        tasks = self._tx.query_all(statement, organ=self._organ, most=SELECTION_LIMIT)
        return [task for task in tasks if belongs[which](task)]

    def matches(self, task: Row, selection: TaskSelection) -> bool:
        """Return whether a selection leaves a task."""
        if selection.matter and task["matter"] != selection.matter:
            return False
        if selection.due and not self._is_due(task, selection.due):
            return False
        is_held = task["state"] == "claimed" and not has_expired_claim(task, self._now)
        kinds = {"": True, "free": task["state"] not in WAITING_STATES and not is_held, "held": is_held}
        if not kinds.get(selection.kind, bool(task["recheck_of"])):
            return False
        words = [fold_text(word) for word in selection.query.text.split()]
        return not words or all(map(partial(contains, self._searched_text(task)), words))

    def _is_due(self, task: Row, due: str) -> bool:
        if task["due_at"] is None:
            return False
        day = to_local_time(task["due_at"], self._zone).date()
        last = self._today if due == "today" else last_day_of_week(self._today)
        return self._today <= day <= last

    def _searched_text(self, task: Row) -> str:
        number = format_task_number(task["id"])
        holder = self._staff_names.get(task["owner"], "")
        names = (self.name_matter(task), self._name_one_thing(task), self._name_state(task), holder)
        return fold_text(" ".join((number, task["id"], *names)))

    def _name_state(self, task: Row) -> str:
        if task["papers_overdue"]:
            return _("papers not brought")
        return translate(TASK_STATE_NAMES[shown_task_state(task, self._now)])

    def name_matter(self, task: Row) -> str:
        """Return the name of a task's matter; its id if the catalogue of its case cannot be read."""
        try:
            catalogue = self._catalogue(task["catalogue"], task["catalogue_version"], task["one_thing"])
            return localize(catalogue.matter(task["matter"]).name)
        except UNREADABLE:
            return str(task["matter"])

    def _name_one_thing(self, task: Row) -> str:
        try:
            catalogue = self._catalogue(task["catalogue"], task["catalogue_version"], task["one_thing"])
            return localize(catalogue.one_thing(task["one_thing"]).name)
        except UNREADABLE:
            return str(task["one_thing"])

    def sort_key(self, order: str) -> Callable[[Row], tuple[object, ...]]:
        """Return the function that returns the sort key of a task; tasks with the same value are sorted by urgency."""
        values: dict[str, Callable[[Row], str]] = {
            "number": lambda task: str(task["id"]),
            "matter": self.name_matter,
            "state": self._name_state,
            "holder": lambda task: str(self._staff_names.get(task["owner"], "")),
        }
        value = values.get(order)
        if value is None:
            return lambda task: (task["rank"], task["id"])
        return lambda task: (value(task), task["rank"], task["id"])


def last_day_of_week(day: date) -> date:
    """Return the Sunday on or after a day."""
    return day + timedelta(days=_DAYS_OF_WEEK - day.isoweekday())
