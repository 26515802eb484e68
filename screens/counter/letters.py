"""Letters of a case: each is printed when it is wanted, and those of the departments with the results."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, mark
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import CaseLetter
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.counter.offers import find_offer
from screens.counter.steps import unprinted_decisions
from screens.widgets.pick import PickDialog, PickRow

_ALL = "all"


async def choose_letter(screen: CounterFrame) -> None:
    """Let the clerk choose which letter to print, or all that were not printed yet."""
    letters = screen.view.letters if screen.view else ()
    left = [letter for letter in letters if not letter.is_printed and not letter.is_asked]
    rows = [
        PickRow(letter.id, letter.title, str(index), f"{letter.day:%Y-%m-%d}  {_describe_state(letter)}")
        for index, letter in enumerate(letters, 1)
    ]
    if len(left) > 1:
        count = _("{count} letters").format(count=len(left))
        rows.append(PickRow(_ALL, _("All that were not printed yet"), "0", count))
    chosen = await screen.host.show(PickDialog(_("Letters of the case"), rows, hint=_("prints it")))
    if chosen is not None:
        await print_chosen(screen, [letter.id for letter in left] if chosen == _ALL else [chosen])


async def print_decisions(screen: CounterFrame) -> None:
    """Print every decision of a department that was not printed yet, one after the other."""
    if screen.view is not None:
        await print_chosen(screen, [letter.id for letter in unprinted_decisions(screen.view)])


async def print_chosen(screen: CounterFrame, letters: list[str]) -> None:
    """Print letters by their ids, one after the other."""
    if letters:
        screen.closed_receipt_id = ""  # a paper that was closed is shown again, with what is known about its print
        await screen.call_and_paint(partial(screen.service.print_letters, letters))


def _describe_state(letter: CaseLetter) -> str:
    if letter.is_asked:
        return _("not known")
    return _("printed") if letter.is_printed else _("not printed")


async def print_copy(screen: CounterFrame) -> None:
    """Let the clerk choose a licence and a purpose, and print a copy for it."""
    copyable = screen.view.copyable if screen.view else ()
    rows = [PickRow(option.id, option.name, str(index), option.hint) for index, option in enumerate(copyable, 1)]
    sentence = _("The copy names its purpose and expires. Who made it, for what and when is recorded.")
    title = _("Copy of a licence")
    licence = await screen.host.show(PickDialog(title, rows, sentence=sentence))
    if licence is None:
        return
    purposes = await screen.host.ask(screen.service.list_copy_purposes)
    rows = [PickRow(option.id, option.name, str(index)) for index, option in enumerate(purposes, 1)]
    purpose = await screen.host.show(PickDialog(title, rows, hint=_("prints it"), sentence=_("For what?")))
    if purpose is not None:
        await screen.call_and_paint(partial(screen.service.print_licence_copy, licence, purpose))


async def print_guide(screen: CounterFrame) -> None:
    """Print the service guide of the draft's one thing, or of one that the clerk chooses."""
    if screen.view is not None and screen.view.intake is not None:
        await screen.call_and_paint(screen.service.print_guide)
        return

    chosen = await find_offer(screen, _("Service guide"), hint=_("prints it"))
    if chosen is not None:
        await screen.call_and_paint(partial(screen.service.print_guide, chosen))


async def print_missing(screen: CounterFrame) -> None:
    """Print everything that the draft lacks, for the citizen."""
    await screen.call_and_paint(screen.service.print_missing)


def _has_gaps(view: CounterView) -> bool:
    return view.intake is not None and bool(view.intake.gaps)


LETTER_ITEMS = (
    MenuItem(40, "letters", mark("Letters of the case"), lambda view: bool(view.letters), choose_letter),
    MenuItem(
        41,
        "decisions",
        mark("Print the decisions that were not printed yet"),
        lambda view: bool(unprinted_decisions(view)),
        print_decisions,
    ),
    MenuItem(42, "copy", mark("Copy of a licence"), lambda view: bool(view.copyable), print_copy),
    MenuItem(43, "missing", mark("Print everything that is missing"), _has_gaps, print_missing),
    MenuItem(44, "guide", mark("Print the service guide"), lambda view: view.case is None, print_guide),
)
