"""Erasure of the personal data of ratings and complaints after the days of the policy; the rest is kept."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.feedback.complaints import mark_complaint_changed
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.erasures import EntryReference, erase_personal_part, list_personal_entries
from clerk_app.locales import mark
from db.engines import Transaction

_DAY = 86_400_000_000  # microseconds

RULES = RuleSet()


class RatingErased(CommandDecision, frozen=True, kw_only=True):
    """Entries whose personal part is deleted."""

    stored_name: ClassVar[str] = "RatingErased"
    entries: tuple[EntryReference, ...] = ()


class EraseRating(Command[RatingErased], frozen=True, kw_only=True):
    """Erases who gave a rating."""

    stored_name: ClassVar[str] = "EraseRating"
    rating: str


class ComplaintErased(CommandDecision, frozen=True, kw_only=True):
    """The hall of the complaint, and the entries whose personal part is deleted."""

    stored_name: ClassVar[str] = "ComplaintErased"
    hall: str
    entries: tuple[EntryReference, ...] = ()


class EraseComplaint(Command[ComplaintErased], frozen=True, kw_only=True):
    """Erases text, contact and person of a complaint."""

    stored_name: ClassVar[str] = "EraseComplaint"
    complaint: str


def list_due_feedback_erasures(tx: Transaction, now: int, many: int) -> list[EraseRating | EraseComplaint]:
    """Return commands for ratings and complaints that are old enough and have personal data, at most `many` of each."""
    before = now - read_policy(tx).feedback.kept_days * _DAY
    ratings = tx.query_all("feedback.ratings_to_erase", before=before, many=many)
    complaints = tx.query_all("feedback.complaints_to_erase", before=before, many=many)
    return [
        *(EraseRating(rating=row["id"]) for row in ratings),
        *(EraseComplaint(complaint=row["number"]) for row in complaints),
    ]


def _require_old(tx: Transaction, at: int, moment: Moment) -> None:
    if at >= moment.decided_at - read_policy(tx).feedback.kept_days * _DAY:
        raise Refused("not_due", "This is kept longer by the policy of the city.")


def _decide_rating(tx: Transaction, command: EraseRating, moment: Moment) -> RatingErased:
    rating = tx.get_for_update("ratings", id=command.rating)
    if rating is None:
        raise Refused("no_rating", "There is no such rating.")
    _require_old(tx, rating["changed_at"], moment)
    return RatingErased(entries=tuple(list_personal_entries(tx, [f"rating/{command.rating}"])))


@RULES.register(
    EraseRating,
    RatingErased,
    permission="feedback.erase",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Erasure of who gave a rating"),
    decide=_decide_rating,
    stream=lambda command, _: f"rating/{command.rating}",
)
def _apply_rating(tx: Transaction, entry: Entry[EraseRating, RatingErased]) -> None:
    for reference in entry.decision.entries:
        erase_personal_part(tx, reference)
    tx.update("ratings", {"id": entry.command.rating}, person=None, erased_at=entry.decided_at)


def _decide_complaint(tx: Transaction, command: EraseComplaint, moment: Moment) -> ComplaintErased:
    complaint = tx.get_for_update("complaints", number=command.complaint)
    if complaint is None:
        raise Refused("no_complaint", "There is no such complaint.")
    _require_old(tx, complaint["due_at"], moment)
    entries = tuple(list_personal_entries(tx, [f"complaint/{command.complaint}"]))
    return ComplaintErased(hall=complaint["hall"], entries=entries)


@RULES.register(
    EraseComplaint,
    ComplaintErased,
    permission="feedback.erase",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Erasure of a complaint's text"),
    decide=_decide_complaint,
    stream=lambda command, _: f"complaint/{command.complaint}",
    documents=("complaint",),
)
def _apply_complaint(tx: Transaction, entry: Entry[EraseComplaint, ComplaintErased]) -> None:
    for reference in entry.decision.entries:
        erase_personal_part(tx, reference)
    erased = {"text": None, "contact": None, "person": None, "erased_at": entry.decided_at}
    tx.update("complaints", {"number": entry.command.complaint}, **erased)
    mark_complaint_changed(tx, entry.decision.hall, entry.command.complaint)
