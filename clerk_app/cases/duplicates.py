"""Duplicate applications: what is still under way of the same person, or for the same object.

Three kinds are found: the same one thing of the same person; a matter of it that runs within another one thing of the
same person; and a matter for the same object (`case_objects`), independent of the applicant. Cases of one person for
objects whose numbers differ, such as two workers of an enterprise, are none.

A person is recognised by the registered id or the identity number, else by name and birth date. The counter shows such
cases before it accepts another one. Accepting it all the same needs a reason, which is stored with the new case. The
same name without a number or birth date proves nothing: such a case is shown, and needs no reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, TypeVar

import msgspec

from clerk_app.cases.case_objects import ObjectKey, list_object_keys
from clerk_app.catalogue.publication import load_part
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.text.folding import fold_code, fold_text
from clerk_app.text.identity_documents import resident_number_forms
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.plan import PlannedMatter

DUPLICATE_REASONS = {
    "other_subject": mark("It is about something else: another child, project or document"),
    "other_person": mark("It is another person"),
    "replaces": mark("The other case is to be withdrawn"),
    "insists": mark("The applicant wants both"),
    "joint": mark("Several applicants apply for the same object"),
}
"""Reasons for accepting a case although another one is under way, by code."""

CENTER_SECONDS = 2.0
"""Seconds that an acceptance waits for the answer of the center. Then it is performed; the center may object later."""

RULES = RuleSet()


class ApplicantIdentity(MessagePart, frozen=True, kw_only=True):
    """What identifies the applicant of a case; unknown parts are empty. `birth_date` is an ISO date."""

    name: str
    number: str
    subject: str = ""
    birth_date: str = ""
    objects: tuple[ObjectKey, ...] = ()  # of the matters that are applied for


class NamedParty(Protocol):
    """A party of a draft or case; `subject` is the registered id, empty if not registered."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def subject(self) -> str: ...


class Party(NamedParty, Protocol):
    """A party with its role in a case."""

    @property
    def role(self) -> str: ...


PartyT = TypeVar("PartyT", bound=Party)


def find_named_applicant(parties: Iterable[PartyT], applicant: str, number: str) -> PartyT | None:
    """Return the party that a case names as `applicant`: by the registered id, or by case number and role."""
    return next((party for party in parties if applicant in (party.subject, f"{number}/{party.role}")), None)


def identify_party(party: Party | None, fields: Iterable[Field], values: Mapping[str, str]) -> ApplicantIdentity:
    """Return the identity of a party; `fields` are those of the catalogue, `values` the form values by field id."""
    if party is None:
        return ApplicantIdentity(name="", number="")
    return ApplicantIdentity(
        name=party.name,
        number=party.number,
        subject=party.subject,
        birth_date=next(filter(None, (values.get(field) for field in _birth_date_fields(fields, party.role))), ""),
    )


def identify_application(
    party: Party | None, fields: Sequence[Field], matters: Iterable[PlannedMatter], values: Mapping[str, str]
) -> ApplicantIdentity:
    """Return the identity of an applicant with the objects of the matters of an application."""
    found = identify_party(party, fields, values)
    return msgspec.structs.replace(found, objects=list_object_keys(matters, fields, values))


def list_matter_ids(matters: Iterable[PlannedMatter]) -> tuple[str, ...]:
    """Return the ids of the matters that apply."""
    return tuple(planned.id for planned in matters if planned.inapplicable_reason is None)


def _birth_date_fields(fields: Iterable[Field], role: str) -> list[str]:
    """Return the ids of the fields that ask for the birth date of a party."""
    return [field.id for field in fields if field.kind == "birth_date" and field.party == role]


MOST_FOUND = 100
"""Cases under way that a clerk is shown and an acceptance names; an enterprise may have hundreds."""


DuplicateKind = Literal["", "matter", "object"]
"""The same one thing of the same person; one of its matters within another one thing; the same object."""


class DuplicateCase(MessagePart, frozen=True, kw_only=True):
    """Another case under way: number, time of acceptance (microseconds UTC), site.

    `name_only`: only the name is the same, and nothing else is known by which a person could be recognised. `matter` is
    the matter that runs there, or that is applied for the same object.
    """

    number: str
    accepted_at: int
    site: str
    name_only: bool = False
    kind: DuplicateKind = ""
    matter: str = ""


class DuplicatesFound(CommandDecision, frozen=True, kw_only=True):
    """The other cases under way, newest first."""

    stored_name: ClassVar[str] = "DuplicatesFound"
    cases: tuple[DuplicateCase, ...]


class FindDuplicates(Command[DuplicatesFound], frozen=True, kw_only=True):
    """Finds other cases of the applicant of a draft for the same one thing, at every site; the authority answers."""

    stored_name: ClassVar[str] = "FindDuplicates"
    draft: str
    one_thing: str
    matters: tuple[str, ...] = ()
    personal: ApplicantIdentity | None = None


def find_duplicates(
    tx: Transaction,
    one_thing: str,
    applicant: ApplicantIdentity,
    *,
    matters: Sequence[str] = (),
    excluded: str = "",
) -> tuple[DuplicateCase, ...]:
    """Return the cases under way in this store, the MOST_FOUND newest ones first.

    They are those of the same person for a one thing, or with one of `matters`, and those for the same object.
    """
    rows = {row["number"]: row for row in _select_candidates(tx, one_thing, applicant) if row["number"] != excluded}
    namesakes = {row["number"]: row for row in _select_namesakes(tx, one_thing, applicant) if row["number"] != excluded}
    others = {
        row["number"]: row
        for row in _select_with_matters(tx, applicant, matters)
        if row["number"] not in (excluded, *rows)
    }
    same = {row["number"]: row for row in _select_same_objects(tx, applicant.objects) if row["number"] != excluded}
    rows, others = (_drop_other_objects(tx, found, applicant.objects, same) for found in (rows, others))
    cases = [
        *(_build_case(row, kind="matter", matter=row["matter"]) for row in others.values()),
        *(
            _build_case(row, kind="object", matter=row["matter"])
            for row in same.values()
            if row["number"] not in (*rows, *others)
        ),
        *(_build_case(row) for row in rows.values()),
        *(
            _build_case(row, name_only=not (row["birth_date"] and applicant.birth_date))
            for row in namesakes.values()
            if row["number"] not in (*rows, *others, *same)
        ),
    ]
    return tuple(sorted(cases, key=lambda case: (case.accepted_at, case.number), reverse=True)[:MOST_FOUND])


def _build_case(row: Row, *, name_only: bool = False, kind: DuplicateKind = "", matter: str = "") -> DuplicateCase:
    return DuplicateCase(
        number=row["number"],
        accepted_at=row["accepted_at"],
        site=row["centre"],
        name_only=name_only,
        kind=kind,
        matter=matter,
    )


def _list_numbers(applicant: ApplicantIdentity) -> list[str]:
    """Return the forms in which the number of an applicant may be stored."""
    folded = fold_code(applicant.number)
    return sorted({applicant.number, folded.lower(), *resident_number_forms(folded)}) if folded else []


def _select_candidates(tx: Transaction, one_thing: str, applicant: ApplicantIdentity) -> list[Row]:
    """Return the cases of an applicant with the same registered id or identity number."""
    found: list[Row] = []
    if applicant.subject:
        found += tx.query_all("cases.under_way_by_applicant", applicant=applicant.subject, one_thing=one_thing)
    for number in _list_numbers(applicant):
        found += tx.query_all("cases.under_way_by_number", number=number, one_thing=one_thing)
    return found


def _select_with_matters(tx: Transaction, applicant: ApplicantIdentity, matters: Sequence[str]) -> list[Row]:
    """Return the open cases of an applicant in which one of these matters runs, each with one of them."""
    if not matters:
        return []
    found: list[Row] = []
    names = tx.encode_list(list(matters))
    if applicant.subject:
        found += tx.query_all("cases.matters_of_applicant", applicant=applicant.subject, matters=names)
    for number in _list_numbers(applicant):
        found += tx.query_all("cases.matters_of_number", number=number, matters=names)
    return found


def _select_same_objects(tx: Transaction, objects: Sequence[ObjectKey]) -> list[Row]:
    """Return the open cases with a matter for the same object, each with one of these matters."""
    found = []
    for wanted in objects:
        found += tx.query_all("cases.open_by_object", matter=wanted.matter, digest=wanted.key)
    return found


def _drop_other_objects(
    tx: Transaction, rows: Mapping[str, Row], objects: Sequence[ObjectKey], same: Mapping[str, Row]
) -> dict[str, Row]:
    """Return the cases without those whose objects certainly are others."""
    certain = {wanted.matter: wanted.key for wanted in objects if wanted.certain}
    if not certain:
        return dict(rows)
    kept = {}
    for number, row in rows.items():
        known = {found["matter"]: found["digest"] for found in tx.select("case_objects", case_number=number)}
        shared = certain.keys() & known.keys()
        if number in same or not shared:
            kept[number] = row
    return kept


def _select_namesakes(tx: Transaction, one_thing: str, applicant: ApplicantIdentity) -> list[Row]:
    """Return the cases without an identity number whose applicant has the same name, with the `birth_date` of each.

    Cases with another birth date are left out, and all if the applicant has a number.
    """
    if fold_code(applicant.number) or not fold_text(applicant.name):
        return []
    found: list[Row] = []
    for row in tx.query_all("cases.under_way_by_number", number="", one_thing=one_thing):
        if fold_text(row["applicant_name"] or "") == fold_text(applicant.name):
            born = _read_birth_date(tx, row)
            if born == applicant.birth_date or not (born and applicant.birth_date):
                found.append({**row, "birth_date": born})
    return found


def _read_birth_date(tx: Transaction, case: Row) -> str:
    """Return the birth date of the applicant of a case without a registered applicant; empty if it is not known."""
    role = str(case["applicant"]).partition("/")[2]
    try:
        fields = load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"]).fields
    except BadData:  # this store does not have the catalogue of the case
        return ""
    values = (
        tx.get("field_values", case_number=case["number"], field=field) for field in _birth_date_fields(fields, role)
    )
    return next((value["value"] for value in values if value is not None and value["value"]), "")


_NOT_SHOWN: Mapping[DuplicateKind, str] = {
    "": mark("The applicant has case {other} for the same one thing under way. Nothing was accepted."),
    "matter": mark("A matter of it runs in case {other} of the applicant already. Nothing was accepted."),
    "object": mark("Case {other} for the same object is under way. Nothing was accepted."),
}


def require_duplicate_reason(found: Iterable[DuplicateCase], shown: Sequence[str], code: str) -> None:
    """Raise Refused if a case under way was not shown to the clerk, or no reason for another case was given."""
    for case in found:
        if case.number not in shown and not case.name_only:
            raise Refused("duplicate", _NOT_SHOWN[case.kind], other=case.number)
    if shown and code not in DUPLICATE_REASONS:
        raise Refused("reason", "A reason is needed: it is kept with the case.")


def _decide(tx: Transaction, command: FindDuplicates, _: Moment) -> DuplicatesFound:
    if command.personal is None:
        return DuplicatesFound(cases=())
    return DuplicatesFound(cases=find_duplicates(tx, command.one_thing, command.personal, matters=command.matters))


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
    wait_seconds=CENTER_SECONDS,
)
def _apply(tx: Transaction, entry: Entry[FindDuplicates, DuplicatesFound]) -> None:
    """Record which cases were found, for the report of who saw their data."""
    moment = entry.moment
    for number in sorted({case.number for case in entry.decision.cases}):
        tx.insert(
            "case_searches",
            case_number=number,
            node=moment.node,
            incarnation=moment.incarnation,
            number=moment.number,
        )
