"""A case as the rules use it: its rows, the plan of its matters, and the state of each matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.states import ENDED_TASK_STATES, PASSED_ON_STATES
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import NO_COMMITMENT, Plan, make_plan, topological_order
from clerk_app.catalogue.routing import MatterProgress, TaskState
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import format_task_number
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


class CaseRecord(msgspec.Struct, frozen=True):
    """Rows of one case, and its plan recomputed from the catalogue version under which it was accepted."""

    row: Row
    catalogue: Catalogue
    plan: Plan
    tasks: tuple[Row, ...]
    supplements: tuple[Row, ...]
    materials: tuple[Row, ...]

    @property
    def number(self) -> str:
        """Return the case number."""
        return str(self.row["number"])

    def matter_progress(self) -> dict[str, MatterProgress]:
        """Return the progress of each matter by id. A decided re-check replaces the decision that it checked.

        A task that was passed on to another organ does not count: that organ has a task of the same matter.
        """
        progress: dict[str, MatterProgress] = {}
        for task in self.tasks:
            if task["recheck_of"] is not None and task["state"] not in ("approved", "refused"):
                continue
            if task["state"] in PASSED_ON_STATES:
                continue
            committed = task["committed_at"] is not None
            progress[task["matter"]] = MatterProgress(TaskState(task["state"]), committed=committed)
        return progress

    def latest_tasks(self) -> dict[str, Row]:
        """Return the last task of each matter by matter: its re-check, if there is one."""
        return {task["matter"]: task for task in self.tasks}

    def finally_decided_matters(self) -> frozenset[str]:
        """Return the matters with a decision that no open task can change.

        A re-check can change the decision of its matter, and of each matter that relied on it.
        """
        open_matters = {task["matter"] for task in self.open_tasks()}
        dependencies = {planned.id: planned.after for planned in self.plan.active_matters}
        settled: set[str] = set()
        for matter in topological_order(self.plan.active_matters):
            relied_on = [arrow.matter for arrow in dependencies[matter] if arrow.if_refused == "lapse"]
            if matter not in open_matters and settled.issuperset(relied_on):
                settled.add(matter)
        return frozenset(
            matter for matter, found in self.matter_progress().items() if found.state in ("approved", "refused")
        ).intersection(settled)

    def open_tasks(self) -> list[Row]:
        """Return the tasks that have not ended."""
        return [task for task in self.tasks if task["state"] not in ENDED_TASK_STATES]

    def open_supplements_of(self, task_ids: Collection[str]) -> list[str]:
        """Return the ids of the unanswered supplements of these tasks."""
        return [row["id"] for row in self.supplements if row["answered_at"] is None and row["task"] in task_ids]

    def outstanding_supplements(self) -> list[Row]:
        """Return the supplements whose materials can be handed in, oldest first: also those whose term has ended."""
        open_tasks = {task["id"] for task in self.open_tasks()}
        return [
            supplement
            for supplement in self.supplements
            if not supplement["kind"]
            and (supplement["answered_at"] is None or self._is_overdue(supplement, open_tasks))
        ]

    def _is_overdue(self, supplement: Row, open_tasks: Collection[str]) -> bool:
        """Return whether the term of a supplement has ended while its task is open and still lacks the materials."""
        is_open = supplement["term_ended"] and supplement["task"] in open_tasks
        return bool(is_open and self.missing_materials(supplement))

    def missing_materials(self, supplement: Row, brought: Collection[str] = ()) -> list[str]:
        """Return the requested materials that were not taken in after the request and are not `brought` now."""
        taken_in = {row["material"] for row in self.materials if row["taken_at"] > supplement["asked_at"]}
        return [name for name in decode_json_list(supplement["materials"]) if name not in taken_in.union(brought)]

    def lacks_overdue_papers(self, task_id: str, brought: Collection[str] = ()) -> bool:
        """Return whether a task still lacks materials of a supplement whose term has ended, with those brought now."""
        return any(
            supplement["term_ended"] and self.missing_materials(supplement, brought)
            for supplement in self.supplements_of(task_id)
        )

    def supplements_of(self, task_id: str) -> list[Row]:
        """Return the supplements of one task, oldest first."""
        return [supplement for supplement in self.supplements if supplement["task"] == task_id]

    def organs_of_notice(self, notice: str) -> list[str]:
        """Return the organs that request papers in a notice."""
        asking = {supplement["task"] for supplement in self.supplements if supplement["notice"] == notice}
        return sorted({task["organ"] for task in self.tasks if task["id"] in asking})


def read_case(tx: Transaction, number: str) -> CaseRecord:
    """Return a case and lock its row for update. Raise Refused when this store does not have the case."""
    row = tx.get_for_update("cases", number=number)
    if row is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=number)
    catalogue = publication.load_part(tx, row["catalogue"], row["catalogue_version"], row["one_thing"])
    matters = tx.select("matters", case_number=number, order=("position",))
    values = {value["field"]: value["value"] or "" for value in tx.select("field_values", case_number=number)}
    supplements = tuple(tx.select("supplements", case_number=number, order=("asked_at", "id")))
    materials = tuple(tx.select("materials", case_number=number, order=("material", "version")))
    named = {material["material"] for material in materials}
    named.update(name for supplement in supplements for name in decode_json_list(supplement["materials"]))
    return CaseRecord(
        row=row,
        catalogue=_load_catalogue(tx, row, named),
        plan=plan_case(catalogue, row["one_thing"], (matter["matter"] for matter in matters), values),
        tasks=tuple(tx.select("tasks", case_number=number, order=("id",))),
        supplements=supplements,
        materials=materials,
    )


def add_materials(tx: Transaction, case: CaseRecord, materials: Collection[str]) -> CaseRecord:
    """Return a case whose catalogue also has these materials, which its one thing does not need."""
    named = {material.id for material in case.catalogue.materials} | set(materials)
    return msgspec.structs.replace(case, catalogue=_load_catalogue(tx, case.row, named))


def _load_catalogue(tx: Transaction, row: Row, materials: Collection[str]) -> Catalogue:
    return publication.load_part(tx, row["catalogue"], row["catalogue_version"], row["one_thing"], materials)


def plan_case(catalogue: Catalogue, one_thing: str, matters: Iterable[str], values: Mapping[str, str]) -> Plan:
    """Return the plan of a case with these matters and form values, cached by the values that it depends on."""
    chosen = frozenset(matters)
    return cached_plan(catalogue, one_thing, chosen, select_plan_values(catalogue, one_thing, chosen, values))


def select_plan_values(
    catalogue: Catalogue, one_thing: str, chosen: frozenset[str], values: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return the form values that the plan depends on, as pairs of field and value, hashable for `cached_plan`."""
    return tuple((name, values[name]) for name in plan_inputs(catalogue, one_thing, chosen) if name in values)


@lru_cache(maxsize=256)
def plan_inputs(catalogue: Catalogue, one_thing: str, chosen: frozenset[str]) -> tuple[str, ...]:
    """Return the fields whose values decide which of these matters apply, in which variant, who decides
    them, and which fees are due.
    """
    matters = [catalogue.matter(name) for name in sorted(chosen)]
    conditions = [
        *(place.when for matter in matters for place in matter.decides),
        *(fee.when for matter in matters for fee in matter.fees if fee.when is not None),
        *(matter.applies.when for matter in matters if matter.applies is not None),
        *(variant.when for matter in matters for variant in matter.variants),
        *(exclusion.when for exclusion in catalogue.one_thing(one_thing).exclusions if exclusion.when is not None),
    ]
    found = dict.fromkeys(name for condition in conditions for name in condition.field_ids())
    by_commitment = any(variant.by_commitment for matter in matters for variant in matter.variants)
    return (*found, NO_COMMITMENT) if by_commitment else tuple(found)


@lru_cache(maxsize=4096)
def cached_plan(
    catalogue: Catalogue, one_thing: str, chosen: frozenset[str], plan_values: tuple[tuple[str, str], ...]
) -> Plan:
    """Return the plan of the `chosen` matters; `plan_values` has the form values of the fields in `plan_inputs`."""
    return make_plan(catalogue, one_thing, chosen, dict(plan_values))


def read_task(tx: Transaction, task_id: str) -> Row:
    """Return the row of a task and lock it for update. Raise Refused when this store does not have the task."""
    row = tx.get_for_update("tasks", id=task_id)
    if row is None:
        raise Refused("no_task", "There is no task {task} here.", task=format_task_number(task_id))
    return row
