"""One list of the receipts of a visit that were not printed, in place of a paper for each case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.listed_receipts import RECEIPT_LIST, ListReceipt
from clerk_app.cases.prints import NOT_PRINTED
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.locales import current_language, localize_name
from clerk_app.roles.formatting import ORGANISATION, format_party_name, localize
from clerk_app.roles.print_plan import BuiltPage
from clerk_app.roles.printing import CasePrinter
from clerk_app.views.shared import Paper
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.paper.documents.receipt_list import ReceiptList


def find_unlisted(tx: Transaction, visit: Row | None) -> tuple[str, ...]:
    """Return the numbers of the organisation's cases of a visit whose receipts were not printed, the first one first.

    They are those of one one thing and applicant: a list is about these. Empty if there are fewer than two.
    """
    rows = tx.query_all("cases.unprinted_receipts_of_visit", visit=visit["id"]) if visit is not None else []
    rows = [row for row in rows if row["applicant_kind"] == ORGANISATION]
    same = [row["number"] for row in rows if _subject(row) == _subject(rows[0])]
    return tuple(same) if len(same) > 1 else ()


def _subject(case: Row) -> tuple[str, str, str]:
    return case["one_thing"], case["applicant_name"] or "", case["applicant_number"] or ""


def print_list(office: Office, printer: CasePrinter, staff: Row, visit: Row) -> Paper:
    """Print the list and record that each receipt is on it. Raises Refused if there is none, OutOfReach."""
    with office.store.read() as tx:
        numbers = find_unlisted(tx, visit)
        if not numbers:
            raise Refused("no_receipts", "There are no receipts of several cases to be printed.")
        facts = build_list(office, tx, numbers, staff)
    paper = f"{numbers[0]}-{RECEIPT_LIST}"
    template = facts.prepare_template(office.catalogue_frame().papers)
    built = BuiltPage(template.build(facts, current_language()), template=template.version)
    printed = printer.print_once(paper, RECEIPT_LIST, built)
    if printed.print and not _is_missing(office, printed.print):
        commands = [ListReceipt(notice=f"{number}-receipt", paper=paper) for number in numbers]
        outcomes = office.door.perform_all(commands, staff["id"])
        error = next((outcome for outcome in outcomes if isinstance(outcome, Exception)), None)
        if error is not None and not isinstance(error, Refused):
            raise error
        return printed
    raise OutOfReach("The list of receipts was not printed: {reason}", reason=printed.error or "?")


def _is_missing(office: Office, print_id: str) -> bool:
    with office.store.read() as tx:
        row = tx.get("prints", id=print_id)
    return row is None or row["outcome"] == NOT_PRINTED


def is_shown_list(tx: Transaction, paper: Paper) -> bool:
    """Return whether a paper on the screen is a list of receipts whose cases are in this store."""
    number = paper.id.removesuffix(f"-{RECEIPT_LIST}")
    return number != paper.id and tx.get("cases", number=number) is not None


def build_list(office: Office, tx: Transaction, numbers: Sequence[str], staff: Row) -> ReceiptList:
    """Build the list of cases of one applicant and one thing, with masked names."""
    from clerk_app.paper.documents.receipt_list import ListedReceipt, ReceiptList
    from clerk_app.roles.printed_matters import build_printed_dates  # imports the papers

    cases = [read_case(tx, number) for number in numbers]
    first = cases[0]
    own = first.plan.one_thing.applicant_role()
    persons = [role for role in first.plan.one_thing.parties if role.kind == "person" and role.required]
    role = next((role for role in persons if role.id != own.id), own)
    listed = []
    for case in cases:
        party = tx.get("parties", case_number=case.number, role=role.id)
        dates = build_printed_dates(case, case.row, "promised_at")
        name = format_party_name(party["name"], role.kind) if party is not None else ""
        listed.append(ListedReceipt(case.number, name, dates.promised, dates.expected))
    window = tx.get("windows", id=first.row["window_id"])
    return ReceiptList(
        applicant_masked=format_party_name(first.row["applicant_name"], first.row["applicant_kind"]),
        one_thing=localize(first.plan.one_thing.name),
        role=localize(role.name),
        cases=tuple(listed),
        received_at=to_local_time(first.row["accepted_at"], first.catalogue.time_zone),
        hall=office.settings.name.localized(),
        window=localize_name(window["name"]) if window is not None else first.row["window_id"],
        clerk_number=staff["number"],
        phone=office.settings.phone,
    )
