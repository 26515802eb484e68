"""Actions of a window on visits and tickets: call, hold, take back, end; no citizen is ended unasked."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.calls import CallNext, CallTicket, ServeWalkIn
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.transfers import TakeTicketBack
from clerk_app.locales import _, localize_name, mark
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.counter.paper_actions import PaperActions
from clerk_app.roles.counter.view import is_nothing_done
from clerk_app.views.counter import CounterView, Leaving, RequestedTicket

CALL_UNAVAILABLE = mark(
    "Nobody was called: the center, which keeps the queue, is out of reach. "
    "Type the number of a printed ticket, or serve somebody without one (F8)."
)


class VisitActions(PaperActions):
    """Actions on the visit at the window and on the tickets of the hall."""

    def call_next(self, leaving: Leaving = "") -> CounterView:
        self._leave_current_visit(leaving)
        try:
            self._door.perform(CallNext(hall=self._office.settings.hall, window=self._window), self._staff_id)
        except OutOfReach:
            return replace(self._reset(), message=_(CALL_UNAVAILABLE))
        except Refused as refused:
            if refused.reason != "nobody":
                raise
            return replace(self._reset(), message=str(refused))
        return self._reset_for_called()

    def recall(self) -> CounterView:
        self._move_ticket("recall")
        return self._view_with_message(_("Called again."))

    def hold(self) -> CounterView:
        self._move_ticket("hold")
        return self._reset()

    def resume(self, ticket: str, leaving: Leaving = "", *, take_over: bool = False) -> CounterView:
        self._leave_current_visit(leaving)
        if "/" not in ticket:
            return self._serve_unknown_ticket(ticket)
        with self._office.store.read() as tx:
            route = self._state.moved.find_route(tx, ticket, self._office.corrected_now)
        if route is not None:
            self._door.perform(TakeTicketBack(ticket=ticket, window=self._window, route=route), self._staff_id)
        else:
            self._door.perform(CallTicket(ticket=ticket, window=self._window, take_over=take_over), self._staff_id)
        return self._reset_for_called()

    def mark_no_show(self) -> CounterView:
        number = str(self._current_visit()["ticket"] or "").rpartition("/")[2]
        sentence = {
            "waiting": _("{number} was called and nobody came: it waits again, at the end of its queue."),
            "no_show": _("{number} was called and nobody came: it has ended. F3 takes it back for ten minutes."),
        }.get(self._move_ticket("no_show"), "")
        return replace(self._reset(), message=sentence.format(number=number))

    def serve_walk_in(self, leaving: Leaving = "") -> CounterView:
        self._leave_current_visit(leaving)
        self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        return self._reset()

    def finish_visit(self, leaving: Leaving = "") -> CounterView:
        self._current_visit()
        self._leave_current_visit(leaving)
        return self._reset()

    def _reset_for_called(self) -> CounterView:
        words = self.paper_taking.announce_reception_papers()
        return replace(self._reset(), message=words) if words else self._reset()

    def _serve_ticket(self, number: str) -> CounterView:
        """Serve the holder of a printed ticket. If somebody else would be ended, the view asks first."""
        with self._office.store.read() as tx:
            row = tx.query_one("hall.ticket_by_number", hall=self._office.settings.hall, number=number)
            window = tx.get("windows", id=row["window_id"]) if row is not None and row["state"] == "serving" else None
        if row is None and read_connection_facts(self._office).is_reachable:
            raise Refused("ticket", "No ticket {number} was given out in this hall.", number=number)
        visit, ticket = self._find_visit(), row["id"] if row is not None else number
        if visit is not None and visit["ticket"] == ticket:
            return self._view_with_message(_("{number} is being served here.").format(number=number))
        elsewhere = localize_name(window["name"]) if window is not None and window["id"] != self._window else ""
        if visit is None and not elsewhere:
            return self.resume(ticket)
        return replace(self.read_view(), requested_ticket=RequestedTicket(ticket, number, elsewhere))

    def _serve_unknown_ticket(self, number: str) -> CounterView:
        """Serve the holder of a ticket that is not in this store, while the center is out of reach."""
        self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        words = _(
            "Ticket {number} is not known here while the center is out of reach; its holder is served all the same."
        )
        return replace(self._reset(), message=words.format(number=number))

    def _move_ticket(self, act: str) -> str:
        """Do an act of `MoveTicket` on the ticket of the current visit; return its new state."""
        visit = self._current_visit()
        with self._office.store.read() as tx:
            before = tx.get("tickets", id=visit["ticket"]) if visit["ticket"] else None
        state = self._door.perform(MoveTicket(visit=visit["id"], act=act), self._staff_id).state
        if act == "finish" and state == "waiting" and before is not None:
            self._state.moved.record(before, self._office.corrected_now)
        return state

    def _leave_current_visit(self, leaving: Leaving) -> None:
        """End the current visit if there is one, or put its ticket on hold or back; its draft is kept.

        Raise Refused if nothing was done for the ticket and `leaving` does not say what becomes of it.
        """
        visit = self._find_visit()
        if visit is None:
            return
        with self._office.store.read() as tx:
            ticket = tx.get("tickets", id=visit["ticket"]) if visit["ticket"] else None
            if not leaving and is_nothing_done(tx, visit, self._state):
                raise Refused(
                    "nothing_done",
                    "Nothing was done for {number} yet: hold the ticket, or end it without service.",
                    number=ticket["number"] if ticket is not None else "",
                )
        self._move_ticket(leaving or "finish")
        self.paper_taking.close_phone_link()
