"""How the citizen's consent to the use of each licence of a case was confirmed: the word of its acceptance, checked.

An acceptance of a window is final, so its word is never changed. Where the center cannot confirm it, the center
objects, and the consent counts as stated by the clerk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from clerk_app.cases.identity_objection import is_own_visit
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Entry
from db.engines import Row, Transaction

STATED = "stated"
"""Confirmation of a consent that only the clerk has recorded: there is no second scan (`scan`) or signed list."""
DECLINED, WITHDRAWN = "declined", "withdrawn"
"""Answers of a citizen who does not agree to the use of a licence; also values of `consents.how`."""
UNCONFIRMED_CONSENT = "consent"
"""Reason of the objection to an acceptance whose word the center cannot confirm."""
ACCEPTANCES = ("AcceptCase", "AcceptAtKiosk")
"""Stored names of the commands that accept a case, at a window and at a kiosk."""
_SUPPLEMENT, _WITHDRAWAL = "TakeIn", "WithdrawCaseConsent"  # stored names


class _Consents(msgspec.Struct):
    """The field of the decision on an acceptance: confirmation by material."""

    consents: dict[str, str] = {}


class _Withdrawal(msgspec.Struct):
    """The field of a withdrawal after the acceptance."""

    materials: tuple[str, ...] = ()


class _UnconfirmedMaterials(msgspec.Struct):
    """The facts of an objection: materials, separated by commas."""

    materials: str = ""


def read_consents(tx: Transaction, case_number: str) -> Mapping[str, str]:
    """Return how consent was confirmed, by material; empty for cases of earlier versions and for other organs."""
    rows = _read_entries(tx, case_number)
    decision = next((row["decision"] for row in rows if row["kind"] in ACCEPTANCES), None)
    found = correct_consents(tx, case_number, decision) if decision is not None else {}
    for row in rows:
        if row["kind"] == _SUPPLEMENT:  # entries of earlier versions have none
            found |= msgspec.json.decode(row["decision"], type=_Consents).consents
    return found


def list_withdrawn(tx: Transaction, case_number: str) -> tuple[str, ...]:
    """Return the materials whose consent was withdrawn after the acceptance, as far as this store has the history."""
    rows = (row for row in _read_entries(tx, case_number) if row["kind"] == _WITHDRAWAL)
    names = (name for row in rows for name in msgspec.json.decode(row["command"], type=_Withdrawal).materials)
    return tuple(dict.fromkeys(names))


def _read_entries(tx: Transaction, case_number: str) -> list[Row]:
    """Return the entries of a case that were done: those that the center sent, followed by those of this store."""
    return [
        *tx.select("histories", order=("revision",), case_number=case_number),
        *tx.query_all("cases.done_entries_from", stream=f"case/{case_number}", revision=0),
    ]


def correct_consents(tx: Transaction, case_number: str, decision: bytes) -> dict[str, str]:
    """Return the words of the decision on an acceptance, as far as the center did not object to them."""
    consents = msgspec.json.decode(decision, type=_Consents).consents
    return {**consents, **dict.fromkeys(_list_unconfirmed(tx, case_number) & consents.keys(), STATED)}


def find_consent_objection(tx: Transaction, entry: Entry[Any, Any]) -> Refused | None:
    """Return the objection to an acceptance with a consent that this authority cannot confirm.

    It confirms a second scan by the second code that it verified itself in the visit, a signature by the entry that
    names the printed list.
    """
    unconfirmed = sorted(_find_unconfirmed(tx, entry.command, entry.decision.consents, is_own_visit(tx, entry)))
    if not unconfirmed:
        return None
    return Refused(
        UNCONFIRMED_CONSENT,
        "The center has no second scan and no signed list for: {materials}. The consent counts as stated by the clerk.",
        materials=",".join(unconfirmed),
    )


def _find_unconfirmed(tx: Transaction, command: Any, consents: Mapping[str, str], is_own: bool) -> Iterator[str]:
    licences = {material.material: material.consent_id for material in command.materials if material.consent_id}
    for material, licence in licences.items():
        row = tx.get("consents", visit=command.visit, licence=licence, purpose=command.one_thing)
        is_given = is_own and row is not None and row["given_at"] is not None
        how = str(row["how"] or STATED) if row is not None and is_given else ""
        word = consents.get(material, STATED)
        if not is_given or word not in (STATED, how):
            yield material


def _list_unconfirmed(tx: Transaction, case_number: str) -> set[str]:
    rows = tx.select("objections", case_number=case_number, reason=UNCONFIRMED_CONSENT)
    facts = (msgspec.json.decode(row["facts"], type=_UnconfirmedMaterials) for row in rows if row["facts"])
    return {material for fact in facts for material in fact.materials.split(",")}
