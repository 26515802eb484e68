"""Asks a further party to sign the application: by a code, or on a printed sheet that the clerk has checked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from clerk_app.locales import _, format_list
from clerk_app.views.case import IntakeView
from screens.counter.frame import CounterFrame
from screens.counter.scan_dialog import ScanDialog
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.pick import PickDialog, PickRow

_CODE, _PRINT, _SIGNED = "code", "print ", "signed "


async def co_sign(screen: CounterFrame) -> None:
    """Record the co-signature of a further party of the draft, or print the sheet for it."""
    intake = screen.view.intake if screen.view else None
    if intake is None or not intake.unsigned:
        screen.host.notify(_("No further signature is missing."))
        return
    rows = [PickRow(row, name, str(number), hint) for number, (row, name, hint) in enumerate(_list_ways(intake), 1)]
    sentence = " ".join(option.hint for option in intake.unsigned if option.hint)
    chosen = await screen.host.show(PickDialog(_("Co-signature"), rows, sentence=sentence))
    if chosen == _CODE:
        await _scan(screen, intake)
    elif chosen is not None and chosen.startswith(_PRINT):
        await _print(screen, chosen.removeprefix(_PRINT))
    elif chosen is not None:
        await ask_sheet(screen, chosen.removeprefix(_SIGNED))


def _list_ways(intake: IntakeView) -> Iterator[tuple[str, str, str]]:
    """Yield the ways to sign: what is done, its name, and whom it concerns."""
    printed = {sheet.id for sheet in intake.sheets}
    for sheet in intake.sheets:
        yield _SIGNED + sheet.id, _("Sheet {number} is signed").format(number=sheet.hint), sheet.name
    yield _CODE, _("By a code that the party shows now"), format_list(row.name for row in intake.unsigned)
    for option in intake.unsigned:
        name = _("Print the sheet again") if option.id in printed else _("Print the sheet for the signature")
        yield _PRINT + option.id, name, option.name


async def _scan(screen: CounterFrame, intake: IntakeView) -> None:
    names = format_list(option.name for option in intake.unsigned)
    sentence = _("The scan signs the application: {names}").format(names=names)
    text = await screen.host.show(ScanDialog(screen.camera, title=_("Co-signature"), sentence=sentence))
    if text is not None:
        await screen.call_and_paint(partial(screen.service.co_sign, text))


async def _print(screen: CounterFrame, role: str) -> None:
    """Print the sheet, then ask whether it is signed."""
    await screen.call_and_paint(partial(screen.service.print_sheet, role))
    await ask_sheet(screen, role)


async def ask_sheet(screen: CounterFrame, role: str) -> None:
    """Ask whether the printed sheet of a role is signed, and record it."""
    intake = screen.view.intake if screen.view else None
    sheet = next((sheet for sheet in intake.sheets if sheet.id == role), None) if intake is not None else None
    if sheet is None:
        return
    sentence = _(
        "Has {name} signed sheet {number}? Compare the person with their identity document. The sheet stays in the "
        "file of the service centre. A later change of the form needs a new signature."
    ).format(name=sheet.name, number=sheet.hint)
    if await screen.host.show(ConfirmDialog(_("Signed sheet"), sentence, hint=_("it is signed"))):
        await screen.call_and_paint(partial(screen.service.co_sign_on_paper, role))
