"""Promises at the counter: F8 66 commitments (告知承诺), F8 67 papers to be brought later (容缺)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from clerk_app.locales import _, mark
from clerk_app.views.counter import CounterView
from clerk_app.views.promises import PromiseView
from screens.counter.co_signature import ask_sheet
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.widgets.pick import PickDialog, PickRow

SHEET_ROLE = "promise:"
_TAKE, _DROP = "take ", "drop "
_ORDINARY, _COMMIT, _PRINT, _SIGNED = "ordinary", "commit", "print", "signed"


def _read(view: CounterView | None) -> PromiseView | None:
    return view.intake.promises if view is not None and view.intake is not None else None


def _has_commitments(view: CounterView) -> bool:
    promises = _read(view)
    return promises is not None and promises.has_commitments


def _has_gaps(view: CounterView) -> bool:
    promises = _read(view)
    return promises is not None and promises.has_gaps


async def make_commitments(screen: CounterFrame) -> None:
    """Offer commitments of matters and materials until the clerk leaves the dialog."""
    await _offer(screen, _("Commitment"), _("The applicant commits in writing; the department checks later."), "commit")


async def bring_later(screen: CounterFrame) -> None:
    """Offer the papers that may be brought later until the clerk leaves the dialog."""
    sentence = _(
        "These papers may follow if the main ones are here. A matter that needs a missing paper is approved only when "
        "the paper has come."
    )
    await _offer(screen, _("Accept with gaps"), sentence, "gap")


async def _offer(screen: CounterFrame, title: str, sentence: str, part: str) -> None:
    while (promises := _read(screen.view)) is not None:
        rows = [PickRow(row, name, str(number), hint) for number, (row, name, hint) in _number(promises, part)]
        if not rows:
            screen.host.notify(promises.excluded or promises.reviewed or _("Nothing may be promised here."))
            return
        chosen = await screen.host.show(
            PickDialog(
                title, rows, sentence=promises.excluded or (promises.reviewed if part == "commit" else "") or sentence
            )
        )
        if chosen is None:
            return
        await _perform(screen, chosen)
        if chosen == _SIGNED:
            return


async def _perform(screen: CounterFrame, chosen: str) -> None:
    service = screen.service
    if chosen.startswith((_TAKE, _DROP)):
        promise, is_made = chosen.partition(" ")[2], chosen.startswith(_TAKE)
        await screen.call_and_paint(partial(service.set_promise, promise, is_made=is_made))
    elif chosen in (_ORDINARY, _COMMIT):
        await screen.call_and_paint(partial(service.decline_commitments, is_declined=chosen == _ORDINARY))
    elif chosen == _PRINT:
        await screen.call_and_paint(service.print_promises)
    else:
        await ask_sheet(screen, SHEET_ROLE)


def _number(promises: PromiseView, part: str) -> Iterator[tuple[int, tuple[str, str, str]]]:
    return enumerate(_list_ways(promises, part), 1)


def _list_ways(promises: PromiseView, part: str) -> Iterator[tuple[str, str, str]]:
    """Yield what can be done: its id, its name, and the term."""
    if promises.sheet and not promises.is_signed:
        yield _SIGNED, _("Sheet {number} is signed").format(number=promises.sheet), ""
    if promises.needs_signature and not promises.excluded:
        yield _PRINT, _("Print the sheet for the signature"), ""
    yield from _list_offers(promises, part)
    if part == "commit":
        yield from _list_procedures(promises)


def _list_offers(promises: PromiseView, part: str) -> Iterator[tuple[str, str, str]]:
    """Yield the materials that may be promised, and those that are."""
    words = _("Bring later: {name}") if part == "gap" else _("Commitment instead of: {name}")
    for row in promises.rows:
        if row.kind != ("gap" if part == "gap" else "material"):
            continue
        if row.is_made:
            yield _DROP + row.id, _("Take back: {name}").format(name=row.name), row.term
        elif not promises.excluded:
            yield _TAKE + row.id, words.format(name=row.name), row.term


def _list_procedures(promises: PromiseView) -> Iterator[tuple[str, str, str]]:
    """Yield the change between the procedure by commitment and the ordinary one."""
    if promises.is_declined and not promises.excluded:
        yield _COMMIT, _("By commitment after all"), ""
    elif any(row.kind == "matter" for row in promises.rows):
        yield _ORDINARY, _("Ordinary procedure, without a commitment"), ""


PROMISE_ITEMS = (
    MenuItem(66, "commitment", mark("Commitment of a matter or material"), _has_commitments, make_commitments),
    MenuItem(67, "gaps", mark("Accept with gaps: papers brought later"), _has_gaps, bring_later),
)
