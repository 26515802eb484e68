"""Who acts for the applicant, on which basis and for what, in words."""

from __future__ import annotations

from clerk_app.cases.representations import read_representation
from clerk_app.catalogue.acting import BASES
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.roles.formatting import format_party_name
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

_ACTS = {
    "apply": mark("apply"),
    "consent": mark("agree to the use of licences"),
    "collect": mark("collect results"),
}


def describe_basis(row: Row) -> str:
    """Return the basis of a row of `visit_representations` or `representations`, with the last day of a relation."""
    kind = str(row["relation"] or row["basis"])
    basis = translate(BASES.get(kind, kind))
    if row["valid_to"]:
        return _("{basis}, until {day}").format(basis=basis, day=row["valid_to"])
    return basis


def describe_acts(row: Row) -> str:
    """Return what may be done for the absent party."""
    return format_list(translate(_ACTS.get(act, act)) for act in decode_json_list(row["acts"]))


def describe_case_representation(tx: Transaction, case_number: str, *, in_full: bool = False) -> str:
    """Return who acted for the applicant of a case, and the basis; empty if the applicant was present."""
    row = read_representation(tx, case_number)
    if row is None:
        return ""
    name = row["agent_name"] or "" if in_full else format_party_name(row["agent_name"], "person")
    return _("{name} ({basis})").format(name=name or _("erased"), basis=describe_basis(row))
