"""A refusal is reversed at the window: the citizen brings a new paper, the organ checks again, the others start."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.views.case import CaseView
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, approve_all, prepare_birth, sign_in_officer
from tests.sample_data import CITY_PIN

OFFICERS = ("2001", "2002", "2003", "2004", "2005", "2006")


def open_case(counter: CounterService, number: str) -> CaseView:
    case = counter.open_case(number).case
    assert case is not None
    return case


def state_of(case: CaseView, matter: str) -> tuple[str, str]:
    (row,) = [row for row in case.matters if row.id == matter]
    return row.state, row.reason


def refuse_certificate(workstation: Workstation, number: str) -> str:
    """Refuse the birth certificate of a case; return the message that the officer reads."""
    officer = sign_in_officer(workstation, "2001")
    while True:
        task = officer.claim_next().task
        assert task is not None
        if task.row.number.startswith(number):
            return officer.refuse("The hospital has no such birth.").message
        officer.release_task()


def test_a_new_paper_reverses_a_refusal_and_each_step_says_so(
    counter: CounterService, workstation: Workstation, code: Callable[[str], str]
) -> None:
    prepare_birth(counter, code("mother-uninsured"), insured=False)
    receipt = counter.accept_case().receipt
    assert receipt is not None
    number = receipt.id[:12]
    message = refuse_certificate(workstation, number)
    assert "6 matters that depended on it ended without a decision." in message
    case = open_case(counter, number)
    assert case.state == "closed"
    assert state_of(case, "household-registration") == (
        "lapsed", "Ended without a decision, because this was refused: Birth certificate.",
    )  # fmt: skip

    assert "take_in" in case.actions
    assert "birth-certificate" in [option.id for option in case.replaceable]
    message = counter.receive_supplements(["birth-certificate"]).message
    assert "Decided before, checked again now: Birth certificate." in message
    assert "The case is open again." in message
    state, reason = state_of(open_case(counter, number), "birth-medical-certificate")
    assert (state, reason.startswith("Checked again")) == ("in the queue", True)

    officer = sign_in_officer(workstation, "2001")
    task = officer.claim_next().task
    assert task is not None
    assert "(re-check)" in task.row.matter
    assert task.fields[0].label == "Earlier decision"
    assert task.fields[0].value.endswith("The hospital has no such birth.")
    assert "6 matters that had ended because of its refusal are open again." in officer.approve("").message
    assert state_of(open_case(counter, number), "household-registration")[0] == "in the queue"
    approve_all(workstation, OFFICERS)
    assert open_case(counter, number).state == "closed"


@pytest.mark.wide
def test_the_supervisor_reads_which_organs_check_again(
    counter: CounterService, workstation: Workstation, code: Callable[[str], str]
) -> None:
    number = accept_birth(counter, code("mother-uninsured"))
    approve_all(workstation, OFFICERS)
    counter.open_case(number)
    counter.receive_supplements(["birth-certificate"])
    message = refuse_certificate(workstation, number)
    assert "the supervisor sees an alert" in message
    supervisor = workstation.sign_in("3001", CITY_PIN).supervisor
    assert supervisor is not None
    (alert,) = [alert for alert in supervisor.read_view().alerts if number in alert.text]
    assert "Birth certificate (" in alert.text
    (work,) = supervisor.read_connection().rejected
    supervisor.settle_rejected(work.id, "called the police")
    assert not [alert for alert in supervisor.read_view().alerts if number in alert.text]
