"""Who acts for absent parties, on which basis and for what, in words."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.representations import list_representations
from clerk_app.catalogue.acting import BASES
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.views.shared import LabelledValue
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


def describe_case_representation(tx: Transaction, case: CaseRecord, *, in_full: bool = False) -> str:
    """Return who acted for the applicant of a case, and the basis; empty if the applicant was present."""
    own = case.plan.one_thing.applicant_role().id
    rows = (row for row in list_representations(tx, case.number) if row["role"] == own)
    return next((_describe_agent(row, in_full=in_full) for row in rows), "")


def list_acted_for(tx: Transaction, case: CaseRecord, *, in_full: bool = False) -> tuple[LabelledValue, ...]:
    """Return who acted for absent parties other than the applicant, and the basis."""
    own = case.plan.one_thing.applicant_role().id
    return tuple(
        LabelledValue(name_absent_role(case, row["role"]), _describe_agent(row, in_full=in_full))
        for row in list_representations(tx, case.number)
        if row["role"] != own
    )


def name_absent_role(case: CaseRecord, role: str) -> str:
    """Return that somebody acts for a role."""
    if role == case.plan.one_thing.applicant_role().id:
        return _("Acts for the applicant")
    names = {known.id: localize(known.name) for known in case.plan.one_thing.parties}
    return _("Acts for {role}").format(role=names.get(role, role))


def _describe_agent(row: Row, *, in_full: bool) -> str:
    name = row["agent_name"] or "" if in_full else format_party_name(row["agent_name"], "person")
    return _("{name} ({basis})").format(name=name or _("erased"), basis=describe_basis(row))
