"""Receivers of the results of a case: its parties, and a delegate; and who received them, in words."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.delivery.receivers import DELEGATE, RECEIVER_KNOWN_BY
from clerk_app.cases.known_by import KNOWN_BY_CODE, KNOWN_BY_DOCUMENT, KNOWN_BY_PARTY_CODE
from clerk_app.cases.representations import COLLECT, list_representations
from clerk_app.locales import _, format_list, translate
from clerk_app.paper.documents.shared_facts import PrintedParty
from clerk_app.people.masking import mask_number
from clerk_app.roles.formatting import ORGANISATION, format_party_name, localize
from clerk_app.roles.representation_words import (
    describe_basis,
    describe_case_representation,
    list_acted_for,
    name_absent_role,
)
from clerk_app.roles.signature_words import list_co_signatures
from clerk_app.views.case import AGENT, REPRESENTATIVE, Receiver
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

_PRESENT = (KNOWN_BY_CODE, KNOWN_BY_PARTY_CODE, KNOWN_BY_DOCUMENT)


def build_receivers(tx: Transaction, case: CaseRecord, visit: Row | None) -> tuple[Receiver, ...]:
    """Return the parties that have a number to check, the one served first, then an agent and a delegate."""
    names = {role.id: localize(role.name) for role in case.plan.one_thing.parties}
    served = visit["shown_number"] if visit is not None and visit["confirmed"] else None
    parties = [
        Receiver(
            role=row["role"],
            role_name=names.get(row["role"]) or str(row["role"]),
            name=format_party_name(row["name"], row["kind"]),
            number=mask_number(row["number"]),
            by_code=row["number"] == served,
            is_organisation=row["kind"] == ORGANISATION,
        )
        for row in tx.select("parties", case_number=case.number)
        if row["name"] and row["number"]
    ]
    places = list(names)
    parties.sort(
        key=lambda party: (not party.by_code, places.index(party.role) if party.role in names else len(places))
    )
    agent = Receiver(AGENT, _("An agent, with both codes"), "", "")
    return (
        *_list_representatives(tx, case, visit),
        *parties,
        agent,
        Receiver(DELEGATE, _("Somebody else, with a delegation"), "", ""),
    )


def _list_representatives(tx: Transaction, case: CaseRecord, visit: Row | None) -> tuple[Receiver, ...]:
    """Return the person served if they acted for a party at the acceptance and may collect results for it."""
    if visit is None or not visit["confirmed"]:
        return ()
    found: list[Receiver] = []
    for row in list_representations(tx, case.number):
        if visit["person"] != row["agent"] or COLLECT not in decode_json_list(row["acts"]):
            continue
        words = format_list((name_absent_role(case, row["role"]), describe_basis(row)), ":")
        name, number = format_party_name(row["agent_name"], "person"), mask_number(row["agent_number"])
        identifier = f"{REPRESENTATIVE} {row['role']}"
        found.append(Receiver(identifier, words, name, number, by_code=True, party_role=row["role"]))
    return tuple(found)


def list_present_parties(tx: Transaction, case: CaseRecord, *, in_full: bool = False) -> tuple[PrintedParty, ...]:
    """Return role and masked name of the other parties who showed a code or a document.

    Who acts for the applicant, and who co-signed, follow with their basis. `in_full`: the names are not masked.
    """
    own = case.plan.one_thing.applicant_role().id
    rows = {row["role"]: row for row in tx.select("parties", case_number=case.number)}
    acting = describe_case_representation(tx, case, in_full=in_full)
    present = tuple(
        PrintedParty(localize(role.name), row["name"] if in_full else format_party_name(row["name"], row["kind"]))
        for role in case.plan.one_thing.parties
        if role.id != own and (row := rows.get(role.id)) is not None and row["known_by"] in _PRESENT
    )
    lines = (*list_acted_for(tx, case, in_full=in_full), *list_co_signatures(tx, case, in_full=in_full))
    signed = (PrintedParty(line.label, line.value) for line in lines)
    acted = (PrintedParty(_("Acts for the applicant"), acting),) if acting else ()
    return (*present, *acted, *signed)


def describe_receiver(tx: Transaction, case: CaseRecord, *, in_full: bool = False, part: int = 0) -> tuple[str, str]:
    """Return who received a part of the results and how they were known, in words; empty if that was not recorded.

    `in_full`: the name is not masked, for the list that the receiver signs. Part 0 is the last one.
    """
    row = tx.get("deliveries", case_number=case.number, part=part)
    if row is None or not row["role"]:
        return "", ""
    names = {role.id: localize(role.name) for role in case.plan.one_thing.parties}
    role = _("delegate") if row["role"] == DELEGATE else names.get(row["role"]) or str(row["role"])
    party = tx.get("parties", case_number=case.number, role=row["role"])
    signer_kind = "person"
    if row["agent"] and party is not None:
        absent = party["name"] if in_full else format_party_name(party["name"], party["kind"])
        role = _("agent of {name} ({role})").format(name=absent, role=role)
    elif party is not None and party["kind"] == ORGANISATION:
        if row["signature"] in (None, party["name"]):
            signer_kind = ORGANISATION
        else:
            role = _("for {organisation} ({role})").format(organisation=party["name"], role=role)
    known_by = translate(RECEIVER_KNOWN_BY.get(str(row["known_by"]), str(row["known_by"])))
    name = row["signature"] if in_full else format_party_name(row["signature"], signer_kind)
    return format_list(filter(None, (name, role))), known_by
