"""Work that came back: what the center refused with everything typed in it, and what it has against acceptances."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.objections import SettleObjection
from clerk_app.composition.office import Office
from clerk_app.composition.registry import all_rules
from clerk_app.errors import Refused
from clerk_app.ledger.rejected_work import SettleRejectedWork
from clerk_app.locales import _, mark, translate
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
_OURS = frozenset({"fence", "catalogue", "catalogue_version", "draft", "visit", "window"})  # nobody typed these


def read_rejected_work(tx: Transaction, zone: str, case: str = "") -> tuple[RejectedWork, ...]:
    """Everything that nobody has settled yet, oldest first; of one case, or of all."""
    refused = [_refused(zone, row) for row in tx.query_all("ledger.rejected_work")]
    objected = [_objected(zone, row) for row in tx.query_all("cases.objections_to_settle")]
    return tuple(one for one in (*refused, *objected) if not case or one.case_number == case)


def settle_rejected_work(office: Office, returned: str, note: str, actor: str) -> None:
    """Takes it off the list. Raises Refused."""
    kind, _colon, rest = returned.partition(":")
    if kind == "refusal":
        office.door.perform(SettleRejectedWork(position=int(rest), note=note), actor)
        return
    case, _colon, number = rest.partition(":")
    office.door.perform(SettleObjection(case=case, number=int(number), note=note), actor)


def action_name(kind: str) -> str:
    """Return the label of a command, by its stored name; the name itself when a newer program wrote it."""
    rule = all_rules().get(kind)
    return translate(rule.label) if rule is not None else kind


def translate_refusal(reason: str, sentence: str, facts: dict[str, str]) -> str:
    """The center's sentence, in the language spoken now."""
    try:
        return str(Refused(reason, sentence, **facts))
    except (KeyError, IndexError, ValueError, AttributeError):  # from a newer center, with other places
        return sentence


def _told(row: Row) -> str:
    return translate_refusal(row["reason"], row["sentence"], json.loads(row["facts"]) if row["facts"] else {})


def _refused(zone: str, row: Row) -> RejectedWork:
    return RejectedWork(
        id=f"refusal:{row['position']}",
        action=action_name(row["kind"]),
        case_number=row["stream"].removeprefix("case/") if row["stream"].startswith("case/") else "",
        at=to_local_time(row["said_at"], zone).strftime("%m-%d %H:%M"),
        sentence=_told(row),
        typed=tuple(_typed([_read(row["command"]), _read(row["personal"])])),
    )


def _read(content: bytes | None) -> Any:
    """What is left of it: bytes that the disk has spoilt say nothing, and are why some work came back."""
    try:
        return json.loads(content) if content else None
    except (ValueError, RecursionError):
        return None


def _objected(zone: str, row: Row) -> RejectedWork:
    return RejectedWork(
        id=f"objection:{row['case_number']}:{row['number']}",
        action=_("The center objects to an acceptance; the case and its receipt stand"),
        case_number=row["case_number"],
        at=to_local_time(row["raised_at"], zone).strftime("%m-%d %H:%M"),
        sentence=_told(row),
        typed=(),
    )


def _typed(value: Any, label: str = "") -> Iterator[LabelledValue]:
    """Everything a person wrote or chose, flat."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _OURS:
                yield from _typed(inner, translate(_LABELS[name]) if name in _LABELS else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _typed(inner, label)
    elif value not in (None, "", False):
        yield LabelledValue(label, str(value))
