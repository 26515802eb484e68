"""Who withdraws a consent after the acceptance: the holder of a licence or material, or who acts for the holder."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from clerk_app.cases.case_record import CaseRecord
from clerk_app.catalogue.publication import read_policy
from clerk_app.people.acting_relations import list_acting_relations
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

_CONSENT = "consent"  # of `clerk_app.catalogue.acting.Act`
_MICROSECONDS = 1_000_000


def find_withdrawers(tx: Transaction, case: CaseRecord, material: Row, now: int) -> frozenset[str]:
    """Return the identity numbers of those who withdraw the consent to a material at `now` (microseconds UTC).

    They are the holder, who acted for the holder in this case and may agree for them, and who does so by a relation
    that is registered and valid today (guardian, legal representative: the policy of the city).
    """
    holder = _find_holder(tx, case, material)
    if not holder:
        return frozenset()
    numbers = {_number_of(tx, holder)}
    roles = {row["role"] for row in tx.select("parties", case_number=case.number) if row["subject"] == holder}
    for row in tx.select("representations", case_number=case.number):
        if row["role"] in roles and _CONSENT in decode_json_list(row["acts"]):
            numbers.add(row["agent_number"] or "")
    today = datetime.fromtimestamp(now / _MICROSECONDS, UTC).astimezone(ZoneInfo(case.catalogue.time_zone))
    rules = read_policy(tx).acting_for_others
    for agent, relation in list_acting_relations(tx, holder, today.date().isoformat()):
        if _CONSENT in rules.allowed(relation):
            numbers.add(_number_of(tx, agent))
    return frozenset(numbers - {""})


def _find_holder(tx: Transaction, case: CaseRecord, material: Row) -> str:
    """Return the id of the person or organisation to whom a material belongs; empty if it is not known."""
    if material["how"] == "licence":
        row = tx.get("licences", id=material["licence"])
    else:
        row = tx.get("earlier_materials", visit=case.row["visit"] or "", id=material["origin"])
    return str(row["holder"]) if row is not None else ""


def _number_of(tx: Transaction, subject: str) -> str:
    person = tx.get("persons", id=subject)
    if person is not None:
        return str(person["id_number"] or "")
    organisation = tx.get("organisations", id=subject)
    return str(organisation["credit_code"] or "") if organisation is not None else ""
