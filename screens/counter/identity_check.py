"""What follows a comparison of face and photo: confirmed, not this person, or a second person decides."""

from __future__ import annotations

from functools import partial

from clerk_app.errors import Refused
from clerk_app.locales import _, mark
from clerk_app.views.case import Applicant
from clerk_app.views.identity import Compared
from screens.counter.consent import ask_consent
from screens.counter.face_check import FaceCheckDialog
from screens.counter.frame import CounterFrame, needs_face_check
from screens.counter.intake_panel import describe_submit
from screens.counter.menu_item import MenuItem
from screens.counter.person import confirmed_sentence
from screens.counter.second_person import SecondPersonDialog
from screens.widgets.dialogs import ConfirmDialog


async def check_face(screen: CounterFrame) -> None:
    """Compare the identified person with the photo, and record the answer; after a yes, ask for consent next."""
    person = screen.view.applicant if screen.view else None
    if person is None:
        return
    service = screen.service
    dialog = FaceCheckDialog(person, screen.camera, service.open_portrait)
    answer = await screen.host.show(dialog)
    if answer is None:
        return
    if person.doubted:
        await _settle_doubt(screen, person, same=answer == "same", compared=dialog.compared)
    elif answer == "same":
        await screen.call_and_paint(partial(service.confirm_person, dialog.compared))
    elif answer == "unsure":
        await screen.call_and_paint(partial(service.doubt_person, dialog.compared))
        sentence = _("You are not sure: ask a colleague or a supervisor to compare. Enter opens the comparison again.")
        screen.host.notify(sentence, severity="warning")
    else:
        sentence = _("{name} is not the person at the window: the identification ends, and this is recorded.")
        sure = ConfirmDialog(_("Not this person"), sentence.format(name=person.name), hint=_("not this person"))
        if await screen.host.show(sure):
            await screen.call_and_paint(partial(service.reject_person, dialog.compared))
    await _go_on(screen, person)


async def _settle_doubt(screen: CounterFrame, person: Applicant, *, same: bool, compared: Compared) -> None:
    number, error = "", ""
    while True:
        given = await screen.host.show(SecondPersonDialog(person.name, same=same, number=number, error=error))
        if given is None:
            return
        settle = partial(screen.service.settle_doubt, given.number, given.pin, same=same, compared=compared)
        try:
            await screen.call_and_paint(settle)
        except Refused as refused:
            number, error = given.number, str(refused)
            continue
        return


async def _go_on(screen: CounterFrame, person: Applicant) -> None:
    """In a draft, show what was confirmed and ask for consent."""
    view = screen.view
    if view is None or view.intake is None or view.applicant is None or not view.applicant.confirmed:
        return
    screen.host.notify(" ".join((confirmed_sentence(person), describe_submit(view.intake, needs_check=False))).strip())
    await ask_consent(screen)


FACE_ITEMS = (MenuItem(58, "face", mark("Compare the person with the photo (Enter)"), needs_face_check, check_face),)
