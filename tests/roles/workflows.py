"""Actions of clerks and officers that several tests need."""

from __future__ import annotations

from clerk_app.errors import Refused
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.department import DepartmentService
from clerk_app.views.workstation import Workstation
from tests.sample_data import CITY_PIN

PHONES = {"林晓雯": "0001", "周敏": "0004"}
BIRTH_ANSWERS = {"register_with": "mother", "bank_account": "6222020200112233445"}


def prepare_birth(counter: CounterService, code: str, *, insured: bool = True) -> CounterView:
    """Call a mother, scan her code, record consent and fill the form, so that the birth can be accepted."""
    counter.call_next()
    counter.process_scan(code)
    counter.confirm_person()
    view = counter.begin_draft("birth")
    assert view.intake is not None
    agree(counter, [row.id for row in view.intake.materials if row.consent == "asked"])
    for field, value in {**BIRTH_ANSWERS, "mother_insured": "yes" if insured else "no"}.items():
        view = counter.fill_field(field, value)
    return view


def explain_differences(view: CounterView, counter: CounterService) -> CounterView:
    """Give a reason for each answer that differs from its source."""
    for row in view.intake.differences if view.intake is not None else ():
        view = counter.explain_difference(row.field, "the licence was made out before the change")
    return view


def agree(counter: CounterService, materials: list[str]) -> CounterView:
    """Record consent, and answer the second factor that a printed code needs: the end of the person's telephone."""
    applicant = counter.record_consent(materials).applicant
    assert applicant is not None
    return counter.release_materials(PHONES[applicant.name])


def accept_birth(counter: CounterService, code: str) -> str:
    """Prepare and accept a birth; return the case number."""
    prepare_birth(counter, code)
    view = counter.accept_case()
    assert view.receipt is not None
    return view.receipt.id[:12]


def sign_in_officer(workstation: Workstation, number: str) -> DepartmentService:
    """Return the service of an officer."""
    service = workstation.sign_in(number, CITY_PIN).department
    assert service is not None
    return service


def approve_all(workstation: Workstation, officers: tuple[str, ...]) -> None:
    """Approve the tasks of these officers until their queues are empty."""
    while sum(_approve_queue(sign_in_officer(workstation, number)) for number in officers):
        pass


def _approve_queue(service: DepartmentService) -> int:
    approved = 0
    while True:
        try:
            service.claim_next()
        except Refused as refused:
            if refused.reason != "empty":
                raise
            return approved
        service.approve("")
        approved += 1
