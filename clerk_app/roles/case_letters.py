"""Letters of a case: papers that no act makes, but that a window prints whenever they are wanted.

A letter has no row in the store. Its id is the case number, a hyphen and its name; everything on it follows from the
case. Its prints are recorded like those of a notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from clerk_app.cases.case_messages import MESSAGE_SHEET
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.prints import COUNTED_OUTCOMES
from clerk_app.cases.promises.revocations import find_false_promise
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.ledger.numbers import format_task_number
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.roles.unreadable import UNREADABLE
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.paper.documents.facts import PaperFacts

ACCEPTANCE, GAP, COMMITMENT = "acceptance", "gap", "commitment"
APPROVAL = "approval"
REFUSAL_LETTER = "refusal"
REVOCATION = "revocation"
DECISION_LETTERS = (APPROVAL, REFUSAL_LETTER, REVOCATION)
"""Kinds of the letters of one organ on one matter."""
_NOT_ACCEPTED = ("draft", "received", "not_accepted")
LETTER_KINDS = (ACCEPTANCE, GAP, COMMITMENT, *DECISION_LETTERS, MESSAGE_SHEET)


def list_letters(tx: Transaction, case: CaseRecord) -> list[Row]:
    """Return the letters of a case, in the order in which they came to exist; then those of messages to the citizen.

    The rows have the columns of notices, `subject` (the matter of a letter about one) and `task`. The state is
    `printed` or `available`. A case whose personal data were erased has none.
    """
    if case.row["applicant_name"] is None:
        return []
    from clerk_app.roles.message_sheets import list_message_letters

    counted = [row["paper"] for row in tx.select("prints", case_number=case.number) if _is_counted(row)]
    letters = [*_list_all(tx, case), *list_message_letters(tx, case)]
    return [{**letter, **_print_columns(counted.count(letter["id"]))} for letter in letters]


def find_paper(tx: Transaction, paper: str) -> Row | None:
    """Return the notice or the letter with an id; None if there is none, or its case cannot be read here."""
    notice = tx.get("notices", id=paper)
    if notice is not None:
        return notice
    with suppress(*UNREADABLE):
        case = read_case(tx, case_number_of(paper))
        return next((letter for letter in list_letters(tx, case) if letter["id"] == paper), None)
    return None


def is_letter(row: Row) -> bool:
    """Return whether a row of `find_paper` is a letter; otherwise it is a notice."""
    return "subject" in row


def build_letter(office: Office, tx: Transaction, case: CaseRecord, letter: Row, *, in_full: bool) -> PaperFacts:
    """Build a letter of `list_letters`; `in_full` with the names that the paper has. Raises BadData for another."""
    from clerk_app.roles.acceptance_letters import build_acceptance_letter, build_commitment_letter, build_gap_letter
    from clerk_app.roles.decision_letters import build_decision_letter  # papers: not before the first one

    name, kind = case.row["applicant_name"], case.row["applicant_kind"]
    applicant = name or "" if in_full else format_party_name(name, kind)
    if letter["kind"] == REVOCATION:
        from clerk_app.roles.revocation_letters import build_revocation_letter

        task = next(task for task in case.tasks if task["id"] == letter["task"])
        return build_revocation_letter(office, tx, case, task, applicant, in_full=in_full)
    if letter["kind"] in DECISION_LETTERS:
        task = next(task for task in case.tasks if task["id"] == letter["task"])
        return build_decision_letter(office, tx, case, task, applicant, in_full=in_full)
    if letter["kind"] == COMMITMENT:
        task = next(task for task in case.tasks if task["id"] == letter["task"])
        return build_commitment_letter(office, tx, case, task, applicant, in_full=in_full)
    if letter["kind"] == MESSAGE_SHEET:
        from clerk_app.roles.message_sheets import build_message_sheet

        return build_message_sheet(office, tx, case, letter, applicant)
    if letter["kind"] == GAP:
        return build_gap_letter(office, tx, case, applicant)
    if letter["kind"] == ACCEPTANCE:
        return build_acceptance_letter(office, tx, case, applicant, in_full=in_full)
    raise BadData("There is no such paper.")


def _list_all(tx: Transaction, case: CaseRecord) -> Iterator[Row]:
    from clerk_app.roles.acceptance_letters import list_gaps  # papers: not before the first case

    accepted_at = case.row["accepted_at"]
    if case.row["state"] in _NOT_ACCEPTED:
        return
    yield _build_row(case, ACCEPTANCE, accepted_at)
    if list_gaps(tx, case):
        yield _build_row(case, GAP, accepted_at)
    by_commitment = {planned.id for planned in case.plan.active_matters if planned.by_commitment}
    for task in case.tasks:
        if task["matter"] in by_commitment and task["recheck_of"] is None and not task["referred_from"]:
            yield _build_row(case, COMMITMENT, accepted_at, task)
    for task in case.tasks:
        if task["state"] in ("approved", "refused"):
            decision = tx.get("decisions", task=task["id"])
            if decision is not None:
                is_revoked = find_false_promise(tx, task) is not None
                refused = REVOCATION if is_revoked else REFUSAL_LETTER
                kind = APPROVAL if decision["outcome"] == "approved" else refused
                yield _build_row(case, kind, decision["at"], task)


def _build_row(case: CaseRecord, kind: str, made_at: int, task: Row | None = None) -> Row:
    suffix = format_task_number(task["id"]).removeprefix(case.number) if task is not None else ""
    return {
        "id": f"{case.number}-{kind}{suffix}",
        "case_number": case.number,
        "kind": kind,
        "window_id": case.row["window_id"],
        "made_at": made_at,
        "printed_at": None,
        "task": task["id"] if task is not None else "",
        "subject": localize(case.catalogue.matter(task["matter"]).name) if task is not None else "",
    }


def _print_columns(prints: int) -> Row:
    return {"prints": prints, "state": "printed" if prints else "available"}


def _is_counted(row: Row) -> bool:
    return row["outcome"] in COUNTED_OUTCOMES
