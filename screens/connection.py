"""The line to the center on one page: what is true, what can be done now, and the work that came back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from clerk_app.locales import _
from clerk_app.views import ConnectionView, RejectedWork, StaffService
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import ReadDialog, TextDialog
from screens.widgets.paint import Line, fit, level_style, level_symbol, wrap
from screens.widgets.pick import PickDialog, PickRow

_WIDTH = 74  # characters of a line in a dialog


async def show_connection(screen: RoleScreen, service: StaffService) -> None:
    """The page; Enter goes on to the work that came back, if there is any."""
    view = await screen.host.ask(service.read_connection)
    agreed = await screen.host.show(ConnectionDialog(view))
    if agreed and view.rejected:
        await settle_rejected_work(screen, service, view.rejected)


async def settle_rejected_work(screen: RoleScreen, service: StaffService, rejected: Sequence[RejectedWork]) -> None:
    """Let the person choose among work that came back, read it whole, and say what was done about it."""
    rows = [
        PickRow(str(at), one.action, str(at + 1), f"{one.case_number}  {one.sentence}")
        for at, one in enumerate(rejected)
    ]
    chosen: str | None = "0"
    if len(rows) > 1:
        chosen = await screen.host.show(PickDialog(_("To settle"), rows))
    if chosen is None or not rows:
        return
    one = rejected[int(chosen)]
    if not await screen.host.show(RejectedWorkDialog(one)):
        return
    note = await screen.host.show(TextDialog(_("Settle"), _("What was done about it? The answer is kept.")))
    if note:
        await screen.host.ask(partial(service.settle_rejected, one.id, note))
        await screen.refresh_view()
        screen.host.show_message(_("Settled. What was typed stays in the history."))


class ConnectionDialog(ReadDialog):
    """Everything that is known of the line."""

    def __init__(self, view: ConnectionView) -> None:
        super().__init__(_("The center"), list(_connection_lines(view)))
        if view.rejected:
            self.hint = _("shows what came back")


class RejectedWorkDialog(ReadDialog):
    """One piece of work that came back, with everything that was typed."""

    def __init__(self, work: RejectedWork) -> None:
        super().__init__(work.action, list(_work_lines(work)))
        self.hint = _("settles it")


def _connection_lines(view: ConnectionView) -> Iterable[Line]:
    yield from _paragraph(view.headline, f"{level_symbol(view.level)} ", level_style(view.level))
    if view.error:
        yield from _paragraph(view.error, "  ", level_style(view.level))
    yield []
    for fact in view.facts:
        yield [(fit(fact.label, 22) + " ", "dim"), (fit(fact.value, _WIDTH - 23), "")]
    for title, sentences, sign in ((_("Not now"), view.unavailable, "- "), (_("Goes on"), view.available, "+ ")):
        if sentences:
            yield []
            yield [(title, "title")]
        for sentence in sentences:
            yield from _paragraph(sentence, sign, "")
    if view.rejected:
        yield []
        yield [(_("Came back, to be settled"), "title")]
        for one in view.rejected:
            yield [(f"{one.at}  {one.case_number}  ", "dim"), (one.action, "strong")]
            yield from _paragraph(one.sentence, "  ", "bad")


def _work_lines(work: RejectedWork) -> Iterable[Line]:
    yield [(f"{work.at}  ", "dim"), (work.case_number, "title")]
    yield from _paragraph(work.sentence, f"{level_symbol('bad')} ", level_style("bad"))
    if work.typed:
        yield []
        yield [(_("Everything that was typed is kept"), "title")]
    for pair in work.typed:
        first, *more = wrap(pair.value, _WIDTH - 23) or [""]
        yield [(fit(pair.label, 22) + " ", "dim"), (first, "")]
        yield from ([(" " * 23 + line, "")] for line in more)


def _paragraph(sentence: str, symbol: str, style: str) -> Iterable[Line]:
    first, *more = wrap(sentence, _WIDTH - 2) or [""]
    yield [(symbol + first, style)]
    yield from ([("  " + line, style)] for line in more)
