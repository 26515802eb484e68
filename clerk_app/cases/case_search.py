"""Finding the cases of a person: an explicit search for a purpose, at the authority, counted and recorded.

The personal part, what was typed, is never stored (`entries.UNSTORED_PERSONAL`): the entry has the purpose, the ids of
the registered persons and the numbers of the cases that were found. It is the access record of these cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from clerk_app.cases.rejections import require_valid_number
from clerk_app.cases.states import ENDED_CASE_STATES
from clerk_app.catalogue.publication import load_part
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal
from clerk_app.locales import mark
from clerk_app.people.search_limits import count_search, require_search_left
from clerk_app.text.folding import fold_code, fold_text
from clerk_app.text.identity_documents import birth_date_of_number, resident_number_forms
from db.engines import Row, Transaction

SEARCH_PURPOSES = {
    "status": mark("the citizen asks for the state of the case"),
    "collect": mark("the citizen collects results"),
    "papers": mark("the citizen brings papers"),
    "receipt": mark("the receipt was lost"),
    "mistake": mark("a mistake or a complaint is looked into"),
}
"""Purposes of a search by stored id."""
MOST_CASES = 5  # in one answer
MOST_PERSONS = 5  # with the same name; more need another detail
RECENT_DAYS = 60  # of the cases of the own service centre that are searched by name
_MICROSECONDS_PER_DAY = 86_400_000_000

RULES = RuleSet()


class SearchQuery(MessagePart, frozen=True, kw_only=True):
    """What was typed: a number, or a name with a birth date (ISO) or the last four digits of a telephone number.

    `case` and `ticket` are the number of a case or receipt, and of a ticket of the hall.
    """

    number: str = ""
    name: str = ""
    birth_date: str = ""
    phone_end: str = ""
    case: str = ""
    ticket: str = ""


class FoundCase(MessagePart, frozen=True, kw_only=True):
    """A case that was found. Times are microseconds UTC; `waits` for papers that were requested."""

    number: str
    one_thing: str
    catalogue: str
    version: int
    state: str
    site: str
    accepted_at: int
    promised_at: int | None = None
    waits: bool = False


class CasesFound(CommandDecision, frozen=True, kw_only=True):
    """The registered persons and the cases that were found, at most MOST_CASES of `total`, and how long it counts.

    `until_by` and `until_at` are the ends (microseconds UTC) of the hours in which the searches of the person and of
    the machine are counted.
    """

    stored_name: ClassVar[str] = "CasesFound"
    persons: tuple[str, ...] = ()
    cases: tuple[FoundCase, ...] = ()
    total: int = 0
    until_by: int = 0
    until_at: int = 0


class FindCases(Command[CasesFound], frozen=True, kw_only=True):
    """Finds the cases of a person at every site, for a purpose of SEARCH_PURPOSES; the authority answers.

    `hall` is the one whose ticket numbers are meant.
    """

    stored_name: ClassVar[str] = "FindCases"
    purpose: str
    hall: str = ""
    personal: SearchQuery | None = None


def _decide(tx: Transaction, command: FindCases, moment: Moment) -> CasesFound:
    until_by, until_at = require_search_left(tx, moment)
    if command.purpose not in SEARCH_PURPOSES:
        raise Refused("purpose", "State for what purpose you search.")
    query = command.personal
    if query is None or not _is_complete(query):
        raise Refused("terms", "Give an identity number, a name with a birth date, or the number of a paper.")
    persons: list[str] = []
    numbers = {row["number"]: row for row in _search(tx, query, command.hall, moment, persons)}
    applicants = {row["applicant"] for row in numbers.values()}.union(persons)
    if query.name and len(applicants) > MOST_PERSONS:
        raise Refused(
            "too_many_found",
            "More than {most} persons match. Give more: the identity number, or the birth date.",
            most=MOST_PERSONS,
            until_by=until_by,
            until_at=until_at,
        )
    newest_first = sorted(numbers.values(), key=lambda row: (row["accepted_at"], row["number"]), reverse=True)
    ordered = sorted(newest_first, key=lambda row: row["state"] in ENDED_CASE_STATES)
    return CasesFound(
        persons=tuple(persons),
        cases=tuple(_describe_case(tx, row) for row in ordered[:MOST_CASES]),
        total=len(ordered),
        until_by=until_by,
        until_at=until_at,
    )


def _is_complete(query: SearchQuery) -> bool:
    """Return whether a query identifies one person, case or ticket: a name alone does not."""
    named = fold_text(query.name) and (query.birth_date or len(query.phone_end) == 4)
    return bool(fold_code(query.number) or query.case or query.ticket or named)


def _search(tx: Transaction, query: SearchQuery, hall: str, moment: Moment, persons: list[str]) -> Iterable[Row]:
    """Yield the rows of the cases that match; append the registered persons who match to `persons`."""
    if query.case:
        require_valid_number(tx, query.case)
        yield from tx.select("cases", number=query.case)
    elif query.ticket:
        is_own_hall = bool(tx.select("windows", hall=hall, organ=moment.actor.organ))
        ticket = tx.query_one("hall.ticket_by_number", hall=hall, number=query.ticket) if is_own_hall else None
        if ticket is not None:
            yield from tx.query_all("cases.cases_of_ticket", ticket=ticket["id"])
    elif fold_code(query.number):
        forms = _number_forms(query.number)
        persons += sorted(_find_holders(tx, forms))
        for form in forms:
            yield from tx.query_all("cases.cases_by_applicant_number", number=form)
    else:
        if query.birth_date:
            same_day = tx.select("persons", born=query.birth_date)
            named = (row for row in same_day if fold_text(row["name"] or "") == fold_text(query.name))
            persons += sorted(row["id"] for row in named)
        yield from _search_recent(tx, query, moment)
    for person in persons:
        yield from tx.query_all("cases.cases_of_person", person=person)


def _number_forms(number: str) -> list[str]:
    """Return the ways in which an identity number or credit code may be stored."""
    folded = fold_code(number)
    return sorted({number, folded, folded.lower(), *resident_number_forms(folded)})


def _find_holders(tx: Transaction, forms: Iterable[str]) -> set[str]:
    """Return the ids of the registered persons and organisations with one of these numbers."""
    found: set[str] = set()
    for form in forms:
        found |= {row["id"] for row in tx.select("persons", id_number=form)}
        found |= {row["id"] for row in tx.select("organisations", credit_code=form)}
    return found


def _search_recent(tx: Transaction, query: SearchQuery, moment: Moment) -> Iterable[Row]:
    """Yield the recent cases of the actor's site whose applicant has the name, and the birth date or telephone."""
    since = moment.decided_at - RECENT_DAYS * _MICROSECONDS_PER_DAY
    first = query.name[0]
    rows = tx.query_all(
        "cases.recent_of_site",
        site=moment.actor.organ or "",
        since=since,
        first=first,
        upper=first.upper(),
        lower=first.lower(),
    )
    for row in rows:
        if fold_text(row["applicant_name"] or "") == fold_text(query.name) and _matches_facts(tx, row, query):
            yield row


def _matches_facts(tx: Transaction, case: Row, query: SearchQuery) -> bool:
    """Return whether the applicant of a case has the birth date or the end of the telephone number of the query."""
    person = tx.get("persons", id=case["applicant"])
    if query.birth_date:
        known = {birth_date_of_number(case["applicant_number"] or "")} | ({person["born"]} if person else set())
        return query.birth_date in known | _form_values(tx, case, "birth_date")
    phones = _form_values(tx, case, "phone") | ({person["phone"] or ""} if person else set())
    return any(phone.partition("-")[0].endswith(query.phone_end) for phone in phones)


def _form_values(tx: Transaction, case: Row, kind: str) -> set[str]:
    """Return the values of a case's fields of a kind; birth dates those of the applicant alone."""
    role = str(case["applicant"]).partition("/")[2]
    parties = tx.select("parties", case_number=case["number"])
    role = role or next((row["role"] for row in parties if row["subject"] == case["applicant"]), "")
    try:
        fields = load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"]).fields
    except BadData:  # this store does not have the catalogue of the case
        return set()
    names = [field.id for field in fields if field.kind == kind and (kind == "phone" or field.party == role)]
    rows = (tx.get("field_values", case_number=case["number"], field=name) for name in names)
    return {str(row["value"]) for row in rows if row is not None and row["value"]}


def _describe_case(tx: Transaction, row: Row) -> FoundCase:
    requests = tx.select("supplements", case_number=row["number"]) if row["state"] == "accepted" else []
    return FoundCase(
        number=row["number"],
        one_thing=row["one_thing"],
        catalogue=row["catalogue"],
        version=row["catalogue_version"],
        state=row["state"],
        site=row["centre"],
        accepted_at=row["accepted_at"],
        promised_at=row["promised_at"],
        waits=any(request["answered_at"] is None and not request["kind"] for request in requests),
    )


def _stream(command: FindCases, decision: CasesFound | None) -> str:
    """Return the stream of the person; of the purpose if there is not exactly one."""
    if decision is not None and len(decision.persons) == 1:
        return f"person/{decision.persons[0]}"
    return f"search/{command.purpose}"


def _count_refused(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    """Count a search that matched too many persons like one that found somebody."""
    facts = entry.decision.facts
    if {"until_by", "until_at"} <= facts.keys():
        count_search(tx, entry.moment, int(facts["until_by"]), int(facts["until_at"]))


@RULES.register(
    FindCases,
    CasesFound,
    permission="case.find",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Search for the cases of a person"),
    decide=_decide,
    stream=_stream,
    placement=Placement.REMOTE,
    apply_refusal=_count_refused,
    max_bytes=4000,
    keep_personal=False,
)
def _apply(tx: Transaction, entry: Entry[FindCases, CasesFound]) -> None:
    """Count the search, and record which cases were found, for the report of who saw their data."""
    moment, found = entry.moment, entry.decision
    count_search(tx, moment, found.until_by, found.until_at)
    for case in found.cases:
        tx.insert(
            "case_searches",
            case_number=case.number,
            node=moment.node,
            incarnation=moment.incarnation,
            number=moment.number,
        )
