"""Views of applications from outside at the counter."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from clerk_app.cases.applications.content import OPENED, SOURCES
from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.locales import _, translate
from clerk_app.roles.formatting import format_due_day, localize
from clerk_app.roles.material_view import load_picture
from clerk_app.views.applications import ApplicationRow, DraftOrigin
from clerk_app.views.case import MaterialView
from clerk_app.views.shared import LabelledValue, Level
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.cases.applications.queries import WaitingApplication
    from clerk_app.roles.counter.draft_state import DraftState


def build_application_row(tx: Transaction, found: WaitingApplication, now: int) -> ApplicationRow:
    """Build the row of an application that waits; `now` is in microseconds UTC."""
    zone = publication.load_newest(tx).time_zone
    try:
        one_thing = localize(
            publication.load_version(tx, found.catalogue, found.version).one_thing(found.one_thing).name
        )
    except (BadData, LookupError):  # the version is not in this store
        one_thing = found.one_thing
    return ApplicationRow(
        number=found.number,
        one_thing=one_thing,
        source=translate(SOURCES.get(found.source, found.source)),
        received=found.received_on,
        due=_describe_due(found.due_at, now, zone, expected=found.due_expected),
        level=_due_level(found.due_at, now, zone),
        state=_("open at a window") if found.state == OPENED else _("not opened"),
        findings=found.findings,
    )


def build_draft_origin(draft: DraftState, now: int) -> DraftOrigin | None:
    """Build the view of the application that a draft answers; None if it answers none."""
    origin, zone = draft.content.application, draft.catalogue.time_zone
    if origin is None:
        return None
    return DraftOrigin(
        number=origin.number,
        source=translate(SOURCES.get(origin.source, origin.source)),
        received=origin.received_on,
        due=_describe_due(origin.due_at, now, zone),
        level=_due_level(origin.due_at, now, zone),
        identity=_describe_identity(origin.provider, origin.how, origin.at, is_verified=origin.verified),
        scans=len(origin.scans),
    )


def _describe_due(due_at: int, now: int, zone: str, *, expected: bool = False) -> str:
    day = format_due_day(due_at, zone, expected=expected)
    return _("{day} (passed)").format(day=day) if due_at < now else day


def _due_level(due_at: int, now: int, zone: str) -> Level:
    if due_at < now:
        return "bad"
    return "warn" if to_local_time(due_at, zone).date() == to_local_time(now, zone).date() else "good"


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


def read_scan_view(office: Office, draft: DraftState, material: str) -> MaterialView:
    """Read the view of a scan that was sent with an application. Its opening was recorded before the call."""
    origin = draft.content.application
    if origin is None:
        raise Refused("nothing", "There is nothing to show: it has not come in yet.")
    picture = load_picture(office, origin.scans[material], wait=True)
    state = "" if picture is not None else _("It has not arrived, or is no picture (PDF): ask for the original.")
    facts = (
        LabelledValue(_("Sent with application"), origin.number),
        LabelledValue(_("Received"), origin.received_on),
        LabelledValue(_("Grade"), _("C: nobody has compared it with the original")),
        LabelledValue(_("Picture"), state),
    )
    return MaterialView(
        name=localize(draft.catalogue.material(material).name),
        facts=tuple(fact for fact in facts if fact.value),
        picture=picture,
        watermark=_("For {purpose} only").format(purpose=localize(draft.plan.one_thing.name)),
    )
