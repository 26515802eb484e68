"""An officer's desk: the queue of their own organ, one task at a time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from clerk_app.cases.claims import ClaimTask, KeepClaim, ReleaseTask
from clerk_app.cases.dates import local
from clerk_app.cases.decide import CommitTask, DecideTask
from clerk_app.cases.record import CaseRecord, read_case, read_task
from clerk_app.cases.supplements import ReturnTask
from clerk_app.desk import DepartmentView, MaterialRow, MaterialView, Pair, TaskPage, TaskView
from clerk_app.desks.at_the_line import AtTheLine
from clerk_app.desks.case_view import case_materials, history, matter_rows
from clerk_app.desks.materials import material_view
from clerk_app.desks.office import Office
from clerk_app.desks.queue_view import counts, queue_page, task_row
from clerk_app.desks.status import status
from clerk_app.desks.words import day_of, say
from clerk_app.errors import OutOfReach, Refused
from clerk_app.licences.unlocking import LookAt
from clerk_app.locales import _, spoken
from clerk_app.people.masking import mask_name
from db.engines import Row, Transaction

Act = Literal["approve", "refuse", "return", "commit", "release"]


class Department(AtTheLine):
    """The desk of an officer (desk.DepartmentDesk)."""

    def __init__(self, office: Office, staff: Row) -> None:
        self._office = office
        self._door = office.door
        self._staff = staff
        self._organ = str(staff["organ"])
        self._task = ""  # on the screen
        self._fence = 0

    def look(self) -> DepartmentView:
        found = counts(self._office, self._organ, self._me)
        with self._office.store.read() as look:
            organ = look.row("organs", id=self._organ)
            name = (organ["name_en"] if spoken() == "en" else organ["name_zh"]) if organ else self._organ
            return DepartmentView(
                status=status(self._office, look, place=name, person=self._staff["name"], waiting=found["open"]),
                organ=name,
                pooled=found["open"],
                mine=found["mine"],
                overdue=found["overdue"],
                returned=found["returned"],
                task=self._task_view(look) if self._task else None,
                say="",
            )

    def queue(self, which: Literal["open", "mine", "overdue", "returned"], offset: int, limit: int) -> TaskPage:
        return queue_page(self._office, self._organ, which, self._me, offset, limit)

    def claim_next(self) -> DepartmentView:
        return self._claim("")

    def claim(self, task: str) -> DepartmentView:
        return self._claim(task)

    def open_task(self, task: str) -> DepartmentView:
        with self._office.store.read() as look:
            row = read_task(look, task)
        if row["owner"] != self._me:
            return self._claim(task)
        self._task, self._fence = task, row["fence"]
        return self.look()

    def keep(self) -> DepartmentView:
        if self._task:
            with suppress(OutOfReach):  # nobody else can claim it either without the center's word
                self._door.perform(KeepClaim(task=self._task, fence=self._fence), self._me)
        return self.look()

    def approve(self, note: str) -> DepartmentView:
        return self._decide("approved", note)

    def refuse(self, reason: str) -> DepartmentView:
        return self._decide("refused", reason)

    def return_for(self, materials: Sequence[str], reason: str) -> DepartmentView:
        self._door.perform(
            ReturnTask(task=self._held, fence=self._fence, materials=tuple(materials), reason=reason), self._me
        )
        return self._put_away(_("Returned for papers; its clock stands until they come."))

    def commit(self, note: str) -> DepartmentView:
        made = self._door.perform(CommitTask(task=self._held, fence=self._fence, note=note), self._me)
        return replace(self.look(), say=_("Committed. {count} task(s) may start.").format(count=len(made.started)))

    def release(self) -> DepartmentView:
        self._door.perform(ReleaseTask(task=self._held, fence=self._fence), self._me)
        return self._put_away(_("Put back into the queue."))

    def look_at(self, material: str) -> MaterialView:
        with self._office.store.read() as look:
            row = read_task(look, self._held)
            case = read_case(look, row["case_number"])
        if material not in _own_materials(case, row["matter"]):
            raise Refused("scope", "This material does not belong to the task.")
        licences = [one["licence"] for one in case.materials if one["material"] == material and one["licence"]]
        if licences:
            purpose = say(case.plan.one_thing.name)
            self._door.perform(LookAt(licence=licences[-1], purpose=purpose, task=self._held), self._me)
        return material_view(self._office, case=case.number, material=material)

    @property
    def _me(self) -> str:
        return str(self._staff["id"])

    @property
    def _held(self) -> str:
        if not self._task:
            raise Refused("no_task", "No task is open. F2 takes the most urgent one.")
        return self._task

    def _claim(self, task: str) -> DepartmentView:
        if self._task and not task:
            task_left = self._task
            with self._office.store.read() as look:
                if read_task(look, task_left)["owner"] == self._me:
                    raise Refused("open", "Decide, return or put back the task on the screen first.")
        try:
            made = self._door.perform(ClaimTask(organ=self._organ, task=task), self._me)
        except OutOfReach as lost:
            mine = counts(self._office, self._organ, self._me)["mine"]
            raise _nothing_claimed(mine) from lost
        self._task, self._fence = made.task, made.fence
        return self.look()

    def _decide(self, outcome: Literal["approved", "refused"], reason: str) -> DepartmentView:
        made = self._door.perform(
            DecideTask(task=self._held, fence=self._fence, outcome=outcome, reason=reason), self._me
        )
        words = _("Recorded.")
        if made.started:
            words += " " + _("{count} task(s) may start now.").format(count=len(made.started))
        if made.closes:
            words += " " + _("The case is decided as a whole.")
        return self._put_away(words)

    def _put_away(self, sentence: str) -> DepartmentView:
        self._task, self._fence = "", 0
        return replace(self.look(), say=sentence)

    def _task_view(self, look: Transaction) -> TaskView:
        row = read_task(look, self._task)
        case = read_case(look, row["case_number"])
        zone = case.catalogue.time_zone
        own = frozenset(_own_materials(case, row["matter"]))
        mine = row["owner"] == self._me and row["state"] == "claimed"
        return TaskView(
            row=task_row(
                row,
                case.row,
                case.catalogue,
                self._staff["name"] if mine else "",
                self._office.wall().date(),
            ),
            applicant=mask_name(case.row["applicant_name"]),
            promised=day_of(row["due_at"], zone, expected=bool(row["expected"])),
            statutory=day_of(row["statutory_at"], zone, expected=bool(row["expected"])),
            fields=_fields(look, case, row["matter"]),
            materials=(*case_materials(case, self._office.now, own), *_missing(case, row["matter"])),
            siblings=tuple(one for one in matter_rows(look, case) if one.id != row["matter"]),
            history=history(look, case),
            lease_until=local(row["lease_until"], zone) if row["lease_until"] else None,
            acts=_acts(row) if mine else (),
        )


def _nothing_claimed(mine: int) -> OutOfReach:
    if not mine:
        return OutOfReach(
            "Nothing was claimed: the center, which gives tasks out, is out of reach. Nothing is lost; try again later."
        )
    return OutOfReach(
        "Nothing was claimed: the center, which gives tasks out, is out of reach. "
        "The {count} that you hold can be decided: press 2.",
        count=mine,
    )


def _acts(row: Row) -> tuple[Act, ...]:
    acts: list[Act] = ["approve", "refuse", "return"]
    if row["committed_at"] is None:
        acts.append("commit")
    return (*acts, "release")


def _own_materials(case: CaseRecord, matter: str) -> tuple[str, ...]:
    return next(planned.materials for planned in case.plan.active if planned.id == matter)


def _missing(case: CaseRecord, matter: str) -> list[MaterialRow]:
    """What the matter looks at and the case does not hold yet: papers that may follow, papers that others produce."""
    held = {row["material"] for row in case.materials}
    asked = {name for row in case.supplements if row["answered_at"] is None for name in row["materials"].split(",")}
    rows: list[MaterialRow] = []
    for name in _own_materials(case, matter):
        if name in held | asked:
            continue
        material = case.catalogue.material(name)
        produced = material.origin == "produced"
        rows.append(
            MaterialRow(
                id=name,
                name=say(material.name),
                needed_for="",
                state="produced" if produced else "missing",
                state_name=_("made by another matter") if produced else _("not handed in"),
                level="good" if produced else "warn",
                why="",
                issuer="",
                valid_to="",
                freshness="",
                grade="",
                consent="not_needed",
            )
        )
    return rows


def _fields(look: Transaction, case: CaseRecord, matter: str) -> tuple[Pair, ...]:
    """The answers that this matter needs, and no others."""
    values = {row["field"]: row["value"] for row in look.rows("field_values", case_number=case.number)}
    pairs: list[Pair] = []
    for planned in case.plan.fields:
        value = values.get(planned.field.id)
        if matter in planned.needed_by and value:
            named = {choice.id: say(choice.name) for choice in planned.field.choices}
            named |= {"yes": _("yes"), "no": _("no")} if planned.field.kind == "yes_no" else {}
            pairs.append(Pair(say(planned.field.name), named.get(value, value)))
    return tuple(pairs)
