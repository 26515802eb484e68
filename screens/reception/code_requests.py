"""The dialog in which a clerk confirms or declines a signed code on paper that a citizen asks for at a kiosk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from clerk_app.locales import _
from screens.widgets.dialogs import ConfirmDialog, ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow

if TYPE_CHECKING:
    from clerk_app.views.reception import ReceptionService, ReceptionView
    from screens.role_screen import RoleScreen

Perform = Callable[[Callable[[], "ReceptionView"]], Awaitable[None]]


async def answer_code_request(screen: RoleScreen, service: ReceptionService, perform: Perform) -> None:
    """Let the clerk pick a request by the number that the citizen names, compare the document, and answer."""
    requests = (await screen.host.ask(service.read_view)).code_requests
    if not requests:
        screen.host.notify(_("No kiosk waits for the confirmation of a code."), severity="warning")
        return
    where = _("kiosk {kiosk}, since {time}")
    rows = [
        PickRow(known.id, known.number, known.number, where.format(kiosk=known.kiosk, time=known.time))
        for known in requests
    ]
    sentence = _("Take the request with the number that the citizen names.")
    picked = await screen.host.show(PickDialog(_("Code on paper"), rows, sentence=sentence))
    number = next((known.number for known in requests if known.id == picked), "")
    if picked is None or not number:
        return
    answers = [
        PickRow(
            "confirm", _("It is the person of the document"), "1", _("the last characters of its number are asked")
        ),
        PickRow("decline", _("Decline"), "2", _("the kiosk prints no code")),
    ]
    heading = _("Request {number}").format(number=number)
    compare = _("Compare the person with the photo of their document.")
    answer = await screen.host.show(PickDialog(heading, answers, sentence=compare))
    if answer == "confirm":
        last = await ask_text(screen, "code-request", heading, _("The last four characters of the document's number."))
        drop_texts(screen, "code-request")  # of a person: not kept, whatever the answer is
        if last is not None:
            await perform(partial(service.confirm_code, picked, last))
    elif answer == "decline":
        question = _("Decline request {number}? The citizen can ask again at the kiosk.").format(number=number)
        if await screen.host.show(ConfirmDialog(heading, question)):
            await perform(partial(service.decline_code, picked))
