"""A case as the rules see it: its rows, the plan they follow from, and where each matter stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.catalogue import publication
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.routing import MatterProgress, TaskState
from clerk_app.errors import Refused
from db.engines import Row, Transaction


@dataclass(frozen=True)
class CaseRecord:
    """Everything stored of one case, with its plan made anew from the catalogue version it keeps."""

    row: Row
    catalogue: Catalogue
    plan: Plan
    tasks: tuple[Row, ...]
    supplements: tuple[Row, ...]
    materials: tuple[Row, ...]

    @property
    def number(self) -> str:
        """The case number."""
        return str(self.row["number"])

    def matter_states(self) -> dict[str, MatterProgress]:
        """Where each matter stands: a decided re-check takes the place of the decision it checked."""
        found: dict[str, MatterProgress] = {}
        for task in self.tasks:
            if task["recheck_of"] is not None and task["state"] not in ("approved", "refused"):
                continue
            found[task["matter"]] = MatterProgress(TaskState(task["state"]), committed=task["committed_at"] is not None)
        return found

    def open_tasks(self) -> list[Row]:
        """The tasks that have not ended."""
        return [task for task in self.tasks if task["state"] not in ENDED_TASK_STATES]

    def supplements_of(self, task: str) -> list[Row]:
        """The supplements of one task."""
        return [row for row in self.supplements if row["task"] == task]


def read_case(tx: Transaction, number: str) -> CaseRecord:
    """The case with this number. Raises Refused when it is not here."""
    row = tx.get_for_update("cases", number=number)
    if row is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=number)
    catalogue = publication.load_version(tx, row["catalogue"], row["catalogue_version"])
    matters = tx.select("matters", case_number=number, order=("position",))
    values = {value["field"]: value["value"] or "" for value in tx.select("field_values", case_number=number)}
    return CaseRecord(
        row=row,
        catalogue=catalogue,
        plan=plan_case(catalogue, row["one_thing"], (matter["matter"] for matter in matters), values),
        tasks=tuple(tx.select("tasks", case_number=number, order=("id",))),
        supplements=tuple(tx.select("supplements", case_number=number, order=("asked_at", "id"))),
        materials=tuple(tx.select("materials", case_number=number, order=("material", "version"))),
    )


def plan_case(catalogue: Catalogue, one_thing: str, matters: Iterable[str], values: Mapping[str, str]) -> Plan:
    """The plan of a case with these matters and values. It is made once for all whose rules ask the same."""
    chosen = frozenset(matters)
    return cached_plan(catalogue, one_thing, chosen, select_plan_values(catalogue, one_thing, chosen, values))


def select_plan_values(
    catalogue: Catalogue, one_thing: str, chosen: frozenset[str], values: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Those of a case's values that a plan asks for."""
    return tuple((name, values[name]) for name in plan_inputs(catalogue, one_thing, chosen) if name in values)


@lru_cache(maxsize=256)
def plan_inputs(catalogue: Catalogue, one_thing: str, chosen: frozenset[str]) -> tuple[str, ...]:
    """The fields on which it hangs which matters apply, and in which variant: of a case's values, a plan asks these."""
    matters = [catalogue.matter(name) for name in sorted(chosen)]
    conditions = [
        *(matter.applies.when for matter in matters if matter.applies is not None),
        *(variant.when for matter in matters for variant in matter.variants),
        *(one.when for one in catalogue.one_thing(one_thing).exclusions if one.when is not None),
    ]
    return tuple(dict.fromkeys(name for condition in conditions for name in condition.field_ids()))


@lru_cache(maxsize=4096)
def cached_plan(
    catalogue: Catalogue, one_thing: str, chosen: frozenset[str], plan_values: tuple[tuple[str, str], ...]
) -> Plan:
    """The plan that follows from these values."""
    return make_plan(catalogue, one_thing, chosen, dict(plan_values))


def read_task(tx: Transaction, task_id: str) -> Row:
    """The task's row. Raises Refused when it is not here."""
    row = tx.get_for_update("tasks", id=task_id)
    if row is None:
        raise Refused("no_task", "There is no task {task} here.", task=task_id)
    return row
