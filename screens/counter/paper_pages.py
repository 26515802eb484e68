"""Papers of the draft, or of the open case, that are taken in as pages (F8 56, F8 57, Enter at the material)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from clerk_app.locales import _, mark
from clerk_app.views.case import MaterialRow
from clerk_app.views.counter import CounterView
from screens.counter.frame import CounterFrame
from screens.counter.held_materials import ask_paper_reason, ask_validity
from screens.counter.materials_panel import NOT_GIVEN
from screens.counter.menu_item import MenuItem
from screens.counter.paper_facts import describe_paper
from screens.counter.supplements import take_in_materials
from screens.papers.material import show_material
from screens.papers.taking import take_paper
from screens.widgets.dialogs import drop_texts
from screens.widgets.pick import PickDialog, PickRow

_OPEN, _PAGES, _FACTS = "see", "pages", "facts"


async def choose_and_take(screen: CounterFrame) -> None:
    """Take in the pages of a paper that the clerk chooses: of the draft, or of what is brought for the open case."""
    if screen.mode == "case":
        await _take_for_case(screen)
        return
    rows = _rows_of_draft(screen.view)
    if not rows:
        screen.host.notify(_("No paper of this application is taken in as pages."))
        return
    chosen = await _pick_row(screen, rows) if len(rows) > 1 else rows[0]
    if chosen is not None:
        await take_pages(screen, chosen)


async def take_all(screen: CounterFrame) -> None:
    """Take in the papers that are missing, one after the other, until all are there or the clerk goes back."""
    missing = [row for row in _rows_of_draft(screen.view) if row.state in NOT_GIVEN]
    if not missing:
        screen.host.notify(_("No paper is missing."))
    for number, row in enumerate(missing, 1):
        place = _("{number} of {all}").format(number=number, all=len(missing))
        if not await take_pages(screen, row, place=place):
            return


async def take_pages(screen: CounterFrame, row: MaterialRow, *, place: str = "") -> bool:
    """Take in the pages of a paper of the draft; return whether it counts as handed in."""
    code, words = "", ""
    draft = screen.view.intake.draft if screen.view and screen.view.intake else ""
    key = f"paper reason of {row.id} in {draft}"
    if row.paper_needs_reason:
        given = await ask_paper_reason(screen, row.name, key)
        if given is None:
            return False
        code, words = given
    target = await screen.host.ask(partial(screen.service.find_paper_target, row.id))
    is_done = await take_paper(screen.host, screen.service.paper_taking, target, place=place)
    if not is_done:
        await screen.call_and_paint(screen.service.read_view)
        return False
    await screen.call_and_paint(partial(screen.service.finish_paper, row.id, code, words))
    drop_texts(screen, key)
    await ask_validity(screen, row.id)
    return True


async def open_paper(screen: CounterFrame, row: MaterialRow) -> None:
    """Let the clerk see the pages of a paper of the draft, change them, or type issuer and validity."""
    acts = (
        (_OPEN, _("See the pages")),
        (_PAGES, _("Add, turn or remove pages")),
        (_FACTS, _("Issuer and validity")),
    )
    rows = [PickRow(act, name, str(number)) for number, (act, name) in enumerate(acts, 1)]
    chosen = await screen.host.show(PickDialog(row.name, rows, sentence=row.reason))
    if chosen == _OPEN:
        await show_material(screen.host, await screen.host.ask(partial(screen.service.open_material, row.id)))
    elif chosen == _PAGES:
        await take_pages(screen, row)
    elif chosen == _FACTS:
        await describe_paper(screen, row)


async def _take_for_case(screen: CounterFrame) -> None:
    """Take in the pages of a paper that was brought for the open case, then what is brought as a whole."""
    case = screen.view.case if screen.view else None
    if case is None or "take_in" not in case.actions:
        return
    names = {row.id: row.name for row in case.materials if row.state in ("missing", "expired")}
    names |= {option.id: option.name for option in case.replaceable if option.id not in names}
    if not names:
        screen.host.notify(_("This case is not waiting for materials."))
        return
    begun = await screen.host.ask(screen.service.list_open_papers)
    chosen = await _pick_name(screen, names, begun)
    if chosen is None:
        return
    target = await screen.host.ask(partial(screen.service.find_paper_target, chosen))
    if await take_paper(screen.host, screen.service.paper_taking, target):
        await screen.call_and_paint(partial(screen.service.finish_paper, chosen))
        await take_in_materials(screen)


async def _pick_name(screen: CounterFrame, names: Mapping[str, str], hints: Mapping[str, str]) -> str | None:
    rows = [
        PickRow(material, name, str(number), hints.get(material, ""))
        for number, (material, name) in enumerate(names.items(), 1)
    ]
    return await screen.host.show(PickDialog(_("Which paper was brought?"), rows, hint=_("takes in its pages")))


async def _pick_row(screen: CounterFrame, rows: Sequence[MaterialRow]) -> MaterialRow | None:
    hints = {row.id: row.state_name for row in rows}
    chosen = await _pick_name(screen, {row.id: row.name for row in rows}, hints)
    return next((row for row in rows if row.id == chosen), None)


def _rows_of_draft(view: CounterView | None) -> list[MaterialRow]:
    """Return the materials of the draft whose pages can be taken in, those that are missing first."""
    intake = view.intake if view is not None else None
    rows = [row for row in intake.materials if row.takes_pages] if intake is not None else []
    return sorted(rows, key=lambda row: row.state not in NOT_GIVEN)


def _can_take(view: CounterView) -> bool:
    if view.case is not None:
        return "take_in" in view.case.actions
    return bool(_rows_of_draft(view))


def _can_take_all(view: CounterView) -> bool:
    return view.case is None and any(row.state in NOT_GIVEN for row in _rows_of_draft(view))


PAPER_ITEMS = (
    MenuItem(56, "paper_pages", mark("Take in a paper: camera, file, scanner"), _can_take, choose_and_take),
    MenuItem(57, "all_pages", mark("Take in all missing papers, one after the other"), _can_take_all, take_all),
)
