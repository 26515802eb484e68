"""Enterprise names in the form of a case: what the last check found decides whether it can be accepted.

Only the center has the register of names. A window accepts by the last check of the draft; without one, as when the
line was cut, the center checks the name when it receives the acceptance, and objects to one that is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clerk_app.cases.field_differences import FieldDifference, insert_differences
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.locales import mark
from clerk_app.similarity.names.checking import check_name, read_findings, to_city_time
from clerk_app.similarity.names.comparison import REASON, STOP
from clerk_app.similarity.names.reservations import HELD, use_reservations
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.cases.checked_names import DraftName
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan
    from clerk_app.ledger.commands import Entry

TAKEN_NAME = "name_taken"
"""Reason of the refusal, and of the objection to an acceptance of another node."""
NAME_SOURCE = "names:"
"""Source of a stored difference: the register of names, with the kind of the finding."""
_OBJECTION = mark("Accepted with an enterprise name that cannot be used: {fields}.")


def list_name_fields(plan: Plan) -> tuple[Field, ...]:
    """Return the fields of a form whose answers are enterprise names to be checked."""
    return tuple(planned.field for planned in plan.fields if planned.field.check == "enterprise_name")


def list_unchecked_names(names: Mapping[str, DraftName], plan: Plan, values: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields with a name that the center has not checked since it was filled in. `names` are by field."""
    return tuple(
        field
        for field in list_name_fields(plan)
        if (value := values.get(field.id, "")) and (field.id not in names or names[field.id].name != value)
    )


def require_usable_names(names: Mapping[str, DraftName], plan: Plan, values: Mapping[str, str], now: int) -> None:
    """Raise Refused if the last check of a name of the form found that it is taken, or near and without a reason."""
    for field in list_name_fields(plan):
        value, check = values.get(field.id, ""), names.get(field.id)
        if not value or check is None or check.name != value:
            continue
        name = join_names([field.name])
        if check.severity == STOP:
            sentence = mark("{field} cannot be used: the name check found why (F8 69). Nothing was accepted.")
            raise Refused(TAKEN_NAME, sentence, field=name, what=field.id)
        if check.severity == REASON and not (check.reservation and now < check.until):
            sentence = mark("{field} is near to another name: reserve it with a reason (F8 69). Nothing was accepted.")
            raise Refused("name_reason", sentence, field=name, what=field.id)


def keep_names(tx: Transaction, draft: str, number: str, values: Mapping[str, str]) -> None:
    """Store what the last checks found about the names of a new case, for its officers, and use the reservations."""
    found: list[FieldDifference] = []
    for check in tx.select("name_checks", draft=draft):
        if values.get(check["field"]) != check["name"]:
            continue
        rows = tx.select("name_reservations", draft=draft, field=check["field"], state=HELD)
        reason = next((str(row["reason"]) for row in rows if row["name"] == check["name"]), "")
        others = {finding.other or finding.word: finding.kind for finding in read_findings(check["findings"])}
        found += [
            FieldDifference(field=check["field"], source=f"{NAME_SOURCE}{kind}.{place}", known=other, reason=reason)
            for place, (other, kind) in enumerate(others.items(), 1)
        ]
    insert_differences(tx, number, found)
    use_reservations(tx, draft, number, values)
    tx.delete("name_checks", draft=draft)


def find_name_objection(tx: Transaction, entry: Entry[Any, Any], catalogue: Catalogue) -> Refused | None:
    """Return the objection of the center to an acceptance with a name that cannot be used; `fields` are ids."""
    command, details = entry.command, entry.command.personal
    if details is None or not hasattr(command, "materials"):  # erased, or not accepted
        return None
    if not any(field.check == "enterprise_name" for field in catalogue.fields):
        return None
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, command.one_thing, chosen, details.values)
    moment = to_city_time(tx, entry.moment)
    taken = [
        field.id
        for field in list_name_fields(plan)
        if (value := details.values.get(field.id, ""))
        and any(finding.severity == STOP for finding in check_name(tx, value, moment, draft=command.draft))
    ]
    return Refused(TAKEN_NAME, _OBJECTION, fields=",".join(taken)) if taken else None
