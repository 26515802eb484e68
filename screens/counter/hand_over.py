"""Asks to whom results are handed over, and how the receiver is known."""

from __future__ import annotations

from functools import partial
from typing import Literal

from clerk_app.locales import _, format_list
from clerk_app.views.case import Receiver
from screens.counter.frame import CounterFrame
from screens.widgets.dialogs import ConfirmDialog, ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow


async def hand_over_results(screen: CounterFrame) -> None:
    """Record that all results were handed over to a person who signed for them."""
    case = screen.view.case if screen.view else None
    if case is not None and case.held:
        screen.host.notify(case.held, severity="error")
        return
    if case is None or "hand_over" not in case.actions:
        screen.host.notify(_("There is nothing to hand over yet."))
        return
    things = _("Hand over: {things}.").format(things=format_list(case.results, ";"))
    title = _("Hand over")
    rows = [
        PickRow(person.role, "  ".join(filter(None, (person.name, person.number))), str(index + 1), person.role_name)
        for index, person in enumerate(case.receivers)
    ]
    sentence = things + " " + _("Who receives it and signs?")
    role = await screen.host.show(PickDialog(title, rows, sentence=sentence, hint=_("takes this person")))
    receiver = next((person for person in case.receivers if person.role == role), None)
    if receiver is None:
        return
    if not receiver.name:
        await _hand_over_to_delegate(screen, title, case.number, receiver.role)
    elif receiver.is_organisation:
        await _hand_over_to_organisation(screen, title, case.number, receiver)
    elif receiver.by_code:
        sentence = _("{name} has shown a code in this visit. {things} Is it signed for?")
        if await screen.host.show(ConfirmDialog(title, sentence.format(name=receiver.name, things=things))):
            await screen.call_and_paint(partial(screen.service.hand_over_results, receiver.role, "code"))
    else:
        sentence = _(
            "Does the identity document show {name}, number {number}, and is the person at the window its holder?"
        )
        stated = sentence.format(name=receiver.name, number=receiver.number)
        if await screen.host.show(ConfirmDialog(title, stated, hint=_("document and person match"))):
            await screen.call_and_paint(partial(screen.service.hand_over_results, receiver.role, "document"))


async def _hand_over_to_organisation(screen: CounterFrame, title: str, case: str, receiver: Receiver) -> None:
    """Ask who signs for an organisation, and whether the person may."""
    key = f"signer in {case}"
    sentence = _("Who signs for {name}? Name as on the identity document.").format(name=receiver.name)
    signer = await ask_text(screen, key, title, sentence)
    if not signer:
        return
    sentence = _("Does the identity document name {signer}, and may they sign for {name}?")
    stated = sentence.format(signer=signer, name=receiver.name)
    if await screen.host.show(ConfirmDialog(title, stated, hint=_("both were checked"))):
        known_by: Literal["code", "document"] = "code" if receiver.by_code else "document"
        await screen.call_and_paint(partial(screen.service.hand_over_results, receiver.role, known_by, signer))
        drop_texts(screen, key)


async def _hand_over_to_delegate(screen: CounterFrame, title: str, case: str, role: str) -> None:
    """Ask for the name of a delegate, and whether the delegation was checked."""
    key = f"delegate in {case}"
    name = await ask_text(screen, key, title, _("Name of the delegate, as on the identity document?"))
    if not name:
        return
    sentence = _("Do the written delegation and the identity document name {name}?").format(name=name)
    if await screen.host.show(ConfirmDialog(title, sentence, hint=_("both were checked"))):
        await screen.call_and_paint(partial(screen.service.hand_over_results, role, "delegation", name))
        drop_texts(screen, key)
