"""What people do at the desks, in the words of the field."""

from __future__ import annotations

from clerk_app.views import CounterService, CounterView, DepartmentService, Refused, Workstation

BIRTH_ANSWERS = {"register_with": "mother", "bank_account": "6222020200112233445"}


def prepare_birth(counter: CounterService, code: str, *, insured: bool = True) -> CounterView:
    """A mother is called, shows her code, agrees, answers: nothing is left but to accept."""
    counter.call_next()
    counter.process_scan(code)
    counter.confirm_person()
    view = counter.begin_draft("birth")
    assert view.intake is not None
    counter.record_consent([row.id for row in view.intake.materials if row.consent == "asked"])
    for field, value in {**BIRTH_ANSWERS, "mother_insured": "yes" if insured else "no"}.items():
        view = counter.fill_field(field, value)
    return view


def accept_birth(counter: CounterService, code: str) -> str:
    """The same, accepted; the case number."""
    prepare_birth(counter, code)
    view = counter.accept_case()
    assert view.receipt is not None
    return view.receipt.id[:12]


def sign_in_officer(desks: Workstation, number: str) -> DepartmentService:
    """The desk of an officer."""
    found = desks.sign_in(number, "1234").department
    assert found is not None
    return found


def approve_all(desks: Workstation, officers: tuple[str, ...]) -> None:
    """Officers work their queues until every one is empty."""
    while sum(_approve_queue(sign_in_officer(desks, number)) for number in officers):
        pass


def _approve_queue(desk: DepartmentService) -> int:
    done = 0
    while True:
        try:
            desk.claim_next()
        except Refused as refused:
            if refused.reason != "empty":
                raise
            return done
        desk.approve("")
        done += 1
