"""Consent lists of absent parties: which to print, and the comparison of one that was signed elsewhere."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, format_list
from clerk_app.views.consent import BroughtList
from screens.counter.consent import ask_signatures
from screens.counter.frame import CounterFrame
from screens.widgets.dialogs import ConfirmDialog, TextDialog
from screens.widgets.pick import PickDialog, PickRow

_PRESENT = "present"


async def print_list(screen: CounterFrame) -> None:
    """Print the lists of those who have agreed here, or the list of an absent party, who signs it elsewhere."""
    intake = screen.view.intake if screen.view else None
    absent = intake.absent_lists if intake is not None else ()
    chosen: str | None = _PRESENT
    if absent:
        rows = []
        if intake is not None and intake.consent_lists:
            parties = format_list(row.party for row in intake.consent_lists)
            rows.append(PickRow(_PRESENT, _("Those who have agreed here"), "1", parties))
        rows += [
            PickRow(option.id, _("{party}, absent").format(party=option.name), str(index), option.hint)
            for index, option in enumerate(absent, len(rows) + 1)
        ]
        chosen = await screen.host.show(PickDialog(_("Print a consent list"), rows, hint=_("prints it")))
    if chosen is None:
        return
    if chosen != _PRESENT:
        await screen.call_and_paint(partial(screen.service.print_absent_list, chosen))
        return
    await screen.call_and_paint(screen.service.print_consent_list)
    await ask_signatures(screen)


async def confirm_consents(screen: CounterFrame) -> None:
    """Record which parties signed the list of what they agreed to; print the lists first if none was printed."""
    if not await ask_signatures(screen):
        await print_list(screen)


async def compare_list(screen: CounterFrame, brought: BroughtList) -> None:
    """Let the clerk compare a list that was signed elsewhere with what the center has of it, and record it."""
    sentence = _(
        "The paper has to name: {party}; {one_thing}; {materials}; printed on {day}. Does it, and has the party signed "
        "it by hand? What it does not name is not agreed to."
    ).format(
        party=brought.party,
        one_thing=brought.one_thing,
        materials=format_list(brought.materials),
        day=brought.printed,
    )
    title = _("Consent list {number}").format(number=brought.number)
    if not await screen.host.show(ConfirmDialog(title, sentence, hint=_("it agrees, and is signed"))):
        return
    phone: str | None = ""
    if brought.needs_phone:
        sentence = _("Type the last four digits of the telephone number that the party wrote on the list.")
        phone = await screen.host.show(TextDialog(title, sentence, kind="number"))
    if phone is not None:
        await screen.call_and_paint(partial(screen.service.take_absent_list, brought.number, phone))
