"""What is done at a window with a case that exists, and the seat from which everything there is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clerk_app.cases.asking import Factor
from clerk_app.cases.bringing import BringCase
from clerk_app.cases.ending import HandOver, IssueSet, Signature, WithdrawCase
from clerk_app.cases.intake import GivenMaterial
from clerk_app.cases.record import read_case
from clerk_app.cases.supplements import TakeIn
from clerk_app.desk import CounterView
from clerk_app.desks.at_the_line import AtTheLine
from clerk_app.desks.counter_view import CounterState, counter_view, open_visit
from clerk_app.desks.office import Office
from clerk_app.desks.printing import Papers
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import is_case_number
from clerk_app.locales import _
from db.engines import Row


class Seat(AtTheLine):
    """A clerk at a window: what the desk remembers, and what it looks at."""

    def __init__(self, office: Office, staff: Row) -> None:
        self._office = office
        self._staff = staff
        self._door = office.door
        self._window = office.settings.window
        self._papers = Papers(office, staff["id"], staff["number"])
        self._state = CounterState(window=self._window, staff=staff)

    def look(self) -> CounterView:
        return counter_view(self._office, self._papers, self._state)

    @property
    def _me(self) -> str:
        return str(self._staff["id"])

    @property
    def _case(self) -> str:
        if not self._state.case:
            raise Refused("no_case", "No case is open.")
        return self._state.case

    def _visit(self) -> Row | None:
        with self._office.store.read() as look:
            return open_visit(look, self._window)

    def _serving(self) -> Row:
        visit = self._visit()
        if visit is None:
            raise Refused("visit", "Nobody is being served at this window.")
        return visit

    def _said(self, sentence: str) -> CounterView:
        return replace(self.look(), say=sentence)


class CaseActs(Seat):
    """The acts on a case that was opened."""

    def open_case(self, number: str) -> CounterView:
        with self._office.store.read() as look:
            here = look.row("cases", number=number) is not None
            if not here and (self._door.center is None or not is_case_number(number)):
                read_case(look, number)  # which says that there is none
        if not here:
            self._state.elsewhere = number
            return self._said(_("Case {number} is not at this centre. F8 brings it here.").format(number=number))
        self._state.case, self._state.elsewhere = number, ""
        self._state.receipt = None
        return self.look()

    def bring_case(self, last: str) -> CounterView:
        number = self._state.elsewhere
        self._door.perform(BringCase(case=number, window=self._window, personal=Factor(last=last.strip())), self._me)
        return self.open_case(number)

    def take_in(self, materials: Sequence[str]) -> CounterView:
        given = tuple(GivenMaterial(material=name, how="paper") for name in materials)
        made = self._door.perform(TakeIn(case=self._case, materials=given), self._me)
        if made.resumed:
            words = _("Taken in. {count} task(s) go on with the days that were left.")
            return self._said(words.format(count=len(made.resumed)))
        return self._said(_("Taken in. Something is still missing."))

    def hand_over(self, signature: str) -> CounterView:
        with self._office.store.read() as look:
            state = read_case(look, self._case).row["state"]
        if not signature.strip():
            raise Refused("signature", "The set is handed over against a signature: who signs?")
        if state == "closed":
            self._door.perform(IssueSet(case=self._case), self._me)
        signed = Signature(name=signature.strip())
        self._door.perform(HandOver(case=self._case, window=self._window, personal=signed), self._me)
        self._state.receipt = self._papers.print(f"{self._case}-hand_over")
        return self.look()

    def withdraw(self, reason: str) -> CounterView:
        self._door.perform(WithdrawCase(case=self._case, reason=reason), self._me)
        return self.look()

    def reprint(self, paper: str) -> CounterView:
        self._state.receipt = self._papers.print(paper or f"{self._case}-receipt")
        return self.look()

    def close_case(self) -> CounterView:
        self._state.case = ""
        self._state.receipt = None
        return self.look()
