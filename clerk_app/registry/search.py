"""Finding a person or organisation of the registry: an explicit search for a purpose, at the authority, counted.

The personal part, what was typed, is never stored (`entries.UNSTORED_PERSONAL`): the entry has the purpose and the ids
of what was found, and is the access record of each of them. What was found is read with `clerk_app.registry.answers`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal
from clerk_app.locales import mark
from clerk_app.people.search_limits import count_search, require_search_left
from clerk_app.text.folding import fold_code, fold_text
from clerk_app.text.identity_documents import resident_number_forms
from db.engines import Transaction

REGISTRY_PURPOSES = {
    "complaint": mark("somebody reports a mistake in the registry"),
    "correction": mark("a correction is prepared or checked"),
    "feed": mark("rows of a source are checked"),
    "own_data": mark("the person asks for their own data"),
}
"""Purposes of a search in the registry by stored id."""
MOST_FOUND = 5  # persons and organisations in one answer

RULES = RuleSet()


class RegistryQuery(MessagePart, frozen=True, kw_only=True):
    """What was typed: an identity number, credit code or licence number, or a name.

    A person's name needs `birth_date` (ISO); without one, organisations with exactly this name are found.
    """

    number: str = ""
    name: str = ""
    birth_date: str = ""


class RegisteredFound(CommandDecision, frozen=True, kw_only=True):
    """The ids of the persons and organisations that were found, and how long the search counts (microseconds UTC)."""

    stored_name: ClassVar[str] = "RegisteredFound"
    key: str  # of the entry, by which the answer is read
    subjects: tuple[str, ...] = ()
    until_by: int = 0
    until_at: int = 0


class FindRegistered(Command[RegisteredFound], frozen=True, kw_only=True):
    """Finds persons and organisations of the registry for a purpose of REGISTRY_PURPOSES; the authority answers."""

    stored_name: ClassVar[str] = "FindRegistered"
    purpose: str
    personal: RegistryQuery | None = None


def require_registry_purpose(purpose: str) -> None:
    """Raise Refused for a purpose that is none of REGISTRY_PURPOSES."""
    if purpose not in REGISTRY_PURPOSES:
        raise Refused("purpose", "State for what purpose you search.")


def _decide(tx: Transaction, command: FindRegistered, moment: Moment) -> RegisteredFound:
    until_by, until_at = require_search_left(tx, moment)
    require_registry_purpose(command.purpose)
    query = command.personal
    if query is None or not (fold_code(query.number) or fold_text(query.name)):
        raise Refused(
            "terms",
            "Give an identity number, a credit code, the number of a licence, a name with a birth date, or the whole "
            "name of an organisation.",
        )
    found = _find_by_number(tx, query.number) if fold_code(query.number) else _find_by_name(tx, query)
    if len(found) > MOST_FOUND:
        raise Refused(
            "too_many_found",
            "More than {most} persons or organisations match. Give the identity number or the credit code.",
            most=MOST_FOUND,
            until_by=until_by,
            until_at=until_at,
        )
    return RegisteredFound(key=moment.key, subjects=tuple(sorted(found)), until_by=until_by, until_at=until_at)


def _find_by_number(tx: Transaction, number: str) -> set[str]:
    """Return the ids of the persons and organisations with a number, and of the holders of licences with it."""
    folded = fold_code(number)
    forms = sorted({number.strip(), folded, folded.lower(), *resident_number_forms(folded)})
    rows = tx.query_all("registry.subjects_by_numbers", numbers=tx.encode_list(forms))
    holders = {row["holder"] for form in forms for row in tx.select("licences", identifier=form)}
    return {row["id"] for row in rows} | holders


def _find_by_name(tx: Transaction, query: RegistryQuery) -> set[str]:
    folded = fold_text(query.name)
    if query.birth_date:
        same_day = tx.select("persons", born=query.birth_date)
        return {row["id"] for row in same_day if fold_text(row["name"] or "") == folded}
    return {row["id"] for name in {query.name, folded} for row in tx.select("organisations", name=name)}


def _count_refused(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    """Count a search that matched too many like one that found somebody."""
    facts = entry.decision.facts
    if {"until_by", "until_at"} <= facts.keys():
        count_search(tx, entry.moment, int(facts["until_by"]), int(facts["until_at"]))


@RULES.register(
    FindRegistered,
    RegisteredFound,
    permission="registry.read",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.ADMIN,),
    label=mark("Search in the registry"),
    decide=_decide,
    stream=lambda command, _: f"search/{command.purpose}",
    placement=Placement.REMOTE,
    apply_refusal=_count_refused,
    max_bytes=4000,
    keep_call=False,
    keep_personal=False,
)
def _apply(tx: Transaction, entry: Entry[FindRegistered, RegisteredFound]) -> None:
    """Count the search, and record whom it found, for the report of who saw their data."""
    moment, found = entry.moment, entry.decision
    count_search(tx, moment, found.until_by, found.until_at)
    for subject in found.subjects:
        tx.insert(
            "registry_searches",
            subject=subject,
            node=moment.node,
            incarnation=moment.incarnation,
            number=moment.number,
        )
