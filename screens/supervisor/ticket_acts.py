"""Acts of the supervisor on waiting tickets: move them, set further windows, give or take back priority, read why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from clerk_app.locales import _, plural_form
from clerk_app.views.supervisor import SupervisorService, WaitingTicket
from screens.role_screen import RoleScreen
from screens.supervisor.window_acts import Perform, number_rows
from screens.widgets.dialogs import ReadDialog
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.pick_many import PickManyDialog


def _title(tickets: Sequence[WaitingTicket]) -> str:
    """Return the number of a ticket, or how many they are."""
    if len(tickets) == 1:
        return tickets[0].number
    return plural_form(len(tickets), _("{count} ticket"), _("{count} tickets")).format(count=len(tickets))


async def move_tickets(
    screen: RoleScreen, service: SupervisorService, tickets: Sequence[WaitingTicket], perform: Perform
) -> bool:
    """Move tickets to a category, a window or a person; return whether that was done."""
    targets = await screen.host.ask(partial(service.list_move_targets, tickets[0].category))
    title = _("Move {tickets}").format(tickets=_title(tickets))
    chosen = await screen.host.show(PickDialog(title, number_rows(targets)))
    if chosen is None:
        return False
    await perform(partial(service.move_tickets, [ticket.id for ticket in tickets], chosen))
    return True


async def set_stations(
    screen: RoleScreen, service: SupervisorService, tickets: Sequence[WaitingTicket], perform: Perform
) -> bool:
    """Let the supervisor tick where tickets wait after the window that calls them; return whether that was done."""
    stations = await screen.host.ask(partial(service.list_stations, tickets[0].id))
    rows = [
        PickRow(category.id, category.name, category.id, ticked=category.id in stations.served)
        for category in stations.categories
    ]
    title = _("Further windows of {tickets}").format(tickets=_title(tickets))
    chosen = await screen.host.show(PickManyDialog(title, _("Where does the ticket wait after its window?"), rows))
    if chosen is None:
        return False
    await perform(partial(service.set_stations, [ticket.id for ticket in tickets], chosen))
    return True


async def change_priority(
    screen: RoleScreen, service: SupervisorService, tickets: Sequence[WaitingTicket], perform: Perform
) -> bool:
    """Give priority for a recorded reason; take it back if all of the tickets have it. Return whether that was done."""
    if all(ticket.has_priority for ticket in tickets):
        await perform(partial(service.remove_priority, [ticket.id for ticket in tickets]))
        return True
    ordinary = [ticket for ticket in tickets if not ticket.has_priority]
    reasons = await screen.host.ask(service.list_priority_reasons)
    sentence = _("The reason is recorded. The limit of how often a ticket is overtaken stays.")
    title = _("Priority for {tickets}").format(tickets=_title(ordinary))
    chosen = await screen.host.show(PickDialog(title, number_rows(reasons), sentence=sentence))
    if chosen is None:
        return False
    await perform(partial(service.prioritise_tickets, [ticket.id for ticket in ordinary], chosen))
    return True


async def read_ticket(screen: RoleScreen, service: SupervisorService, ticket: WaitingTicket) -> None:
    """Show why a ticket has its place."""
    details = await screen.host.ask(partial(service.read_ticket, ticket.id))
    await screen.host.show(ReadDialog(details.title, sentences=details.lines))
