"""Rejected work: entries that the center rejected, and acceptances that it objects to. A person settles each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.objections import SettleObjection
from clerk_app.composition.office import Office
from clerk_app.composition.registry import all_rules
from clerk_app.errors import format_sentence
from clerk_app.ledger.rejected_work import SettleRejectedWork
from clerk_app.locales import mark, translate
from clerk_app.roles.objection_view import describe_objection, name_objection
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, build_rows
from clerk_app.views import LabelledValue, RejectedWork
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
    objections = build_rows(
        tx.query_all("cases.objections_to_settle"),
        partial(_build_objection, tx, zone),
        lambda row: _build_unreadable(f"objection:{row['case_number']}:{row['number']}", row["case_number"]),
        lambda row: f"objection {row['number']} of case {row['case_number']}",
    )
    return tuple(work for work in (*rejected, *objections) if not case or work.case_number == case)


def settle_rejected_work(office: Office, work_id: str, note: str, actor: str) -> None:
    """Mark rejected work (`RejectedWork.id`) as settled. Raises Refused."""
    kind, _colon, rest = work_id.partition(":")
    if kind == "refusal":
        office.door.perform(SettleRejectedWork(position=int(rest), note=note), actor)
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


def _build_rejection(zone: str, row: Row) -> RejectedWork:
    return RejectedWork(
        id=f"refusal:{row['position']}",
        action=action_name(row["kind"]),
        case_number=row["stream"].removeprefix("case/") if row["stream"].startswith("case/") else "",
        at=to_local_time(row["said_at"], zone).strftime("%m-%d %H:%M"),
        sentence=_sentence(row),
        typed=tuple(_typed_values([_decode(row["command"]), _decode(row["personal"])])),
    )


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


def _typed_values(value: Any, label: str = "") -> Iterator[LabelledValue]:
    """Yield all values of nested JSON that a person typed or chose."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _INTERNAL_FIELDS:
                yield from _typed_values(inner, translate(_LABELS[name]) if name in _LABELS else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _typed_values(inner, label)
    elif value not in (None, "", False):
        yield from (LabelledValue(label, line) for line in str(value).splitlines())
