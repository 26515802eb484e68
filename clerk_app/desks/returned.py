"""Work that came back: what the center refused with everything typed in it, and what it has against acceptances."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from clerk_app.cases.dates import local
from clerk_app.cases.objections import SettleObjection
from clerk_app.desk import Pair, Returned
from clerk_app.desks.office import Office, all_rules
from clerk_app.errors import Refused
from clerk_app.ledger.refusals import SettleRefusal
from clerk_app.locales import _, mark, translate
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


def returned_work(look: Transaction, zone: str, case: str = "") -> tuple[Returned, ...]:
    """Everything that nobody has settled yet, oldest first; of one case, or of all."""
    refused = [_refused(zone, row) for row in look.all("ledger.refused_work")]
    objected = [_objected(zone, row) for row in look.all("cases.objections_to_settle")]
    return tuple(one for one in (*refused, *objected) if not case or one.case == case)


def settle(office: Office, returned: str, note: str, actor: str) -> None:
    """Takes it off the list. Raises Refused."""
    kind, _colon, rest = returned.partition(":")
    if kind == "refusal":
        office.door.perform(SettleRefusal(position=int(rest), note=note), actor)
        return
    case, _colon, number = rest.partition(":")
    office.door.perform(SettleObjection(case=case, number=int(number), note=note), actor)


def what_was_done(kind: str) -> str:
    """Return the label of a command, by its stored name; the name itself when a newer program wrote it."""
    rule = all_rules().get(kind)
    return translate(rule.label) if rule is not None else kind


def in_words(reason: str, sentence: str, facts: dict[str, str]) -> str:
    """The center's sentence, in the language spoken now."""
    try:
        return str(Refused(reason, sentence, **facts))
    except (KeyError, IndexError, ValueError, AttributeError):  # from a newer center, with other places
        return sentence


def _told(row: Row) -> str:
    return in_words(row["reason"], row["sentence"], json.loads(row["facts"]) if row["facts"] else {})


def _refused(zone: str, row: Row) -> Returned:
    return Returned(
        id=f"refusal:{row['position']}",
        what=what_was_done(row["kind"]),
        case=row["stream"].removeprefix("case/") if row["stream"].startswith("case/") else "",
        at=local(row["said_at"], zone).strftime("%m-%d %H:%M"),
        sentence=_told(row),
        typed=tuple(_typed([_read(row["command"]), _read(row["personal"])])),
    )


def _read(content: bytes | None) -> Any:
    """What is left of it: bytes that the disk has spoilt say nothing, and are why some work came back."""
    try:
        return json.loads(content) if content else None
    except (ValueError, RecursionError):
        return None


def _objected(zone: str, row: Row) -> Returned:
    return Returned(
        id=f"objection:{row['case_number']}:{row['number']}",
        what=_("The center objects to an acceptance; the case and its receipt stand"),
        case=row["case_number"],
        at=local(row["raised_at"], zone).strftime("%m-%d %H:%M"),
        sentence=_told(row),
        typed=(),
    )


def _typed(value: Any, label: str = "") -> Iterator[Pair]:
    """Everything a person wrote or chose, flat."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _OURS:
                yield from _typed(inner, translate(_LABELS[name]) if name in _LABELS else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _typed(inner, label)
    elif value not in (None, "", False):
        yield Pair(label, str(value))
