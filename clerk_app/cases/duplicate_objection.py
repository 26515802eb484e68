"""The objection to a case that was accepted without showing another one that is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clerk_app.cases.duplicates import (
    ApplicantIdentity,
    DuplicateCase,
    DuplicateKind,
    find_duplicates,
    find_named_applicant,
    identify_application,
    list_matter_ids,
)
from clerk_app.catalogue.plan import PlannedMatter, plan_matters
from clerk_app.errors import Refused
from clerk_app.locales import mark
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

DUPLICATE = "twin"
DUPLICATE_SENTENCES: dict[DuplicateKind, str] = {
    "": mark("The same applicant has case {other} for the same one thing under way."),
    "matter": mark("A matter of this case runs in case {other} of the same applicant."),
    "object": mark("Case {other} for the same object is under way."),
}


def find_duplicate_objection(tx: Transaction, command: Any, decision: Any, catalogue: Catalogue) -> Refused | None:
    """Return the objection to a case that was accepted without showing the applicant's other case under way."""
    known = (decision.number, *command.duplicates)
    matters: tuple[PlannedMatter, ...] = ()
    if command.personal is not None:
        chosen = None if command.chosen is None else frozenset(command.chosen)
        matters = plan_matters(catalogue, command.one_thing, chosen, command.personal.values)[1]
    found = [
        case
        for case in find_duplicates(
            tx,
            command.one_thing,
            _applicant_identity(command, decision, catalogue, matters),
            matters=list_matter_ids(matters),
        )
        if case.number not in known and not case.name_only
    ]
    return describe_duplicate(found[0]) if found else None


def describe_duplicate(case: DuplicateCase) -> Refused:
    """Return the objection that names another case under way, of the same applicant or for the same object."""
    kind = {"kind": case.kind, "matter": case.matter} if case.kind else {}
    sentence = DUPLICATE_SENTENCES[case.kind]
    return Refused(DUPLICATE, sentence, other=case.number, accepted_at=case.accepted_at, site=case.site, **kind)


def _applicant_identity(
    command: Any, decision: Any, catalogue: Catalogue, matters: tuple[PlannedMatter, ...]
) -> ApplicantIdentity:
    """Return the identity of the applicant whom the decision names: by registered id, or by case number and role."""
    parties = command.personal.parties if command.personal else ()
    applicant = find_named_applicant(parties, decision.applicant, decision.number)
    if applicant is None:
        return ApplicantIdentity(name="", number="", subject=decision.applicant)
    return identify_application(applicant, catalogue.fields, matters, command.personal.values)
