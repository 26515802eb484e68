"""A matter that the sample city offers at a kiosk has a person who can finish it there."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.licences.issuance import new_dynamic_digits
from clerk_app.licences.repository import CreateDynamicCode, digest_dynamic_code
from clerk_app.people import SYSTEM
from clerk_app.roles.kiosk.matters import KioskMatters
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.views.kiosk_matters import MatterQuestion, MatterSummary

KIOSK, WORKER = "9001", "P11"
ANSWERS = {"holds_residence_permit": "yes", "residence_address": "示范市示范区云桥路90号1204室"}


def open_matters(office: Office) -> KioskMatters:
    """Open a session of the worker at the kiosk of the city."""
    sessions = OfficeSessions(office, KIOSK)
    digits = new_dynamic_digits(office.code_policy)
    office.door.perform(CreateDynamicCode(digest=digest_dynamic_code(digits), subject=WORKER), SYSTEM)
    sessions.open_by_code(digits)
    return KioskMatters(office, sessions, KIOSK)


def test_the_worker_finishes_the_change_of_address_at_the_kiosk(office: Office) -> None:
    matters = open_matters(office)
    offer = matters.open("residence-change-address")
    assert (offer.missing, [held.label for held in offer.held]) == (
        (),
        ["Applicant's identity card", "Residence permit", "Lease"],
    )
    step: MatterQuestion | MatterSummary = matters.agree()
    while isinstance(step, MatterQuestion):
        step = matters.answer(step.field, ANSWERS[step.field])
    assert step.materials == ("Applicant's identity card", "Residence permit", "Lease")
    assert matters.accept().number
