"""Further persons of a draft: the list, its rows one by one or from a file, and the acceptance of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from clerk_app.errors import BadData
from clerk_app.locales import _, format_list, mark, plural_form
from clerk_app.views.case import FieldRow
from clerk_app.views.counter import CounterView
from clerk_app.views.further import FurtherList, FurtherRow
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.widgets.dialogs import ConfirmDialog, ReadDialog, TextDialog
from screens.widgets.fields_dialog import FieldsDialog
from screens.widgets.paint import Line, join_phrases, wrap
from screens.widgets.pick import PickDialog, PickRow

_ADD, _IMPORT, _FORM, _ACCEPT, _CLEAR = "add", "import", "form", "accept", "clear"
_ROW = "row:"


async def open_further(screen: CounterFrame) -> None:
    """Show the list until all were accepted, or the clerk leaves it; print the list of receipts if that is left."""
    view = screen.view
    if view is not None and view.intake is None:
        await screen.call_and_paint(screen.service.print_receipt_list)
        return
    note = ""  # what the last act has done
    while True:
        listed = await screen.host.ask(screen.service.read_further)
        sentence = join_phrases(note, _describe(listed))
        chosen = await screen.host.show(
            PickDialog(_("Several persons at once"), _build_rows(listed), sentence=sentence)
        )
        if chosen is None:
            await screen.call_and_paint(screen.service.read_view)
            return
        if chosen == _ACCEPT:
            if not any(row.faults for row in listed.rows):
                if await _accept_all(screen, listed):
                    return
                note = ""
            else:
                note = _("Correct the persons with mistakes first: nobody was accepted.")
        else:
            note = await _perform(screen, listed, chosen)


async def _perform(screen: CounterFrame, listed: FurtherList, act: str) -> str:
    """Perform an act on the list; return what it has done, or nothing if the list shows it."""
    if act == _IMPORT:
        return await _import_file(screen)
    if act == _FORM:
        return await _write_form(screen)
    if act == _CLEAR:
        await _remove_all(screen, listed)
    elif act == _ADD:
        await _edit_person(screen, listed, None)
    else:
        await _open_person(screen, listed, next(row for row in listed.rows if f"{_ROW}{row.id}" == act))
    return ""


def _build_rows(listed: FurtherList) -> list[PickRow]:
    acts = [
        PickRow(_ADD, _("Add a person"), "1"),
        PickRow(_IMPORT, _("Read a list from a file"), "2", "CSV, XLSX"),
        PickRow(_FORM, _("Write an empty list to a file"), "3", "CSV, XLSX"),
    ]
    if listed.rows:
        acts.append(PickRow(_ACCEPT, _("Accept all, the first person too"), "4", str(len(listed.rows) + 1)))
        acts.append(PickRow(_CLEAR, _("Remove all from the list"), "5", str(len(listed.rows))))
    persons = [
        PickRow(f"{_ROW}{row.id}", f"{row.number:>3}  {row.name}", "", join_phrases(*row.faults) or _("complete"))
        for row in listed.rows
    ]
    return [*acts, *persons]


def _describe(listed: FurtherList) -> str:
    first = _("{organisation}; the first person is {name}.").format(organisation=listed.organisation, name=listed.first)
    papers = _describe_papers(listed)
    faulty = sum(bool(row.faults) for row in listed.rows)
    wrong = plural_form(faulty, _("{count} person has mistakes."), _("{count} persons have mistakes.")).format(
        count=faulty
    )
    return join_phrases(first, papers, wrong if faulty else "")


def _describe_papers(listed: FurtherList) -> str:
    if not listed.papers:
        return ""
    return _("Each hands in on paper: {papers}.").format(papers=format_list(listed.papers))


async def _edit_person(screen: CounterFrame, listed: FurtherList, row: FurtherRow | None) -> None:
    person = row.id if row is not None else ""
    service = screen.service
    values: Mapping[str, str] = {}
    rows: Sequence[FieldRow] = listed.fields
    if row is not None:
        values = await screen.host.ask(partial(service.read_further_answers, person))
        rows = await screen.host.ask(partial(service.check_further, person, values))

    async def check(entered: Mapping[str, str]) -> tuple[FieldRow, ...]:
        return await screen.host.ask(partial(service.check_further, person, entered))

    title = _("Person {number} of the list").format(number=row.number if row is not None else len(listed.rows) + 1)
    dialog = FieldsDialog(title, _("puts it on the list"), rows, values, check, sentence=_describe_papers(listed))
    entered = await screen.host.show(dialog)
    if entered is not None:
        await screen.host.ask(partial(service.save_further, person, entered))


async def _open_person(screen: CounterFrame, listed: FurtherList, row: FurtherRow) -> None:
    acts = [PickRow("edit", _("Change the answers"), "1"), PickRow("remove", _("Remove from the list"), "2")]
    dialog = PickDialog(row.name, acts, sentence=join_phrases(*row.faults))
    act = await screen.host.show(dialog)
    if act == "edit":
        await _edit_person(screen, listed, row)
    elif act == "remove":
        await screen.host.ask(partial(screen.service.remove_further, [row.id]))


async def _remove_all(screen: CounterFrame, listed: FurtherList) -> None:
    count = len(listed.rows)
    sentence = plural_form(count, _("Remove {count} person from the list?"), _("Remove {count} persons from the list?"))
    dialog = ConfirmDialog(_("Remove all"), sentence.format(count=count), hint=_("removes them"))
    if await screen.host.show(dialog):
        await screen.host.ask(partial(screen.service.remove_further, [row.id for row in listed.rows]))


async def _import_file(screen: CounterFrame) -> str:
    sentence = _("File (CSV or XLSX); its headings are the names of the fields:")
    path = await screen.host.show(TextDialog(_("Read a list from a file"), sentence))
    if not path:
        return ""
    try:
        found = await screen.host.ask(partial(screen.service.import_further, path))
    except BadData as error:
        return str(error)
    if found.mistakes:
        lines: list[Line] = [[(line, "")] for mistake in found.mistakes for line in wrap(mistake, 68)]
        await screen.host.show(ReadDialog(_("Nobody was added: correct these cells"), lines))
        return ""
    added = plural_form(found.added, _("{count} person was added."), _("{count} persons were added."))
    return added.format(count=found.added)


async def _write_form(screen: CounterFrame) -> str:
    sentence = _("New file, such as list.xlsx or list.csv:")
    path = await screen.host.show(TextDialog(_("Write an empty list to a file"), sentence))
    try:
        return await screen.host.ask(partial(screen.service.write_further_form, path)) if path else ""
    except BadData as error:
        return str(error)


async def _accept_all(screen: CounterFrame, listed: FurtherList) -> bool:
    """Ask and accept; return whether the list is done with."""
    count = len(listed.rows) + 1
    sentence = _("Accept {count} cases for {organisation}, each with its own number?")
    on_list = _("One list is printed in place of the receipts.")
    asked = join_phrases(
        sentence.format(count=count, organisation=listed.organisation), _describe_papers(listed), on_list
    )
    if not await screen.host.show(ConfirmDialog(_("Accept all"), asked, hint=_("accepts them"))):
        return False
    screen.closed_receipt_id = ""
    await screen.call_and_paint(screen.service.accept_further)
    return True


def _is_available(view: CounterView) -> bool:
    return view.intake.is_bulk if view.intake is not None else view.has_unlisted


FURTHER_PERSON_ITEMS = (MenuItem(77, "further", mark("Several persons at once"), _is_available, open_further),)
