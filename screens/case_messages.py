"""Messages on the case on the screen: read them, write one, show the citizen those to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from clerk_app.locales import _
from clerk_app.views.case_messages import CaseMessageService
from screens.host import ScreenHost
from screens.widgets.dialogs import ConfirmDialog, ReadDialog, TextDialog
from screens.widgets.pick import PickDialog, PickRow


class MessageScreen(Protocol):
    """The screen, as the acts on messages use it."""

    @property
    def host(self) -> ScreenHost:
        """The app."""
        ...

    async def call_and_paint(self, call: Callable[[], Any]) -> None:
        """Call the service and paint the view that it returns."""
        ...


async def show_messages(screen: MessageScreen, service: CaseMessageService[Any], papers: Sequence[PickRow] = ()) -> str:
    """Show the messages on a case, and let the reader write one; return the id of the paper that was picked instead.

    `papers` are the messages to the citizen that this place can print.
    """
    thread = await screen.host.ask(service.read_messages)
    title = _("Messages on the case")
    if thread.rows:
        sentences: list[str] = []
        for row in thread.rows:
            state = _("delivered on paper") if row.is_delivered else _("read") if row.is_read else _("not read yet")
            state = _("new") if row.is_new else state
            sentences += [f"{row.heading} ({state})", f"  {row.text}", ""]
        await screen.host.show(ReadDialog(title, sentences=sentences))
    rows = [PickRow(option.id, option.name, str(number)) for number, option in enumerate(thread.addressees, 1)]
    if thread.for_citizen:
        words = _("The citizen was shown the messages to them: {count}").format(count=thread.for_citizen)
        rows.append(PickRow("shown", words, str(len(rows) + 1)))
    rows += [replace(paper, key=str(number)) for number, paper in enumerate(papers, len(rows) + 1)]
    sentence = _("Papers are asked for with a supplement notice (F6 at the department), not with a message.")
    chosen = await screen.host.show(PickDialog(_("Write a message"), rows, sentence=sentence))
    if chosen in {paper.id for paper in papers}:
        return str(chosen)
    if chosen == "shown":
        question = _("Were the messages to the citizen shown or read out to them?")
        if await screen.host.show(ConfirmDialog(title, question)):
            await screen.call_and_paint(service.show_messages_to_citizen)
    elif chosen is not None:
        option = next(option for option in thread.addressees if option.id == chosen)
        text = await screen.host.show(TextDialog(option.name, _("At most 300 characters. It stays with the case.")))
        if text is not None:
            await screen.call_and_paint(partial(service.send_case_message, chosen, text))
    return ""
