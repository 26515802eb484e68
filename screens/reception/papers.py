"""Papers of a ticket at the reception: scanned while its holder waits, and removed again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from clerk_app.locales import _
from clerk_app.views.reception import ReceptionService, ReceptionView
from screens.host import ScreenHost
from screens.papers.taking import take_paper
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.pick import PickDialog, PickRow

_NEW = "new"


async def take_ticket_papers(
    host: ScreenHost,
    service: ReceptionService,
    ticket: str,
    number: str,
    paint: Callable[[Callable[[], ReceptionView]], Awaitable[None]],
) -> None:
    """Scan a paper for a waiting ticket, or remove one; `paint` calls the service and shows its view."""
    papers = await host.ask(partial(service.list_ticket_papers, ticket))
    chosen: str | None = _NEW
    if papers:
        rows = [PickRow(_NEW, _("Scan another paper"), "1")]
        rows += [PickRow(each.id, each.name, str(key), each.hint) for key, each in enumerate(papers, 2)]
        sentence = _("Only with the consent of the holder. Enter at a paper removes it.")
        chosen = await host.show(PickDialog(_("Papers for {number}").format(number=number), rows, sentence=sentence))
    if chosen is None:
        return
    if chosen != _NEW:
        name = next(each.name for each in papers if each.id == chosen)
        question = _("Remove {name} from {number}? The pages are deleted.").format(name=name, number=number)
        if await host.show(ConfirmDialog(_("Remove"), question)):
            await paint(partial(service.remove_ticket_paper, chosen))
        return
    target = await host.ask(partial(service.find_ticket_paper, ticket))
    place = _("for this visit only; with the consent of the holder")
    if await take_paper(host, service.paper_taking, target, place=place):
        await paint(partial(service.finish_ticket_paper, ticket))
