"""Notices of a window below the top line, which take no key: messages, the call for help, a pause, closing soon."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Literal

from clerk_app.errors import ClerkError
from clerk_app.locales import _, plural_form
from clerk_app.views.counter import CounterService, CounterView
from screens import keys
from screens.counter.layout import CounterLayout
from screens.widgets.notice_line import Notice, NoticeLine

HelpState = Literal["", "sending", "failed"]


class StaffNotices(CounterLayout):
    """Shows what supervisors sent, what became of a call for help, and that the window is paused or soon closed."""

    HAS_NOTICES = True
    service: CounterService

    def __init__(self) -> None:
        super().__init__()
        self._help_state: HelpState = ""
        self._failure = ""
        self._calling_notices = 0  # messages and calls for help, which ring

    def show_notices(self, view: CounterView) -> None:
        """Show the notices of a view."""
        if view.help_call is not None:
            self._help_state = ""
        notices = [*self._help_notices(view)]
        if view.messages:
            first, more = view.messages[0], len(view.messages) - 1
            text = _("{sender}, {time}: {text}").format(sender=first.sender, time=first.time, text=first.text)
            if more:
                text += "  " + plural_form(more, _("{count} more"), _("{count} more")).format(count=more)
            notices.append(Notice("warn", text, f"{keys.READ.key_cap} " + _("read")))
        line = self.query_one(NoticeLine)
        if len(notices) > self._calling_notices:
            self.app.bell()
        self._calling_notices = len(notices)
        line.show_notices([*notices, *([Notice("warn", view.window_state)] if view.window_state else [])])

    def _help_notices(self, view: CounterView) -> list[Notice]:
        if view.help_call is not None:
            return [Notice("good" if view.help_call.is_seen else "bad", view.help_call.sentence)]
        if self._help_state == "sending":
            return [Notice("bad", _("The call for help is being sent."))]
        if self._help_state == "failed":
            sentence = _("The call for help was NOT SENT: nobody was alarmed. {reason} Call aloud or by telephone.")
            answer = _("^E twice: again;  ^R: close")
            return [Notice("bad", sentence.format(reason=self._failure), answer)]
        return []

    def call_help(self) -> None:
        """Call for help. The call has a thread of its own: another call of the service may be waiting."""
        if self._help_state != "sending":
            self._help_state = "sending"
            self.host.run_in_background(self._send_call())

    async def _send_call(self) -> None:
        self._repaint_notices()
        try:
            await asyncio.to_thread(self.service.raise_emergency)
        except ClerkError as error:
            self._help_state, self._failure = "failed", str(error)
            self.app.bell()
            self._repaint_notices()
            return
        self._help_state = ""
        self.show_notices(await self.host.ask(self.service.read_view))

    def _repaint_notices(self) -> None:
        if self.view is not None:
            self.show_notices(self.view)

    def action_call_help(self) -> None:
        """Chosen from the list of commands or the menu: it was meant."""
        self.call_help()

    def action_explain_help(self) -> None:
        """The first press: nobody is called yet."""
        self.host.notify(_("Press ^E again within a second: a supervisor is alarmed."), severity="warning")

    def action_read_message(self) -> None:
        if self._help_state == "failed":
            self._help_state = ""
            self._repaint_notices()
        elif self.view is not None and self.view.messages:
            self.host.perform(self._mark_read(self.view.messages[0].id))

    async def _mark_read(self, message: str) -> None:
        view = await self.host.ask(partial(self.service.mark_message_read, message))
        await self.paint_view(view)
        self.host.notify(view.message)

    async def paint_view(self, view: CounterView) -> None:
        """Paint a view."""
        raise NotImplementedError


async def call_help(screen: StaffNotices) -> None:
    """Call for help from the menu."""
    screen.call_help()


async def read_message(screen: StaffNotices) -> None:
    """Mark the message as read, in an action of its own that begins after the menu's."""
    screen.call_later(screen.action_read_message)
