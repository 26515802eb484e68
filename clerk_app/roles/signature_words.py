"""Co-signatures in words: who signed, how and when, and what was changed after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.co_signatures import SCAN
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.signed_form import FIELD, MATTER
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.views.shared import LabelledValue
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


def name_signed_keys(catalogue: Catalogue, one_thing: str, keys: Iterable[str]) -> str:
    """Return the names of matters, fields and roles, for keys of `signed_form`; of each only once."""
    roles = {role.id: localize(role.name) for role in catalogue.one_thing(one_thing).parties}
    names: list[str] = []
    for key in keys:
        kind, _colon, name = key.partition(":")
        if kind == MATTER:
            names.append(localize(catalogue.matter(name).name))
        elif kind == FIELD:
            names.append(localize(catalogue.field(name).name))
        else:
            names.append(roles.get(name, name))
    return format_list(dict.fromkeys(names))


def describe_signing(how: str, sheet: str, signed_at: int, zone: str) -> str:
    """Return how and when a party signed. `signed_at` is in microseconds UTC."""
    time = f"{to_local_time(signed_at, zone):%Y-%m-%d %H:%M}" if signed_at else ""
    if how == SCAN:
        return format_list(filter(None, (_("by a code"), time)))
    words = _("on sheet {number}").format(number=sheet) if sheet else _("on a sheet")
    return format_list(filter(None, (words, time)))


def list_co_signatures(
    tx: Transaction, case: CaseRecord, *, matter: str = "", in_full: bool = False
) -> tuple[LabelledValue, ...]:
    """Return who co-signed a case, or a matter of it, how and when; also who should have and did not.

    `in_full`: the names are not masked. A department has no names: it does not hold the parties of a case.
    """
    needed = {planned.matter.co_signature for planned in case.plan.active_matters if matter in ("", planned.id)}
    rows = {row["role"]: row for row in tx.select("case_co_signatures", case_number=case.number)}
    parties = {row["role"]: row for row in tx.select("parties", case_number=case.number)}
    found: list[LabelledValue] = []
    for role in case.plan.one_thing.parties:
        if role.id not in needed or case.row["state"] == "not_accepted":
            continue
        row, party = rows.get(role.id), parties.get(role.id)
        signing, name = _("no signature is recorded"), ""
        if row is not None:
            signing = describe_signing(row["how"], row["sheet"], row["signed_at"], case.catalogue.time_zone)
        if party is not None:
            name = (party["name"] or "") if in_full else format_party_name(party["name"], party["kind"])
        label = _("Co-signed by {role}").format(role=localize(role.name))
        found.append(LabelledValue(label, format_list(filter(None, (name, signing)))))
    return tuple(found)
