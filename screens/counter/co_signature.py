"""Asks a further party to sign the application: by a code, or on a sheet that the clerk has checked."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, format_list
from screens.counter.frame import CounterFrame
from screens.counter.scan_dialog import ScanDialog
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.pick import PickDialog, PickRow

_PAPER = "paper "


async def co_sign(screen: CounterFrame) -> None:
    """Record the co-signature of a further party of the draft."""
    intake = screen.view.intake if screen.view else None
    unsigned = intake.unsigned if intake is not None else ()
    if not unsigned:
        screen.host.notify(_("No further signature is missing."))
        return
    title = _("Co-signature")
    rows = [PickRow("scan", _("By a code that the party shows now"), "1")]
    rows += [
        PickRow(_PAPER + option.id, _("On a sheet that the party has signed"), str(index), option.name)
        for index, option in enumerate(unsigned, 2)
    ]
    chosen = await screen.host.show(PickDialog(title, rows))
    if chosen == "scan":
        sentence = _("The scan signs the application: {names}").format(names=format_list(row.name for row in unsigned))
        text = await screen.host.show(ScanDialog(screen.camera, title=title, sentence=sentence))
        if text is not None:
            await screen.call_and_paint(partial(screen.service.co_sign, text))
    elif chosen is not None:
        sentence = _("Did you check the sheet, and does it name this application and the signer?")
        if await screen.host.show(ConfirmDialog(title, sentence, hint=_("it is signed"))):
            await screen.call_and_paint(partial(screen.service.co_sign_on_paper, chosen.removeprefix(_PAPER)))
