"""Dialogs of the connection to the center: its state, what can be done now, and rejected work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from rich.cells import cell_len

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.connection import ConnectionView, RejectedWork, StaffService
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import ReadDialog, ask_text, drop_texts
from screens.widgets.paint import Line, fit, level_style, level_symbol, wrap
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

_WIDTH = 74  # characters of a line in a dialog


async def show_connection(screen: RoleScreen, service: StaffService) -> None:
    """Show the state of the connection, then the rejected work if there is any and the user pressed Enter.

    Asks for date and time first if the clock of this machine is not plausible.
    """
    await ask_clock(screen, service)
    view = await screen.host.ask(service.read_connection)
    agreed = await screen.host.show(ConnectionDialog(view))
    if agreed and view.rejected:
        await settle_rejected_work(screen, service, view.rejected)


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
    work = rejected[int(chosen)]
    if work.is_acceptance:
        work = await screen.host.ask(partial(service.fetch_rejected, work.id))
    if not await screen.host.show(RejectedWorkDialog(work)):
        return
    if work.is_acceptance and await _accept_again(screen, service, work):
        return
    act: str | None = await _choose_act(screen, work) if work.acts else ""
    if act is None:
        return

    async def record(note: str) -> None:
        await screen.host.ask(partial(service.settle_rejected, work.id, note, act))
        await screen.refresh_view()
        screen.host.notify(_("Settled. What was typed stays in the history."))

    await record_reasons(
        screen, f"settle {work.id}", _("Settle"), _("What was done about it? The answer is kept."), record
    )


async def _choose_act(screen: RoleScreen, work: RejectedWork) -> str | None:
    """Let the supervisor choose what is done about a rejected entry of the hall; "" for a note alone, None for back."""
    rows = [PickRow(act.id, act.name, act.key, act.hint) for act in work.acts]
    rows.append(PickRow("", _("Only a note"), str(len(rows) + 1), _("tickets and windows stay as they are")))
    return await screen.host.show(PickDialog(_("What is done about it?"), rows))


async def _accept_again(screen: RoleScreen, service: StaffService, work: RejectedWork) -> bool:
    """Let the supervisor choose what becomes of a rejected acceptance; return False if the citizen was told."""
    rows = [
        PickRow("accept", _("Accept it again"), "1", _("under its number if it is free")),
        PickRow("told", _("The citizen was told"), "2", _("the number stays not valid")),
    ]
    chosen = await screen.host.show(PickDialog(_("What becomes of this acceptance?"), rows))
    if chosen == "accept":
        screen.host.notify(await screen.host.ask(partial(service.accept_rejected, work.id)))
        await screen.refresh_view()
    return chosen != "told"


class ConnectionDialog(ReadDialog):
    """The state of the connection, what works now and what does not, and the rejected work."""

    def __init__(self, view: ConnectionView) -> None:
        super().__init__(_("The center"), list(_connection_lines(view)))
        if view.rejected:
            self.hint = _("shows the rejected work")


class RejectedWorkDialog(ReadDialog):
    """One item of rejected work, with everything that the clerk had typed."""

    def __init__(self, work: RejectedWork) -> None:
        super().__init__(work.action, list(_work_lines(work)))
        self.hint = _("settles it")


def _connection_lines(view: ConnectionView) -> Iterable[Line]:
    yield from _paragraph(view.headline, f"{level_symbol(view.level)} ", level_style(view.level))
    if view.error:
        yield from _paragraph(view.error, "  ", level_style(view.level))
    for problem in view.problems:
        yield from _paragraph(problem, f"{level_symbol('warn')} ", level_style("warn"))
    yield []
    for fact in view.facts:
        first, *more = wrap(fact.value, _WIDTH - 23) or [""]
        yield [(fit(fact.label, 22) + " ", "dim"), (first, "")]
        yield from ([(" " * 23 + line, "")] for line in more)
    for title, sentences, sign in (
        (_("Not possible now"), view.unavailable, "- "),
        (_("Still works"), view.available, "+ "),
    ):
        if sentences:
            yield []
            yield [(title, "title")]
        for sentence in sentences:
            yield from _paragraph(sentence, sign, "")
    if view.rejected:
        yield []
        yield [(_("Rejected, to be settled"), "title")]
        for work in view.rejected:
            head = f"{work.at}  {work.case_number}  "
            first, *more = wrap(work.action, _WIDTH - len(head)) or [""]
            yield [(head, "dim"), (first, "strong")]
            yield from ([(" " * len(head) + line, "strong")] for line in more)
            yield from _paragraph(work.sentence, "  ", "bad")


def _work_lines(work: RejectedWork) -> Iterable[Line]:
    yield [(f"{work.at}  ", "dim"), (work.case_number, "title")]
    yield from _paragraph(work.sentence, f"{level_symbol('bad')} ", level_style("bad"))
    if work.typed:
        yield []
        yield [(_("Everything that was typed is kept"), "title")]
    cells = min(_WIDTH // 2, max((cell_len(pair.label) for pair in work.typed), default=0))
    for pair in work.typed:
        first, *more = wrap(pair.value, _WIDTH - cells - 1) or [""]
        yield [(fit(pair.label, cells) + " ", "dim"), (first, "")]
        yield from ([(" " * (cells + 1) + line, "")] for line in more)


def _paragraph(sentence: str, symbol: str, style: str) -> Iterable[Line]:
    first, *more = wrap(sentence, _WIDTH - 2) or [""]
    yield [(symbol + first, style)]
    yield from ([("  " + line, style)] for line in more)
