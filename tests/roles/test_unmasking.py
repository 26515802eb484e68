"""Names and numbers of a case are masked until a recorded act with a purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.people.access_report import list_accesses
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, sign_in_officer

NAME, NUMBER = "林晓雯", "690102199403120267"


def test_officer_reads_names_and_numbers_in_full_after_stating_why(
    office: Office, counter: CounterService, workstation: Workstation, code: Callable[[str], str]
) -> None:
    accept_birth(counter, code("mother"))
    officer = sign_in_officer(workstation, "2001")
    task = officer.claim_next().task
    assert task is not None
    shown = " ".join([task.applicant, *(field.value for field in task.fields)])
    assert task.is_masked
    assert NAME not in shown
    assert NUMBER not in shown
    with pytest.raises(Refused, match="for which purpose"):
        officer.unmask("curiosity")
    unmasked = officer.unmask("review").task
    assert unmasked is not None
    assert unmasked.applicant == NAME
    assert NUMBER in [field.value for field in unmasked.fields]
    with office.store.read() as tx:
        access = next(access for access in list_accesses(tx, "P01") if not access.refused)
    assert (access.kind, access.staff, access.purpose) == ("Unmask", "2001", "review")


@pytest.mark.wide
def test_clerk_reads_the_applicant_of_a_case_in_full_until_it_is_opened_again(
    counter: CounterService, code: Callable[[str], str]
) -> None:
    number = accept_birth(counter, code("mother"))
    case = counter.open_case(number).case
    assert case is not None
    assert (case.applicant, case.is_masked) == ("林**", True)
    case = counter.unmask("contact").case
    assert case is not None
    assert (case.applicant, case.is_masked) == (f"{NAME} {NUMBER}", False)
    assert case.history[-1].action == "Names and numbers read in full"
    case = counter.open_case(number).case
    assert case is not None
    assert case.is_masked
