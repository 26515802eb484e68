"""Asks to whom results are handed over, and how the receiver is known; all results, or finished ones early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from clerk_app.locales import _, format_list
from clerk_app.views.case import AGENT, CaseView, Receiver
from clerk_app.views.counter import CounterView
from clerk_app.views.handover import ReceiverKnownBy
from screens.counter.frame import CounterFrame
from screens.counter.scan_dialog import ScanDialog
from screens.widgets.dialogs import ConfirmDialog, ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.pick_many import PickManyDialog


class HandOver(Protocol):
    """Hands the results over to a receiver: role, how they are known, and a name that the clerk typed."""

    def __call__(self, role: str, known_by: ReceiverKnownBy, name: str = "", /) -> CounterView:
        """Perform the hand-over and return the new view."""
        ...


@dataclass(frozen=True)
class _Act:
    """A hand-over that is being recorded: the case, its results in words, and what is called at the end."""

    case: CaseView
    title: str
    things: str
    hand_over: HandOver


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
    await _ask_receiver(screen, _Act(case, _("Hand over"), things, screen.service.hand_over_results))


async def hand_over_early(screen: CounterFrame) -> None:
    """Record that finished results were handed over before the other matters are decided."""
    case = screen.view.case if screen.view else None
    if case is None or not case.early:
        screen.host.notify(_("No result can be handed over early."))
        return
    title = _("Hand over early")
    is_single = len(case.early) == 1
    rows = [PickRow(row.id, row.name, "", row.hint, ticked=is_single) for row in case.early]
    sentence = _("Which finished results does the applicant take now? The rest is handed over together later.")
    matters = await screen.host.show(PickManyDialog(title, sentence, rows))
    if not matters:
        return
    key = f"early in {case.number}"
    cause = await ask_text(screen, key, title, _("Why are they needed now? It explains the further visit."))
    if not cause:
        return
    names = format_list((row.hint or row.name for row in case.early if row.id in matters), ";")
    things = _("Hand over: {things}.").format(things=names)
    hand_over = partial(screen.service.hand_over_part, matters, cause)
    if await _ask_receiver(screen, _Act(case, title, things, hand_over)):
        drop_texts(screen, key)


async def _ask_receiver(screen: CounterFrame, act: _Act) -> bool:
    """Ask who receives the results and record the hand-over; return whether it was recorded."""
    receivers = act.case.receivers
    rows = [
        PickRow(person.role, "  ".join(filter(None, (person.name, person.number))), str(index + 1), person.role_name)
        for index, person in enumerate(receivers)
    ]
    sentence = act.things + " " + _("Who receives it and signs?")
    role = await screen.host.show(PickDialog(act.title, rows, sentence=sentence, hint=_("takes this person")))
    receiver = next((person for person in receivers if person.role == role), None)
    if receiver is None:
        return False
    if receiver.role == AGENT:
        return await _hand_over_to_agent(screen, act)
    if not receiver.name:
        return await _hand_over_to_delegate(screen, act, receiver.role)
    if receiver.is_organisation:
        return await _hand_over_to_organisation(screen, act, receiver)
    if receiver.party_role:
        sentence = _("{name} acts for an absent party and has shown the own code. {things} Is it signed for?")
        dialog = ConfirmDialog(act.title, sentence.format(name=receiver.name, things=act.things))
        return await _confirm(screen, dialog, partial(act.hand_over, receiver.party_role, "representative"))
    if receiver.by_code:
        sentence = _("{name} has shown a code in this visit. {things} Is it signed for?")
        dialog = ConfirmDialog(act.title, sentence.format(name=receiver.name, things=act.things))
        return await _confirm(screen, dialog, partial(act.hand_over, receiver.role, "code"))
    sentence = _("Does the identity document show {name}, number {number}, and is the person at the window its holder?")
    stated = sentence.format(name=receiver.name, number=receiver.number)
    dialog = ConfirmDialog(act.title, stated, hint=_("document and person match"))
    return await _confirm(screen, dialog, partial(act.hand_over, receiver.role, "document"))


async def _confirm(screen: CounterFrame, dialog: ConfirmDialog, action: Callable[[], CounterView]) -> bool:
    """Show what the clerk confirms and perform the action; return whether it was performed."""
    if not await screen.host.show(dialog):
        return False
    await screen.call_and_paint(action)
    return True


async def _hand_over_to_agent(screen: CounterFrame, act: _Act) -> bool:
    """Ask for the codes of a party and of its agent until the center has verified both."""
    collector = await screen.host.ask(screen.service.read_collector)
    while not collector.is_complete:
        if collector.role:
            sentence = _("Verified: the code of {name}. Now the agent's own code.").format(name=collector.party_name)
        elif collector.agent:
            sentence = _("Verified: the code of {name}. Now the code of a party of the case; a printed one is enough.")
            sentence = sentence.format(name=collector.agent_name)
        else:
            sentence = _("Scan the code of the party, a printed one is enough, and the agent's own code.")
        text = await screen.host.show(ScanDialog(screen.camera, title=act.title, sentence=sentence))
        if text is None:
            return False
        collector = await screen.host.ask(partial(screen.service.scan_collector, text))
    sentence = _("The center has verified the codes of {party} and of {agent}. Is the person at the window {agent}?")
    stated = sentence.format(party=collector.party_name, agent=collector.agent_name) + " " + act.things
    dialog = ConfirmDialog(act.title, stated, hint=_("the person was compared and has signed"))
    return await _confirm(screen, dialog, partial(act.hand_over, collector.role, "codes"))


async def _hand_over_to_organisation(screen: CounterFrame, act: _Act, receiver: Receiver) -> bool:
    """Ask who signs for an organisation, and whether the person may."""
    key = f"signer in {act.case.number}"
    sentence = _("Who signs for {name}? Name as on the identity document.").format(name=receiver.name)
    signer = await ask_text(screen, key, act.title, sentence)
    if not signer:
        return False
    sentence = _("Does the identity document name {signer}, and may they sign for {name}?")
    stated = sentence.format(signer=signer, name=receiver.name)
    known_by: ReceiverKnownBy = "code" if receiver.by_code else "document"
    dialog = ConfirmDialog(act.title, stated, hint=_("both were checked"))
    if not await _confirm(screen, dialog, partial(act.hand_over, receiver.role, known_by, signer)):
        return False
    drop_texts(screen, key)
    return True


async def _hand_over_to_delegate(screen: CounterFrame, act: _Act, role: str) -> bool:
    """Ask for the name of a delegate, and whether the delegation was checked."""
    key = f"delegate in {act.case.number}"
    name = await ask_text(screen, key, act.title, _("Name of the delegate, as on the identity document?"))
    if not name:
        return False
    sentence = _("Do the written delegation and the identity document name {name}?").format(name=name)
    dialog = ConfirmDialog(act.title, sentence, hint=_("both were checked"))
    if not await _confirm(screen, dialog, partial(act.hand_over, role, "delegation", name)):
        return False
    drop_texts(screen, key)
    return True
