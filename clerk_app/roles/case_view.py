"""A case that exists, as counter, department and kiosk show it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal

import msgspec

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.states import CASE_STATE_NAMES, TASK_STATE_NAMES
from clerk_app.cases.status_query import (
    CaseStatus,
    MatterStatus,
    RequestedMaterial,
    list_matter_statuses,
    list_requested_materials,
)
from clerk_app.catalogue.model import Catalogue
from clerk_app.locales import _, format_list, translate
from clerk_app.people.masking import mask_name
from clerk_app.roles.formatting import format_due_day, format_elapsed, format_time, localize
from clerk_app.roles.rejected_work import read_rejected_work
from clerk_app.views import CaseStatusView, CaseView, HistoryRow, Level, MaterialRow, MatterRow
from db.engines import Row, Transaction

_CASE_LEVEL: dict[str, Level] = {
    "accepted": "warn",
    "closed": "good",
    "issued": "good",
    "delivered": "plain",
    "not_accepted": "bad",
    "withdrawn": "plain",
}
_TASK_LEVEL: dict[str, Level] = {"approved": "good", "refused": "bad", "returned": "warn", "lapsed": "bad"}
CaseAction = Literal["take_in", "hand_over", "withdraw", "reprint", "not_accept"]


def build_case_view(tx: Transaction, case: CaseRecord, now: int) -> CaseView:
    """Everything the window tells and may do about a case."""
    row, zone = case.row, case.catalogue.time_zone
    return CaseView(
        number=case.number,
        one_thing=localize(case.plan.one_thing.name),
        state=translate(CASE_STATE_NAMES[row["state"]]),
        level=_CASE_LEVEL.get(row["state"], "plain"),
        applicant=mask_name(row["applicant_name"]),
        accepted=to_local_time(row["accepted_at"], zone).strftime("%Y-%m-%d %H:%M"),
        promised=format_due_day(row["promised_at"], zone, expected=bool(row["expected"])),
        statutory=format_due_day(row["statutory_at"], zone, expected=bool(row["expected"])),
        matters=build_matter_rows(tx, case),
        materials=build_material_rows(case, now),
        requested_materials=describe_requested_materials(case),
        results=_results(case),
        history=read_history(tx, case),
        actions=_acts(case),
        as_of=_as_of(now, zone),
        rejected=read_rejected_work(tx, zone, case.number),
        handed_over=row["delivered_at"] is not None,
    )


def build_matter_rows(tx: Transaction, case: CaseRecord) -> tuple[MatterRow, ...]:
    """Each matter with its organ and where it stands; a dropped one says why."""
    names = {planned.id: localize(planned.matter.name) for planned in case.plan.matters}
    rows = zip(case.plan.matters, list_matter_statuses(tx, case), strict=True)
    return tuple(
        _matter_row(case.catalogue, one, format_list(names[arrow.matter] for arrow in planned.after))
        for planned, one in rows
    )


def _matter_row(catalogue: Catalogue, one: MatterStatus, after: str = "") -> MatterRow:
    matter, zone = catalogue.matter(one.matter), catalogue.time_zone
    left_out = matter.applies.reason if matter.applies and not one.state else None
    return MatterRow(
        id=one.matter,
        name=localize(matter.name),
        organ=localize(catalogue.organ(matter.organ).name),
        state=translate(TASK_STATE_NAMES[one.state]) if one.state else _("left out"),
        level=_TASK_LEVEL.get(one.state, "plain"),
        reason=localize(left_out) if left_out else one.reason,
        promised=format_due_day(one.due_at, zone, expected=one.expected),
        statutory=format_due_day(one.statutory_at, zone, expected=one.expected),
        predecessors=after,
    )


def build_case_status_view(catalogue: Catalogue, number: str, told: CaseStatus, now: int) -> CaseStatusView:
    """What a citizen is told of a case."""
    zone = catalogue.time_zone
    return CaseStatusView(
        number=number,
        one_thing=localize(catalogue.one_thing(told.one_thing).name),
        state=translate(CASE_STATE_NAMES[told.state]),
        promised=format_due_day(told.promised_at, zone, expected=told.expected),
        matters=tuple(_matter_row(catalogue, one) for one in told.matters),
        requested_materials=tuple(_in_words(catalogue, one) for one in told.requested_materials),
        as_of=_as_of(now, zone),
    )


def _as_of(now: int, zone: str) -> str:
    return _("as of {time}").format(time=format_time(to_local_time(now, zone)))


def build_material_rows(case: CaseRecord, now: int, only: frozenset[str] | None = None) -> tuple[MaterialRow, ...]:
    """The newest version of each material; what an open supplement asks for stands first."""
    newest = {row["material"]: row for row in case.materials}
    asked = {
        name: row for row in case.supplements if row["answered_at"] is None for name in row["materials"].split(",")
    }
    since = {name: newest.get(name) for name in asked}
    missing = [name for name, row in asked.items() if _older(since[name], row)]
    rows = [_asked_row(case, name, asked[name]) for name in missing if only is None or name in only]
    for name, row in newest.items():
        if name not in missing and (only is None or name in only):
            rows.append(_held_row(case, row, now))
    return tuple(rows)


def _older(material: Row | None, supplement: Row) -> bool:
    return material is None or bool(material["taken_at"] <= supplement["asked_at"])


def _asked_row(case: CaseRecord, material: str, supplement: Row) -> MaterialRow:
    task = next(row for row in case.tasks if row["id"] == supplement["task"])
    return MaterialRow(
        id=material,
        name=localize(case.catalogue.material(material).name),
        needed_for=localize(case.catalogue.matter(task["matter"]).name),
        state="missing",
        state_name=_("asked for"),
        level="warn",
        reason=supplement["reason"],
        issuer="",
        valid_to="",
        freshness="",
        grade="",
        consent="not_needed",
    )


def _held_row(case: CaseRecord, row: Row, now: int) -> MaterialRow:
    users = [planned for planned in case.plan.active_matters if row["material"] in planned.materials]
    return MaterialRow(
        id=row["material"],
        name=localize(case.catalogue.material(row["material"]).name),
        needed_for=format_list(localize(planned.matter.name) for planned in users),
        state="paper" if row["how"] == "paper" else "held",
        state_name=_("on paper") if row["how"] == "paper" else _("held"),
        level="good",
        reason=_("version {count}").format(count=row["version"]) if row["version"] > 1 else "",
        issuer=row["issuer"],
        valid_to=row["valid_to"],
        freshness=_("{age} ago").format(age=format_elapsed(row["taken_at"], now)),
        grade=row["grade"],
        consent="given" if row["how"] == "licence" else "not_needed",
    )


def describe_requested_materials(case: CaseRecord) -> tuple[str, ...]:
    """What the citizen was asked to bring, one line each."""
    return tuple(_in_words(case.catalogue, one) for one in list_requested_materials(case))


def _in_words(catalogue: Catalogue, one: RequestedMaterial) -> str:
    return format_list((localize(catalogue.material(one.material).name), one.reason), ":")


def _results(case: CaseRecord) -> tuple[str, ...]:
    """What lies ready, also before the last organ has decided."""
    states = case.matter_progress()
    found: list[str] = []
    for planned in case.plan.matters:  # an erased case no longer says why some were left out, but which were decided
        state = states[planned.id].state if planned.id in states else ""
        if state == "approved":
            found += [localize(one.name) for one in planned.matter.produces]
        elif state == "refused":
            found.append(_("Decision letter: {matter}").format(matter=localize(planned.matter.name)))
    return tuple(found)


def _acts(case: CaseRecord) -> tuple[CaseAction, ...]:
    state = case.row["state"]
    acts: list[CaseAction] = []
    if state == "accepted":
        acts += ["take_in", "withdraw"] if describe_requested_materials(case) else ["withdraw"]
    if state in ("closed", "issued"):
        acts.append("hand_over")
    return (*acts, "reprint")


def read_history(tx: Transaction, case: CaseRecord) -> tuple[HistoryRow, ...]:
    """What happened, newest last: only what was done, in words, with the name of who did it."""
    zone = case.catalogue.time_zone
    names: dict[str, str] = {row["id"]: row["name"] for row in tx.select("staff")}
    rows: list[HistoryRow] = []
    for entry in _entries(tx, case.number):
        words = _DONE.get(entry["kind"])
        if words is not None:
            command = json.loads(entry["command"])
            rows.append(
                HistoryRow(
                    at=to_local_time(entry["at"], zone),
                    actor=names.get(entry["actor"]) or entry["actor"],
                    action=words(case, command, msgspec.json.decode(entry["decision"])),
                )
            )
    return tuple(rows)


def _entries(tx: Transaction, number: str) -> list[Row]:
    """What was done, in order: by the log, or at a window as its center told it, then what that does not know yet."""
    window = tx.query_one("ledger.center_connection") is not None
    own = [
        {**row, "at": row["corrected_at"]}
        for row in tx.query_all("ledger.entries_of_stream", stream=f"case/{number}")
        if row["outcome"] == "done" and (not window or row["answered_at"] is None)
    ]
    return [*tx.select("histories", order=("revision",), case_number=number), *own] if window else own


def _matter(case: CaseRecord, task: str) -> str:
    row = next((row for row in case.tasks if row["id"] == task), None)
    return localize(case.catalogue.matter(row["matter"]).name) if row else task


_Words = Callable[[CaseRecord, dict[str, str], dict[str, str]], str]
_DONE: dict[str, _Words] = {
    "AcceptCase": lambda *_args: _("accepted"),
    "NotAccept": lambda *_args: _("not accepted"),
    "ClaimTask": lambda case, _c, done: _("{matter}: taken up").format(matter=_matter(case, done["task"])),
    "ReleaseTask": lambda case, said, _d: _("{matter}: put back").format(matter=_matter(case, said["task"])),
    "TakeBack": lambda case, said, _d: _("{matter}: taken back by a supervisor").format(
        matter=_matter(case, said["task"])
    ),
    "Reassign": lambda case, said, _d: _("{matter}: given to another officer").format(
        matter=_matter(case, said["task"])
    ),
    "CommitTask": lambda case, said, _d: _("{matter}: committed in writing").format(matter=_matter(case, said["task"])),
    "DecideTask": lambda case, said, _d: (
        _("{matter}: approved") if said["outcome"] == "approved" else _("{matter}: refused")
    ).format(matter=_matter(case, said["task"])),
    "ReturnTask": lambda case, said, _d: _("{matter}: returned for papers").format(matter=_matter(case, said["task"])),
    "TakeIn": lambda *_args: _("papers taken in"),
    "IssueSet": lambda *_args: _("results put together"),
    "HandOver": lambda *_args: _("handed over against signature"),
    "WithdrawCase": lambda *_args: _("withdrawn"),
    "EndNotice": lambda *_args: _("paper printed"),
    "AskState": lambda *_args: _("state asked for"),
    "AskCase": lambda *_args: _("state asked for"),
    "BringCase": lambda *_args: _("brought to another centre"),
}
