"""Item of the F8 menu for the messages on the open case; those to the citizen can be printed."""

from __future__ import annotations

from clerk_app.locales import _, mark
from clerk_app.views.shared import CaseLetter
from screens.case_messages import show_messages
from screens.counter.frame import CounterFrame
from screens.counter.letters import print_chosen
from screens.counter.menu_item import MenuItem
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.pick import PickRow


async def _show(screen: CounterFrame) -> None:
    """Show the messages; print one that is picked, or offer to print one that was written for the citizen."""
    before = _list_messages(screen)
    papers = [
        PickRow(letter.id, _("Print: {title}").format(title=letter.title), "", _describe(letter))
        for letter in reversed(before)
    ]
    chosen = await show_messages(screen, screen.service, papers)
    if chosen:
        await print_chosen(screen, [chosen])
        return
    known = {letter.id for letter in before}
    written = [letter.id for letter in _list_messages(screen) if letter.id not in known]
    if not written:
        return
    question = _("Print the message, to be handed to the citizen? Otherwise it is shown at the window later.")
    if await screen.host.show(ConfirmDialog(_("Message to the citizen"), question, hint=_("prints it"))):
        await print_chosen(screen, written)


def _list_messages(screen: CounterFrame) -> list[CaseLetter]:
    return [letter for letter in screen.view.letters if letter.is_message] if screen.view else []


def _describe(letter: CaseLetter) -> str:
    state = _("delivered on paper") if letter.is_printed else _("not printed")
    return f"{letter.day:%Y-%m-%d}  {state}"


MESSAGE_ITEMS = (
    MenuItem(68, "messages", mark("Messages on the case: read, write"), lambda view: view.case is not None, _show),
)
