"""Papers given to the courier and received from the courier: the same acts at the counter and at departments."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from clerk_app.locales import _, format_list, mark, plural_form
from clerk_app.views.courier import ConsignmentRow, CourierService, WaitingPaper
from screens.host import ScreenHost
from screens.widgets.dialogs import ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.pick_many import PickManyDialog

SEND, RECEIVE = (36, mark("Give papers to the courier")), (37, mark("Receive papers from the courier"))
"""Number in the F8 menus and name of both acts."""


class CourierScreen(Protocol):
    """A screen whose service keeps the hand-over log; typed texts are kept until they are recorded."""

    kept_texts: dict[str, str]

    @property
    def host(self) -> ScreenHost:
        """The app."""
        ...


def courier_rows() -> list[PickRow]:
    """Return the rows of both acts for a menu; their numbers are those of the counter."""
    return [PickRow(name, _(name), str(number)) for number, name in (SEND, RECEIVE)]


async def run_courier_act(screen: CourierScreen, service: CourierService, act: str) -> None:
    """Run the act of a row of `courier_rows`."""
    await (send_papers if act == SEND[1] else receive_papers)(screen, service)


async def send_papers(screen: CourierScreen, service: CourierService) -> None:
    """Choose the receiver and the papers that wait for it, and record who carries them."""
    view = await screen.host.ask(service.read_courier)
    title = _(SEND[1])
    if not view.waiting:
        last = f" {_describe_list(view.recent[0])}" if view.recent else ""
        screen.host.notify(_("No paper waits for the courier.") + last)
        return
    receiver = await _choose_receiver(screen, title, view.waiting)
    if receiver is None:
        return
    waiting = [paper for paper in view.waiting if paper.receiver == receiver]
    rows = [PickRow(paper.id, paper.name, hint=paper.case_number) for paper in waiting]
    sentence = _("Which papers does the courier take to: {receiver}?").format(receiver=waiting[0].receiver_name)
    papers = await screen.host.show(PickManyDialog(title, sentence, rows))
    if not papers:
        return
    courier = await ask_text(screen, "courier", title, _("Who carries them? Name or staff number."))
    if courier:
        sentence = await screen.host.ask(partial(service.send_papers, papers, courier))
        drop_texts(screen, "courier")
        screen.host.notify(sentence)


async def _choose_receiver(screen: CourierScreen, title: str, waiting: tuple[WaitingPaper, ...]) -> str | None:
    names = {paper.receiver: paper.receiver_name for paper in waiting}
    if len(names) == 1:
        return next(iter(names))
    rows = [
        PickRow(receiver, name, str(number), _count_papers(sum(paper.receiver == receiver for paper in waiting)))
        for number, (receiver, name) in enumerate(names.items(), 1)
    ]
    return await screen.host.show(PickDialog(title, rows, sentence=_("Where does the courier go?")))


async def receive_papers(screen: CourierScreen, service: CourierService) -> None:
    """Choose a list by its number, which can be scanned, and tick the papers that are there."""
    view = await screen.host.ask(service.read_courier)
    title = _(RECEIVE[1])
    if not view.incoming:
        screen.host.notify(_("No list is on its way here."))
        return
    rows = [
        PickRow(row.number, row.number, str(index), f"{row.sender}  {_count_papers(len(row.papers))}  {row.courier}")
        for index, row in enumerate(view.incoming, 1)
    ]
    sentence = _("Which list does the courier bring? Scan its bar code, or choose it.")
    chosen = await screen.host.show(PickDialog(title, rows, sentence=sentence))
    consignment = next((row for row in view.incoming if row.number == chosen), None)
    if consignment is None:
        return
    papers = [PickRow(str(paper.position), paper.name, hint=paper.case_number) for paper in consignment.papers]
    sentence = _("Which papers are here? What is not ticked is missing.")
    ticked = await screen.host.show(PickManyDialog(f"{title}  {consignment.number}", sentence, papers))
    if not ticked:
        return
    note = ""
    key = f"missing {consignment.number}"
    if len(ticked) < len(papers):
        missing = format_list(row.name for row in papers if row.id not in ticked)
        sentence = _("Missing: {papers}. What is known about it?").format(papers=missing)
        note = await ask_text(screen, key, title, sentence) or ""
        if not note:
            return
    positions = [int(position) for position in ticked]
    result = await screen.host.ask(partial(service.receive_papers, consignment.number, positions, note))
    drop_texts(screen, key)
    screen.host.notify(result)


def _count_papers(count: int) -> str:
    return plural_form(count, _("{count} paper"), _("{count} papers")).format(count=count)


def _describe_list(row: ConsignmentRow) -> str:
    """Return the last list in words."""
    sentence = _("Last list: {number} to {receiver}, {at}, {state}.")
    return sentence.format(
        number=row.number, receiver=row.receiver, at=f"{row.given_at:%Y-%m-%d %H:%M}", state=row.state
    )
