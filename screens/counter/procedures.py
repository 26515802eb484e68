"""Actions of the counter that show dialogs to the clerk; function keys and the F8 menu run them."""

from __future__ import annotations

from functools import partial
from time import monotonic

from clerk_app.locales import _
from clerk_app.views.case import PartyRow
from clerk_app.views.counter import CounterView
from screens.counter.absent_list import compare_list
from screens.counter.co_signature import ask_sheet
from screens.counter.consent import ask_consent, ask_signature
from screens.counter.frame import CounterFrame
from screens.counter.held_materials import toggle_paper
from screens.counter.leaving import serve_requested_ticket
from screens.counter.party_roles import choose_party_roles
from screens.counter.scan_dialog import ScanDialog
from screens.widgets.dialogs import ConfirmDialog, ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow


async def scan(screen: CounterFrame) -> None:
    """Show the camera and process the code that it reads, or the text that the clerk types."""
    dialog = ScanDialog(screen.camera)
    text = await screen.host.show(dialog)
    if text is not None:
        screen.camera_read = text, monotonic()
        await process_code(screen, text, by_camera=dialog.by_camera)


async def process_code(screen: CounterFrame, text: str, *, by_camera: bool = False) -> None:
    """Process a scanned text: a citizen's code, or the number of a receipt or ticket.

    The camera reads at a moment that the user does not choose: an Enter or F9 pressed until the result is shown was
    meant for the scan dialog, and confirms no face and picks no party.
    """
    before = screen.view
    await screen.call_and_paint(partial(screen.service.process_scan, text))
    if by_camera:
        screen.host.drop_queued_keys("enter", "f9")
    if screen.view is not None and screen.view.requested_ticket is not None:
        await serve_requested_ticket(screen, screen.view.requested_ticket)
    if screen.view is not None and screen.view.scanned_list:
        await ask_signature(screen, screen.view.scanned_list)
        return
    if screen.view is not None and screen.view.brought_list is not None:
        await compare_list(screen, screen.view.brought_list)
        return
    if screen.view is not None and screen.view.scanned_sheet:
        await ask_sheet(screen, screen.view.scanned_sheet)
        return
    await choose_party_roles(screen)
    # a refused code changes the person shown, not the draft
    used = before is None or screen.view is None or before.intake != screen.view.intake
    if screen.mode == "intake" and _list_parties(before) != _list_parties(screen.view):
        screen.focus_first_part()  # the field that had the focus may be filled now
    if screen.mode == "intake" and used:  # otherwise the message contains the reason why it was not used
        await ask_consent(screen)
    elif screen.mode == "person":
        screen.focus_first_part()  # Enter confirms the person, whatever code was shown before


def _list_parties(view: CounterView | None) -> tuple[PartyRow, ...]:
    return view.intake.parties if view is not None and view.intake is not None else ()


async def identify_by_document(screen: CounterFrame) -> None:
    """Record that a party showed an identity document: as the form states them, or with the typed name and number."""
    intake = screen.view.intake if screen.view else None
    open_parties = [party for party in intake.parties if not party.identified] if intake else []
    if not open_parties:
        screen.host.notify(_("Every party is identified in this visit."))
        return
    role: str | None = open_parties[0].role
    title = _("Identity document")
    if len(open_parties) > 1:
        rows = [
            PickRow(party.role, party.role_name, str(index + 1), party.name) for index, party in enumerate(open_parties)
        ]
        role = await screen.host.show(PickDialog(title, rows, hint=_("takes this party")))
    party = next((party for party in open_parties if party.role == role), None)
    if party is None:
        return
    if party.name and party.number:
        sentence = _("Does the document show {name}, number {number}, and is the person at the window its holder?")
        if party.is_organisation:
            sentence = _("Does the licence show {name}, number {number}, and may the person at the window act for it?")
        stated = sentence.format(name=party.name, number=party.number)
        if await screen.host.show(ConfirmDialog(title, stated, hint=_("document and person match"))):
            await screen.call_and_paint(partial(screen.service.identify_by_document, party.role, "", ""))
            await choose_party_roles(screen)
        return
    sentence = _("{role}: which name does the document show?").format(role=party.role_name)
    draft = intake.draft if intake else ""
    name_key, number_key = (f"{part} of {party.role} in {draft}" for part in ("name", "number"))
    name = await ask_text(screen, name_key, title, sentence, value="" if intake and intake.is_masked else party.name)
    if not name:
        return
    sentence = _("Which number does the document show?")
    number = await ask_text(screen, number_key, title, sentence, kind="id_number")
    if number:
        await screen.call_and_paint(partial(screen.service.identify_by_document, party.role, name, number))
        drop_texts(screen, name_key, number_key)
        await choose_party_roles(screen)


async def toggle_requirement(screen: CounterFrame) -> None:
    """Toggle a requirement: whether a material was handed in on paper, or whether a matter is applied for."""
    kind, _colon, key = (await screen.choose_requirement()).partition(":")
    if kind == "material":
        await toggle_paper(screen, key)
    elif kind == "matter" and screen.view is not None and screen.view.intake is not None:
        chosen = {matter.id for matter in screen.view.intake.matters if matter.chosen}
        act = screen.service.drop_matter if key in chosen else screen.service.add_matter
        await screen.call_and_paint(partial(act, key))


async def fetch_materials(screen: CounterFrame) -> None:
    """Fetch the materials that the city holds, for a draft that was begun while the center was out of reach."""
    await screen.call_and_paint(screen.service.fetch_materials)
    await ask_consent(screen)
