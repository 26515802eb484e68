"""The line to the center on one page: what is true, what can be done now, and the work that came back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from clerk_app.desk import LineDesk, LineView, Returned
from clerk_app.locales import _
from screens.role import RoleScreen
from screens.widgets.dialogs import AskText, ReadPaper
from screens.widgets.paint import Line, fit, mark_of, role_of, wrap
from screens.widgets.pick import Pick, Row

_WIDE = 74  # characters of a line in a dialog


async def show_line(screen: RoleScreen, desk: LineDesk) -> None:
    """The page; Enter goes on to the work that came back, if there is any."""
    view = await screen.desk_app.ask(desk.line)
    agreed = await screen.desk_app.show(LinePage(view))
    if agreed and view.returned:
        await settle_one(screen, desk, view.returned)


async def settle_one(screen: RoleScreen, desk: LineDesk, returned: Sequence[Returned]) -> None:
    """Let the person choose among work that came back, read it whole, and say what was done about it."""
    rows = [Row(str(at), one.what, str(at + 1), f"{one.case}  {one.sentence}") for at, one in enumerate(returned)]
    chosen: str | None = "0"
    if len(rows) > 1:
        chosen = await screen.desk_app.show(Pick(_("To settle"), rows))
    if chosen is None or not rows:
        return
    one = returned[int(chosen)]
    if not await screen.desk_app.show(ReturnedPage(one)):
        return
    note = await screen.desk_app.show(AskText(_("Settle"), _("What was done about it? The answer is kept.")))
    if note:
        await screen.desk_app.ask(partial(desk.settle, one.id, note))
        await screen.refresh_view()
        screen.desk_app.say(_("Settled. What was typed stays in the history."))


class LinePage(ReadPaper):
    """Everything that is known of the line."""

    def __init__(self, view: LineView) -> None:
        super().__init__(_("The center"), list(_line_lines(view)))
        if view.returned:
            self.hint = _("shows what came back")


class ReturnedPage(ReadPaper):
    """One piece of work that came back, with everything that was typed."""

    def __init__(self, one: Returned) -> None:
        super().__init__(one.what, list(_returned_lines(one)))
        self.hint = _("settles it")


def _line_lines(view: LineView) -> Iterable[Line]:
    yield from _paragraph(view.headline, f"{mark_of(view.level)} ", role_of(view.level))
    if view.why:
        yield from _paragraph(view.why, "  ", role_of(view.level))
    yield []
    for fact in view.facts:
        yield [(fit(fact.label, 22) + " ", "dim"), (fit(fact.value, _WIDE - 23), "")]
    for title, sentences, sign in ((_("Not now"), view.cannot, "- "), (_("Goes on"), view.can, "+ ")):
        if sentences:
            yield []
            yield [(title, "title")]
        for sentence in sentences:
            yield from _paragraph(sentence, sign, "")
    if view.returned:
        yield []
        yield [(_("Came back, to be settled"), "title")]
        for one in view.returned:
            yield [(f"{one.at}  {one.case}  ", "dim"), (one.what, "strong")]
            yield from _paragraph(one.sentence, "  ", "bad")


def _returned_lines(one: Returned) -> Iterable[Line]:
    yield [(f"{one.at}  ", "dim"), (one.case, "title")]
    yield from _paragraph(one.sentence, f"{mark_of('bad')} ", role_of("bad"))
    if one.typed:
        yield []
        yield [(_("Everything that was typed is kept"), "title")]
    for pair in one.typed:
        first, *more = wrap(pair.value, _WIDE - 23) or [""]
        yield [(fit(pair.label, 22) + " ", "dim"), (first, "")]
        yield from ([(" " * 23 + line, "")] for line in more)


def _paragraph(sentence: str, sign: str, role: str) -> Iterable[Line]:
    first, *more = wrap(sentence, _WIDE - 2) or [""]
    yield [(sign + first, role)]
    yield from ([("  " + line, role)] for line in more)
