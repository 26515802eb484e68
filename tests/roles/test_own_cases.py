"""Today's cases of a window: what was done there, and what its clerk did elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.paper.printers.spool import OUT_OF_PAPER
from clerk_app.roles.counter.own_cases import read_own_cases
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, approve_all

OFFICERS = ("2001", "2003", "2004", "2005", "2006")


def test_a_case_of_the_window_is_listed_with_its_last_act_state_date_and_papers(
    counter: CounterService, office: Office, workstation: Workstation, code: Callable[[str], str]
) -> None:
    assert counter.list_own_cases() == ()
    empty = office.printers.spool.folder / OUT_OF_PAPER
    empty.touch()
    number = accept_birth(counter, code("mother"))
    empty.unlink()
    (case,) = counter.list_own_cases()
    assert (case.number, case.applicant, case.act, case.state) == (number, "林**", "accepted", "accepted")
    assert (case.papers, case.level) == (1, "warn")
    assert case.due.startswith("20")
    approve_all(workstation, OFFICERS)
    counter.open_case(number)
    counter.hand_over_results("mother", "document")
    (case,) = counter.list_own_cases()
    assert (case.act, case.state, case.due) == ("handed over", "delivered", "")
    assert case.facts[0].value.count(";") == 1  # both acts of the day


@pytest.mark.wide
def test_a_clerk_sees_their_own_cases_of_another_window_but_not_those_of_others(
    counter: CounterService, office: Office, code: Callable[[str], str]
) -> None:
    number = accept_birth(counter, code("mother"))
    with office.store.read() as tx:
        clerks = {row["number"]: row for row in tx.select("staff", role="clerk")}
    others = read_own_cases(office, "another", clerks["1001"])
    assert [(case.number, bool(case.place)) for case in others] == [(number, True)]
    assert read_own_cases(office, "another", clerks["1002"]) == ()
