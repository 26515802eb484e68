"""Papers that a citizen hands in at the department that asked for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from clerk_app.locales import _, format_list, mark
from clerk_app.views.case import FieldRow
from clerk_app.views.requested_papers import RequestedPapers, RequestedPapersService
from screens.department.recording import TaskScreen
from screens.papers.taking import take_paper
from screens.widgets.fields_dialog import FieldsDialog
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.pick_many import PickManyDialog

TAKE_IN = (61, mark("Take in a paper that a citizen hands in here"))
"""Number in the F8 menu and name of the act."""


async def take_in_requested(screen: TaskScreen, task: str = "") -> None:
    """Choose the task that waits for papers (or take `task`), then its papers, and take them in."""
    service = screen.service.requested_papers
    waiting = await screen.host.ask(service.list_requested)
    rows = [row for row in waiting if row.task == task] if task else list(waiting)
    if not rows:
        screen.host.notify(_("No task of your department waits for papers."))
        return
    row: RequestedPapers | None = rows[0]
    if len(rows) > 1:
        choices = [
            PickRow(each.task, f"{each.number} {each.matter}, {each.applicant}", str(key), each.asked_on)
            for key, each in enumerate(rows, 1)
        ]
        chosen = await screen.host.show(PickDialog(_(TAKE_IN[1]), choices))
        row = next((each for each in rows if each.task == chosen), None)
    if row is not None:
        await _take_in(screen, service, row)


async def _take_in(screen: TaskScreen, service: RequestedPapersService, row: RequestedPapers) -> None:
    sentence = _("{number} {matter}, {applicant}: what does the citizen hand in?").format(
        number=row.number, matter=row.matter, applicant=row.applicant
    )
    offered = [PickRow(option.id, option.name) for option in row.materials]
    dialog = PickManyDialog(_(TAKE_IN[1]), sentence, offered, hint=_("continues with the pages"))
    brought = await screen.host.show(dialog)
    if not brought:
        return
    for number, material in enumerate(brought, 1):
        target = await screen.host.ask(partial(service.find_target, row.case, material))
        place = _("{number} of {count}").format(number=number, count=len(brought))
        if not await take_paper(screen.host, service.paper_taking, target, place=place):
            return
    typed = await _ask_facts(screen, service, row.case, brought)
    if typed is not None:
        screen.host.notify(await screen.host.ask(partial(service.take_in, row.case, brought, typed)))
        await screen.call_and_paint(screen.service.read_view)


async def _ask_facts(
    screen: TaskScreen, service: RequestedPapersService, case: str, materials: Sequence[str]
) -> Mapping[str, str] | None:
    """Ask for issuer and validity of papers; None if the officer went back."""
    rows = await screen.host.ask(partial(service.list_fields, case, materials))
    if not rows:
        return {}

    async def check(entered: Mapping[str, str]) -> tuple[FieldRow, ...]:
        return await screen.host.ask(partial(service.list_fields, case, materials, dict(entered)))

    names = format_list(dict.fromkeys(row.needed_for for row in rows))
    explanation = _("Type what the paper states: departments and the next visit see it.")
    values = {row.id: row.value for row in rows}
    return await screen.host.show(
        FieldsDialog(
            _("Issuer and validity"), _("takes them in"), rows, values, check, sentence=names, explanation=explanation
        )
    )
