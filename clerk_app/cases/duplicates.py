"""Duplicate applications: cases of the same person for the same one thing that are still under way.

A person is recognised by the registered id or the identity number, else by name and birth date. The counter shows such
cases before it accepts another one. Accepting it all the same needs a reason, which is stored with the new case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Protocol

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.text.folding import fold_code, fold_text
from clerk_app.text.identity_documents import resident_number_forms
from db.engines import Row, Transaction

DUPLICATE_REASONS = {
    "other_subject": mark("It is about something else: another child, project or document"),
    "other_person": mark("It is another person"),
    "replaces": mark("The other case is to be withdrawn"),
    "insists": mark("The applicant wants both"),
}
"""Reasons for accepting a case although another one is under way, by code."""

RULES = RuleSet()


class ApplicantIdentity(MessagePart, frozen=True, kw_only=True):
    """What identifies the applicant of a case; unknown parts are empty. `birth_date` is an ISO date."""

    name: str
    number: str
    subject: str = ""
    birth_date: str = ""


class Party(Protocol):
    """A party of a case, as far as it identifies a person."""

    @property
    def role(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def subject(self) -> str: ...


def identify_party(party: Party | None, values: Mapping[str, str]) -> ApplicantIdentity:
    """Return the identity of a party; the birth date is the form value `ROLE_birth_date`."""
    if party is None:
        return ApplicantIdentity(name="", number="")
    return ApplicantIdentity(
        name=party.name,
        number=party.number,
        subject=party.subject,
        birth_date=values.get(f"{party.role}_birth_date", ""),
    )


class DuplicateCase(MessagePart, frozen=True, kw_only=True):
    """Another case under way: number, time of acceptance (microseconds UTC), site."""

    number: str
    accepted_at: int
    site: str


class DuplicatesFound(CommandDecision, frozen=True, kw_only=True):
    """The other cases under way, newest first."""

    stored_name: ClassVar[str] = "DuplicatesFound"
    cases: tuple[DuplicateCase, ...]


class FindDuplicates(Command[DuplicatesFound], frozen=True, kw_only=True):
    """Finds other cases of the applicant of a draft for the same one thing, at every site; the authority answers."""

    stored_name: ClassVar[str] = "FindDuplicates"
    draft: str
    one_thing: str
    personal: ApplicantIdentity | None = None


def find_duplicates(
    tx: Transaction, one_thing: str, applicant: ApplicantIdentity, *, excluded: str = ""
) -> tuple[DuplicateCase, ...]:
    """Return the cases under way of the same person for a one thing in this store, newest first."""
    rows = {row["number"]: row for row in _select_candidates(tx, one_thing, applicant) if row["number"] != excluded}
    newest_first = sorted(rows.values(), key=lambda row: (row["accepted_at"], row["number"]), reverse=True)
    return tuple(
        DuplicateCase(number=row["number"], accepted_at=row["accepted_at"], site=row["centre"]) for row in newest_first
    )


def _select_candidates(tx: Transaction, one_thing: str, applicant: ApplicantIdentity) -> list[Row]:
    found: list[Row] = []
    if applicant.subject:
        found += tx.query_all("cases.under_way_by_applicant", applicant=applicant.subject, one_thing=one_thing)
    if fold_code(applicant.number):
        folded = fold_code(applicant.number)
        for number in sorted({applicant.number, folded.lower(), *resident_number_forms(folded)}):
            found += tx.query_all("cases.under_way_by_number", number=number, one_thing=one_thing)
    elif applicant.name:
        unnumbered = tx.query_all("cases.under_way_by_number", number="", one_thing=one_thing)
        found += [row for row in unnumbered if _is_same_name(tx, row, applicant)]
    return found


def _is_same_name(tx: Transaction, row: Row, applicant: ApplicantIdentity) -> bool:
    if fold_text(row["applicant_name"] or "") != fold_text(applicant.name):
        return False
    role = str(row["applicant"]).partition("/")[2]
    value = tx.get("field_values", case_number=row["number"], field=f"{role}_birth_date")
    return (value["value"] if value else "") == applicant.birth_date


def require_duplicate_reason(found: Iterable[DuplicateCase], shown: Sequence[str], code: str) -> None:
    """Raise Refused if a case under way was not shown to the clerk, or no reason for another case was given."""
    for case in found:
        if case.number not in shown:
            raise Refused(
                "duplicate",
                "The applicant has case {other} for the same one thing under way. Nothing was accepted.",
                other=case.number,
            )
    if shown and code not in DUPLICATE_REASONS:
        raise Refused("reason", "A reason is needed: it is kept with the case.")


def _decide(tx: Transaction, command: FindDuplicates, _: Moment) -> DuplicatesFound:
    if command.personal is None:
        return DuplicatesFound(cases=())
    return DuplicatesFound(cases=find_duplicates(tx, command.one_thing, command.personal))


@RULES.register(
    FindDuplicates,
    DuplicatesFound,
    permission="case.find_duplicates",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Search for another case of the applicant"),
    decide=_decide,
    stream=lambda command, _: f"draft/{command.draft}",
    placement=Placement.REMOTE,
)
def _apply(_tx: Transaction, _entry: Entry[FindDuplicates, DuplicatesFound]) -> None:
    """Change nothing: the entry is the record that the cases of a person were searched."""
