"""Rejected work: entries that the center rejected, and acceptances that it objects to. A person settles each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.acceptance_refusal import RefuseAcceptance
from clerk_app.cases.objections import SettleObjection
from clerk_app.cases.rejected_acceptances import AcceptRejected, FetchRejected, InformCitizen
from clerk_app.cases.rejections import TOO_MANY, format_reference
from clerk_app.cases.states import TASK_STATE_NAMES
from clerk_app.composition.office import Office
from clerk_app.composition.registry import all_rules
from clerk_app.errors import Refused, format_sentence
from clerk_app.ledger.numbers import format_task_number
from clerk_app.ledger.rejected_work import SettleRejectedWork
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.roles.acceptance_values import list_acceptance_values
from clerk_app.roles.objection_groups import ObjectionGroup, read_objections
from clerk_app.roles.objection_view import describe_objection, name_objection
from clerk_app.roles.rejected_hall_entries import list_hall_acts, list_hall_values
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, UNREADABLE, build_rows
from clerk_app.views.connection import RejectedWork
from clerk_app.views.shared import LabelledValue
from db.engines import Row, Transaction

_LABELS = {
    "reason": mark("Reason"),
    "note": mark("Note"),
    "outcome": mark("Outcome"),
    "task": mark("Task"),
    "case": mark("Case"),
    "name": mark("Name"),
    "number": mark("Number"),
    "materials": mark("Materials"),
}
_ACCEPTANCES = (AcceptCase.stored_name, RefuseAcceptance.stored_name)
_INTERNAL_FIELDS = frozenset(
    {"fence", "catalogue", "catalogue_version", "draft", "visit", "window"}
)  # fields that no person typed


def read_rejected_work(tx: Transaction, zone: str, case: str = "") -> tuple[RejectedWork, ...]:
    """Return the unsettled work: rejected entries, then objections. `case` is a case number; empty for all."""
    rejected = build_rows(
        tx.query_all("ledger.rejected_work"),
        partial(_build_rejection, zone),
        lambda row: _build_unreadable(f"refusal:{row['position']}", ""),
        lambda row: f"rejected work {row['position']}",
    )
    single, groups = read_objections(tx, zone)
    if case:  # also those that have no row of their own in the whole list
        single = [row for row in tx.query_all("cases.objections_to_settle") if row["case_number"] == case]
    objections = build_rows(
        single,
        partial(_build_objection, tx, zone),
        lambda row: _build_unreadable(f"objection:{row['case_number']}:{row['number']}", row["case_number"]),
        lambda row: f"objection {row['number']} of case {row['case_number']}",
    )
    grouped = [_build_group(group) for group in groups]
    return tuple(work for work in (*rejected, *objections, *grouped) if not case or work.case_number == case)


def describe_newest_rejection(tx: Transaction) -> tuple[int, str]:
    """Return when the newest unsettled rejection arrived (microseconds UTC), and a sentence on it; (0, "") for none."""
    row = tx.query_one("ledger.newest_rejected_work")
    if row is None:
        return 0, ""
    try:
        reason = _sentence(row)
    except UNREADABLE:
        reason = translate(CANNOT_BE_DISPLAYED)
    act = format_list(filter(None, (action_name(row["kind"]), _find_case_number(row))), ":")
    sentence = _("Rejected by the center: {act}. {reason} ^O shows and settles it.").format(act=act, reason=reason)
    return int(row["told_at"]), sentence


def read_rejected_acceptances(tx: Transaction, zone: str, now: int) -> tuple[RejectedWork, ...]:
    """Return the entries that the center rejected, for the supervisor. `now` is in microseconds UTC."""
    rows = build_rows(
        tx.query_all("cases.rejected_to_settle"),
        partial(_build_acceptance, tx, zone, now),
        lambda row: _build_unreadable(f"acceptance:{row['id']}", ""),
        lambda row: f"rejected acceptance {row['id']}",
    )
    return tuple(rows)


def fetch_rejected(office: Office, work_id: str, actor: str) -> RejectedWork:
    """Fetch the data of the citizen of a rejected acceptance. Raises Refused, OutOfReach."""
    rejected = work_id.partition(":")[2]
    office.door.perform(FetchRejected(rejected=rejected), actor)
    with office.store.read() as tx:
        row = tx.get("rejected_acceptances", id=rejected)
        if row is None:
            raise Refused("settled", "This was settled before.")
        return _build_acceptance(tx, office.catalogue_frame().time_zone, office.corrected_now, row)


def accept_rejected(office: Office, work_id: str, actor: str) -> str:
    """Accept a rejected acceptance again; return the sentence with its case number. Raises Refused."""
    rejected = work_id.partition(":")[2]
    with office.store.read() as tx:
        row = tx.get("rejected_acceptances", id=rejected)
    accepted = office.door.perform(AcceptRejected(rejected=rejected), actor).accepted
    if row is not None and row["number"] == accepted.number:
        return _("Accepted under its number {number}: the receipt is valid.").format(number=accepted.number)
    sentence = _("Accepted under the new number {number}. Print the new receipt and give it to the citizen.")
    return sentence.format(number=accepted.number)


def settle_rejected_work(office: Office, work_id: str, note: str, actor: str) -> None:
    """Mark rejected work (`RejectedWork.id`) as settled. Raises Refused."""
    kind, _colon, rest = work_id.partition(":")
    if kind == "refusal":
        office.door.perform(SettleRejectedWork(position=int(rest), note=note), actor)
        return
    if kind == "acceptance":
        office.door.perform(InformCitizen(rejected=rest, note=note), actor)
        return
    if kind == "objections":
        with office.store.read() as tx:
            groups = read_objections(tx, office.catalogue_frame().time_zone)[1]
        for row in next((group.rows for group in groups if group.id == work_id), ()):
            office.door.perform(SettleObjection(case=row["case_number"], number=row["number"], note=note), actor)
        return
    case, _colon, number = rest.partition(":")
    office.door.perform(SettleObjection(case=case, number=int(number), note=note), actor)


def action_name(kind: str) -> str:
    """Return the label of a command, by its stored name; the stored name if this program does not have the command."""
    rule = all_rules().get(kind)
    return translate(rule.label) if rule is not None else kind


def _build_unreadable(work_id: str, case: str) -> RejectedWork:
    """Build the row of rejected work that cannot be displayed; it can still be settled."""
    words = translate(CANNOT_BE_DISPLAYED)
    return RejectedWork(id=work_id, action=words, case_number=case, at="", sentence=words, typed=())


def _sentence(row: Row) -> str:
    return format_sentence(row["sentence"], json.loads(row["facts"]) if row["facts"] else {})


def _find_case_number(row: Row) -> str:
    stream = str(row["stream"])
    return stream.removeprefix("case/") if stream.startswith("case/") else ""


def _build_rejection(zone: str, row: Row) -> RejectedWork:
    return RejectedWork(
        id=f"refusal:{row['position']}",
        action=action_name(row["kind"]),
        case_number=_find_case_number(row),
        at=to_local_time(row["said_at"], zone).strftime("%m-%d %H:%M"),
        sentence=_sentence(row),
        typed=tuple(_typed_values([_decode(row["command"]), _decode(row["personal"])])),
    )


def _list_values(tx: Transaction, row: Row) -> Iterable[LabelledValue]:
    """Return the content of a rejected entry: an acceptance in the words of its catalogue, else each stored value."""
    command, personal = _decode(row["command"]), _decode(row["personal"])
    if row["kind"] in _ACCEPTANCES and isinstance(command, dict):
        with suppress(*UNREADABLE):  # a forged one, or its catalogue is not here
            return list_acceptance_values(tx, command, personal or {})
    if list_hall_acts(row["kind"]) and isinstance(command, dict):
        with suppress(*UNREADABLE):
            return list_hall_values(tx, row)
    return _typed_values([command, personal])


def _build_acceptance(tx: Transaction, zone: str, now: int, row: Row) -> RejectedWork:
    due = to_local_time(row["due_at"], zone).strftime("%m-%d %H:%M")
    words = _("due since {time}") if row["due_at"] < now else _("due by {time}")
    sentence = _("{reference}, {due}: {sentence}").format(
        reference=format_reference(row["reference"]), due=words.format(time=due), sentence=_sentence(row)
    )
    return RejectedWork(
        id=f"acceptance:{row['id']}",
        action=_name_rejected(row["kind"]),
        case_number=row["number"],
        at=to_local_time(row["accepted_at"], zone).strftime("%m-%d %H:%M"),
        sentence=sentence,
        typed=tuple(_list_values(tx, row)),
        is_acceptance=bool(row["command"]) and row["kind"] in _ACCEPTANCES,
        acts=list_hall_acts(row["kind"]),
        due=due,
        is_overdue=row["due_at"] < now,
    )


def _name_rejected(kind: str) -> str:
    if kind == TOO_MANY:
        return _("Too many rejected entries of one machine")
    return action_name(kind) if kind else _("Case declared not valid")


def _decode(content: bytes | None) -> Any:
    """Decode JSON; None for damaged bytes, because an entry may have been rejected for being damaged."""
    try:
        return json.loads(content) if content else None
    except (ValueError, RecursionError):
        return None


def _build_objection(tx: Transaction, zone: str, row: Row) -> RejectedWork:
    return RejectedWork(
        id=f"objection:{row['case_number']}:{row['number']}",
        action=name_objection(row["reason"]),
        case_number=row["case_number"],
        at=to_local_time(row["raised_at"], zone).strftime("%m-%d %H:%M"),
        sentence=describe_objection(tx, row, zone),
        typed=(),
    )


def _build_group(group: ObjectionGroup) -> RejectedWork:
    action = _("Many objections of one kind at one window")
    return RejectedWork(id=group.id, action=action, case_number="", at=group.day, sentence=group.sentence(), typed=())


def _typed_values(value: Any, label: str = "") -> Iterator[LabelledValue]:
    """Yield all values of nested JSON that a person typed or chose."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "task":
                yield LabelledValue(translate(_LABELS[name]), format_task_number(str(inner)))
            elif name == "outcome":
                yield LabelledValue(translate(_LABELS[name]), translate(TASK_STATE_NAMES.get(str(inner), str(inner))))
            elif name not in _INTERNAL_FIELDS:
                yield from _typed_values(inner, translate(_LABELS[name]) if name in _LABELS else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _typed_values(inner, label)
    elif value not in (None, "", False):
        yield from (LabelledValue(label, line) for line in str(value).splitlines())
