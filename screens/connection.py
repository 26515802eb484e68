"""Dialogs of the connection to the center: its state, what can be done now, and rejected work."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.connection import RejectedWork, StaffService
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import ReadDialog, ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

_WIDTH = 74  # characters of a line in a dialog


async def show_connection(screen: RoleScreen, service: StaffService) -> None:
    """Show the page of the connection, then settle the rejected work that was chosen there; going back returns to it.

    Asks for date and time first if the clock of this machine is not plausible.
    """
    from screens.connection_page import ConnectionPage  # a page of its own: not at each sign-in

    await ask_clock(screen, service)
    while True:
        view = await screen.host.ask(service.read_connection)
        chosen = await screen.host.show(ConnectionPage(service.read_connection, view))
        if chosen is None or await _settle(screen, service, chosen):
            return


async def ask_clock(screen: RoleScreen, service: StaffService) -> None:
    """Ask for date and time if the clock of this machine is not plausible; Escape leaves it as it is."""
    while (question := await screen.host.ask(service.read_clock_question)) is not None:
        hint = _("sets date and time")
        time = await ask_text(screen, "clock", _("Clock"), question.sentence, value=question.value, hint=hint)
        if not time:
            return
        try:
            await screen.host.ask(partial(service.set_clock, time))
        except ClerkError as error:
            screen.host.notify(str(error), severity="error")
            continue
        drop_texts(screen, "clock")
        await screen.refresh_view()
        screen.host.notify(_("Date and time are recorded."))


async def settle_rejected_work(screen: RoleScreen, service: StaffService, rejected: Sequence[RejectedWork]) -> None:
    """Let the user choose an item of rejected work, read all of it, and record how it was settled."""
    rows = [
        PickRow(str(index), work.action, str(index + 1), "  ".join(filter(None, (work.case_number, work.sentence))))
        for index, work in enumerate(rejected)
    ]
    chosen: str | None = "0"
    if len(rows) > 1:
        chosen = await screen.host.show(PickDialog(_("To settle"), rows))
    if chosen is None or not rows:
        return
    await _settle(screen, service, rejected[int(chosen)])


async def _settle(screen: RoleScreen, service: StaffService, work: RejectedWork) -> bool:
    """Show an item of rejected work and record what is done about it; return False if the user went back."""
    if work.is_acceptance:
        work = await screen.host.ask(partial(service.fetch_rejected, work.id))
    if not await screen.host.show(RejectedWorkDialog(work)):
        return False
    if work.is_acceptance:
        becomes = await _choose_result(screen)
        if becomes == "accept":
            screen.host.notify(await screen.host.ask(partial(service.accept_rejected, work.id)))
            await screen.refresh_view()
        if becomes != "informed":
            return becomes is not None
    act: str | None = await _choose_act(screen, work) if work.acts else ""
    if act is None:
        return False
    recorded: list[str] = []

    async def record(note: str) -> None:
        await screen.host.ask(partial(service.settle_rejected, work.id, note, act))
        await screen.refresh_view()
        screen.host.notify(_("Settled. What was typed stays in the history."))
        recorded.append(note)

    await record_reasons(
        screen, f"settle {work.id}", _("Settle"), _("What was done about it? The answer is kept."), record
    )
    return bool(recorded)


async def _choose_act(screen: RoleScreen, work: RejectedWork) -> str | None:
    """Let the supervisor choose what is done about a rejected entry of the hall; "" for a note alone, None for back."""
    rows = [PickRow(act.id, act.name, act.key, act.hint) for act in work.acts]
    rows.append(PickRow("", _("Only a note"), str(len(rows) + 1), _("tickets and windows stay as they are")))
    return await screen.host.show(PickDialog(_("What is done about it?"), rows))


async def _choose_result(screen: RoleScreen) -> str | None:
    """Let the supervisor choose the result of a rejected acceptance: "accept", "informed", or None for back."""
    rows = [
        PickRow("accept", _("Accept it again"), "1", _("under its number if it is free")),
        PickRow("informed", _("The citizen was told"), "2", _("the number stays not valid")),
    ]
    return await screen.host.show(PickDialog(_("What becomes of this acceptance?"), rows))


class RejectedWorkDialog(ReadDialog):
    """One item of rejected work, with everything that the clerk had typed."""

    def __init__(self, work: RejectedWork) -> None:
        from screens.connection_page import work_lines

        super().__init__(work.action, list(work_lines(work, _WIDTH)))
        self.hint = _("settles it")
