"""Views of applications from outside at the counter."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from clerk_app.cases.applications.content import SOURCES
from clerk_app.cases.applications.terms import noon_of
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import _, translate
from clerk_app.roles.application_rows import describe_consequence, describe_due, due_level
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.viewing import make_terms, open_stored_pages
from clerk_app.views.applications import DraftOrigin
from clerk_app.views.case import MaterialView
from clerk_app.views.shared import LabelledValue

if TYPE_CHECKING:
    from clerk_app.roles.counter.draft_state import DraftState


def build_draft_origin(draft: DraftState, now: int) -> DraftOrigin | None:
    """Build the view of the application that a draft answers; None if it answers none."""
    origin, zone = draft.content.application, draft.catalogue.time_zone
    if origin is None:
        return None
    return DraftOrigin(
        number=origin.number,
        source=translate(SOURCES.get(origin.source, origin.source)),
        received=origin.received_on,
        due=describe_due(origin.due_at, now, zone),
        level=due_level(origin.due_at, now, zone),
        identity=_describe_identity(origin.provider, origin.how, origin.at, is_verified=origin.verified),
        scans=len(origin.scans),
        consequence=describe_consequence(origin.received_on, is_overdue=True) if origin.due_at < now else "",
    )


def find_start_of_terms(draft: DraftState, now: int) -> int:
    """Return from when the terms run if a draft is accepted at `now`: see `applications/terms.py`."""
    origin = draft.content.application
    if origin is None or origin.due_at >= now:
        return now
    return noon_of(date.fromisoformat(origin.received_on), draft.catalogue.time_zone)


def _describe_identity(provider: str, how: str, at: str, *, is_verified: bool) -> str:
    """Return the assertion of an identity provider as what it is: its statement, not a check of this city."""
    if not provider:
        return ""
    if not is_verified:
        return _("{provider} has not verified the applicant").format(provider=provider)
    with suppress(ValueError):  # it is shown as the provider wrote it
        at = datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M")
    sentence = _("{provider} states: verified by {how} on {at}")
    return sentence.format(provider=provider, how=how or "?", at=at or "?")


def read_scan_view(office: Office, draft: DraftState, material: str, staff: str) -> MaterialView:
    """Read the view of a scan that was sent with an application. Its opening was recorded before the call."""
    origin = draft.content.application
    if origin is None:
        raise Refused("nothing", "There is nothing to show: it has not come in yet.")
    terms = make_terms(office, localize(draft.plan.one_thing.name), staff)
    facts = (
        LabelledValue(_("Sent with application"), origin.number),
        LabelledValue(_("Received"), origin.received_on),
        LabelledValue(_("Grade"), _("C: nobody has compared it with the original")),
    )
    return MaterialView(
        name=localize(draft.catalogue.material(material).name),
        facts=facts,
        picture=None,
        watermark=terms.watermark,
        pages=open_stored_pages(office, origin.scans[material], terms),
        is_paper=True,
    )
