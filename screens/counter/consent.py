"""Consent of the citizen to the use of what the city holds, its confirmation, and the release of the materials."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, format_list
from clerk_app.views.case import MaterialRow
from clerk_app.views.consent import ConsentListRow
from screens.counter.consent_dialog import ConsentDialog
from screens.counter.frame import CounterFrame, needs_face_check
from screens.widgets.dialogs import ConfirmDialog, ReadDialog, TextDialog
from screens.widgets.paint import join_phrases
from screens.widgets.pick import PickRow
from screens.widgets.pick_many import PickManyDialog


async def ask_consent(screen: CounterFrame) -> None:
    """Ask for the consents that nobody has answered yet, in one dialog."""
    if any(row.consent == "asked" for row in _materials(screen)):
        await ask_consent_again(screen)


async def ask_consent_again(screen: CounterFrame) -> None:
    """Ask for the consents that were not given; record what the clerk ticks, and what is marked as declined.

    The person is compared with the photo first: nobody agrees to anything before.
    """
    asked = [row for row in _materials(screen) if row.consent in ("asked", "declined")]
    if not asked:
        return
    if needs_face_check(screen.view):
        person = screen.view.applicant if screen.view else None
        sentence = _("Compare the person with the photo and confirm (F9). The consent is asked for after that.")
        if person is not None and person.is_organisation:
            sentence = _(
                "Check the agent's identity document and delegation, and confirm (F9). The consent is asked for after "
                "that."
            )
        screen.host.notify(sentence)
        return
    rows = [
        PickRow(row.id, row.name, hint=join_phrases(row.holder, row.needed_for), short_hint=row.holder) for row in asked
    ]
    dialog = ConsentDialog(rows, [row.id for row in asked if row.consent == "declined"])
    ticked = await screen.host.show(dialog)
    if ticked is None:
        return
    declined = [row.id for row in asked if row.id in dialog.declined and row.consent == "asked"]
    if declined:
        await screen.call_and_paint(partial(screen.service.decline_consent, declined))
    if ticked:
        await screen.call_and_paint(partial(screen.service.record_consent, ticked))
        await release_materials(screen)
    screen.focus_first_part()  # the field that had the focus may be filled now


def _materials(screen: CounterFrame) -> tuple[MaterialRow, ...]:
    intake = screen.view.intake if screen.view else None
    return intake.materials if intake is not None else ()


async def withdraw_consent(screen: CounterFrame) -> None:
    """Record that the citizen takes a consent back; the material has to be brought on paper then."""
    rows = [
        PickRow(row.id, row.name, hint=join_phrases(row.holder, row.needed_for), short_hint=row.holder)
        for row in _materials(screen)
        if row.can_withdraw
    ]
    sentence = _("Which consent is taken back? The content leaves this draft, and paper is needed instead.")
    title, hint = _("Withdraw a consent"), _("withdraws what is ticked")
    ticked = await screen.host.show(PickManyDialog(title, sentence, rows, hint=hint))
    if ticked:
        await screen.call_and_paint(partial(screen.service.withdraw_consent, ticked))


async def withdraw_case_consent(screen: CounterFrame) -> None:
    """Record that a party takes a consent back after the acceptance; open tasks ask for the paper.

    A party who showed no code signs a paper, and the number of their identity document is typed.
    """
    case = screen.view.case if screen.view else None
    if case is None:
        return
    title = _("Withdraw a consent")
    kept = [join_phrases(option.name, option.hint) for option in case.decided_consents]
    if not case.withdrawable:
        await screen.host.show(ReadDialog(_("It cannot be withdrawn any more"), sentences=kept))
        return
    rows = [PickRow(option.id, option.name, hint=option.hint) for option in case.withdrawable]
    sentence = _("Which consent is taken back? Open tasks wait until the paper is brought; a notice asks for it.")
    if kept:
        sentence += " " + _("Not any more: {names}.").format(names=format_list(kept))
    ticked = await screen.host.show(PickManyDialog(title, sentence, rows, hint=_("withdraws what is ticked")))
    number: str | None = ""
    if ticked and screen.view is not None and screen.view.applicant is None:
        sentence = _(
            "Nobody has shown a code. Take in the withdrawal that the party signed, check their identity document, and "
            "type its number."
        )
        number = await screen.host.show(TextDialog(title, sentence, kind="document_number"))
    if ticked and number is not None:
        await screen.call_and_paint(partial(screen.service.withdraw_case_consent, ticked, number))


async def release_materials(screen: CounterFrame) -> None:
    """Fetch what was agreed to. With a printed code, ask for the last digits of its holder's telephone first."""
    intake = screen.view.intake if screen.view else None
    if intake is None or not intake.has_unreleased:
        return
    asked: set[str] = set()
    while intake is not None and intake.needs_second_factor and intake.second_factor_of not in asked:
        asked.add(intake.second_factor_of)
        sentence = _(
            "The code may be a print. Ask {name}: what are the last four digits of the telephone number that the "
            "city has for you? With a fresh code on the phone (F7) this is not needed."
        ).format(name=intake.second_factor_of or _("the citizen"))
        typed = await screen.host.show(TextDialog(_("Second factor"), sentence, kind="number"))
        if typed is None:
            return
        await screen.call_and_paint(partial(screen.service.release_materials, typed))
        intake = screen.view.intake if screen.view else None
        if intake is not None and not intake.has_unreleased:
            screen.host.clear_message()  # why it could not be shown before
    if not asked:
        await screen.call_and_paint(partial(screen.service.release_materials, ""))


def _printed_lists(screen: CounterFrame) -> list[ConsentListRow]:
    intake = screen.view.intake if screen.view else None
    return [row for row in (intake.consent_lists if intake is not None else ()) if row.number]


async def ask_signatures(screen: CounterFrame) -> bool:
    """Ask which of the printed lists are signed, and record it; return whether there are any."""
    printed = _printed_lists(screen)
    if len(printed) < 2:
        for row in printed:
            await ask_signature(screen, row.number)
        return bool(printed)
    rows = [PickRow(row.number, row.party, hint=join_phrases(row.number, *row.licences)) for row in printed]
    sentence = _("Which parties have signed their list? What a list does not name is not confirmed by it.")
    title, hint = _("Signed consent lists"), _("records the signatures")
    ticked = await screen.host.show(PickManyDialog(title, sentence, rows, hint=hint))
    if ticked:
        await screen.call_and_paint(partial(screen.service.confirm_consents, ticked))
    return True


async def ask_signature(screen: CounterFrame, number: str) -> None:
    """Ask whether the printed list of a party is signed, and record it."""
    party = next((row.party for row in _printed_lists(screen) if row.number == number), "")
    sentence = _(
        "Has {party} signed list {number}? It stays in the file of the service centre. "
        "Without a signature, or a second scan of a fresh code, the consent counts as stated by the clerk."
    ).format(party=party or _("the citizen"), number=number)
    title, hint = _("Signed consent list"), _("it is signed")
    if await screen.host.show(ConfirmDialog(title, sentence, hint=hint)):
        await screen.call_and_paint(partial(screen.service.confirm_consents, [number]))


async def show_accesses(screen: CounterFrame) -> None:
    """Show who saw the data of the citizen who is served."""
    accesses = await screen.host.ask(screen.service.list_accesses)
    texts = accesses or (_("Nobody has seen them yet."),)
    await screen.host.show(ReadDialog(_("Who saw this citizen's data"), sentences=texts))
