"""Ratings and complaints at a kiosk: stored at the center, nothing of them here."""

from __future__ import annotations

from clerk_app.cases.status_query import SecondFactor
from clerk_app.catalogue.publication import read_hall
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.feedback.complaints import ComplaintText, FileComplaint
from clerk_app.feedback.ratings import GiveRating
from clerk_app.locales import _
from clerk_app.paper.documents.complaint_slip import ComplaintSlip
from clerk_app.roles.formatting import localize
from clerk_app.roles.kiosk.citizen_errors import raises_citizen_errors
from clerk_app.roles.kiosk.paper_print import print_paper
from clerk_app.text.cleaning import clean_code, clean_text
from clerk_app.views.kiosk_feedback import FiledComplaint, PrintState, RatingChoice, TicketPrefix
from clerk_app.views.shared import Option


@raises_citizen_errors
class OfficeFeedback:
    """Implements views.FeedbackService for a kiosk of an office."""

    def __init__(self, office: Office, actor: str) -> None:
        self._office = office
        self._actor = actor

    def list_reasons(self) -> tuple[RatingChoice, ...]:
        rules = self._office.catalogue_frame().city_policy.feedback
        return tuple(RatingChoice(known.id, localize(known.name), known.scores) for known in rules.rating_reasons)

    def list_categories(self) -> tuple[Option, ...]:
        rules = self._office.catalogue_frame().city_policy.feedback
        return tuple(Option(known.id, localize(known.name)) for known in rules.complaint_categories)

    def list_ticket_prefixes(self) -> tuple[TicketPrefix, ...]:
        with self._office.store.read() as tx:
            hall = read_hall(tx)
        if hall is None:
            return ()
        found = (
            TicketPrefix(known.number_prefix, localize(known.name), len(str(known.last))) for known in hall.categories
        )
        return tuple({known.prefix: known for known in found}.values())

    def rate(self, score: int, reason: str = "", *, ticket: str = "", case: str = "", second_factor: str = "") -> str:
        rules = self._office.catalogue_frame().city_policy.feedback
        command = GiveRating(
            hall=self._office.settings.hall,
            score=score,
            reasons=(reason,) if reason else (),
            ticket=clean_code(ticket).upper(),
            case=clean_code(case),
            personal=SecondFactor(last=second_factor) if case else None,
        )
        try:
            self._office.door.perform(command, self._actor)
        except OutOfReach as lost:
            raise _no_center() from lost
        return _("You can change it here for {hours} hours.").format(hours=rules.rating_hours)

    def complain(
        self, category: str, *, ticket: str = "", case: str = "", contact: str = "", text: str = ""
    ) -> FiledComplaint:
        command = FileComplaint(
            hall=self._office.settings.hall,
            category=category,
            ticket=clean_code(ticket).upper(),
            case=clean_code(case),
            personal=ComplaintText(text=clean_text(text), contact=clean_text(contact)),
        )
        try:
            filed = self._office.door.perform(command, self._actor)
        except OutOfReach as lost:
            raise _no_center() from lost
        names = {option.id: option.name for option in self.list_categories()}
        slip = ComplaintSlip(
            number=filed.number,
            category=names.get(category, category),
            filed_at=self._office.local_time(),
            due_on=self._office.local_time(filed.due_at).date(),
            due_expected=filed.due_expected,
            hall=self._office.settings.name.localized(),
            phone=self._office.settings.phone,
        )
        return FiledComplaint(filed.number, slip.category, slip.due_on, slip.due_expected, self._print(slip))

    def _print(self, slip: ComplaintSlip) -> PrintState:
        """Print the slip of a complaint that is stored already; return what is known about it."""
        try:
            printed = print_paper(self._office, slip, slip.number)
        except OutOfReach:
            return "not_printed"
        return "unknown" if printed.is_unknown else "printed"


def _no_center() -> OutOfReach:
    return OutOfReach(
        "The center cannot be reached, so it is not certain that this was stored. "
        "Please try again later, or ask at a window."
    )
