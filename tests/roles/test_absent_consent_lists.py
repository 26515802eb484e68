"""The consent list of an absent party: printed at one visit, signed elsewhere, taken at another with what it covers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.case import IntakeView, MaterialRow
from clerk_app.views.counter import CounterService
from tests.paper.escpos_reader import read_escpos
from tests.roles.test_identity_of_a_visit import intake, serve

Code = Callable[[str], str]
WORKER_NUMBER, WORKER_PHONE = "690722200301150119", "0011"


def begin_hiring(counter: CounterService, code: Code, *, number: str = WORKER_NUMBER) -> IntakeView:
    """Serve the agent of an enterprise who hires a worker that is absent."""
    serve(counter, code("employer-agent"))
    counter.begin_draft("hiring")
    counter.process_scan(code("employer"))
    counter.assign_party("enterprise")
    counter.assign_party("agent")
    return name_worker(counter, number)


def name_worker(counter: CounterService, number: str = WORKER_NUMBER) -> IntakeView:
    for field, value in {"worker_name": "高明", "worker_id_number": number}.items():
        view = counter.fill_field(field, value)
    return intake(view)


def card(view: IntakeView) -> MaterialRow:
    return next(row for row in view.materials if row.id == "worker-id")


def print_list(counter: CounterService, office: Office) -> tuple[str, str]:
    """Print the list of the worker; return its number and text."""
    counter.print_absent_list("worker")
    (paper,) = office.printers.spool.folder.glob("*-consent-*.bin")
    return paper.stem.partition("-consent-")[2], " ".join(read_escpos(paper.read_bytes()).rows)


def test_a_list_signed_elsewhere_gives_the_licences_that_it_names(
    counter: CounterService, code: Code, office: Office
) -> None:
    view = begin_hiring(counter, code)
    assert [option.id for option in view.absent_lists] == ["worker"]
    assert card(view).state == "missing"
    number, text = print_list(counter, office)
    assert "Worker 高*" in text
    assert "Last four digits of my registered telephone" in text
    brought = counter.process_scan(number).brought_list
    assert brought is not None
    assert (brought.party, brought.needs_phone) == ("Worker 高*", True)
    view = intake(counter.take_absent_list(number, WORKER_PHONE))
    assert (card(view).state, card(view).consent, card(view).reason) == (
        "held",
        "given",
        "consent signed by the citizen",
    )
    with office.store.read() as tx:
        signed = [row for row in tx.select("consent_lists") if row["signed_at"]]
    assert [(row["role"], row["person"], row["number"]) for row in signed] == [("worker", "P11", number)]


@pytest.mark.wide
def test_the_list_is_taken_at_a_later_visit_for_the_same_party_only(
    counter: CounterService, code: Code, office: Office
) -> None:
    begin_hiring(counter, code)
    number, _text = print_list(counter, office)
    counter.finish_visit()
    begin_hiring(counter, code, number="690102199403120267")
    with pytest.raises(Refused, match="somebody else than the party"):
        counter.take_absent_list(number, WORKER_PHONE)
    name_worker(counter)
    assert card(intake(counter.take_absent_list(number, WORKER_PHONE))).consent == "given"


@pytest.mark.wide
def test_a_wrong_second_factor_or_an_unknown_number_gives_nothing(
    counter: CounterService, code: Code, office: Office
) -> None:
    begin_hiring(counter, code)
    number, _text = print_list(counter, office)
    with pytest.raises(Refused, match="not the last four digits"):
        counter.take_absent_list(number, "9999")
    with pytest.raises(Refused, match="has issued no consent list"):
        counter.process_scan("CL-0123456789")
    assert card(intake(counter.read_view())).consent != "given"
    with office.store.read() as tx:
        assert not [row for row in tx.select("consents", licence="L23") if row["given_at"]]


@pytest.mark.wide
def test_a_list_for_another_application_is_refused(counter: CounterService, code: Code, office: Office) -> None:
    begin_hiring(counter, code)
    number, _text = print_list(counter, office)
    counter.finish_visit()
    serve(counter, code("mother"))
    counter.begin_draft("birth")
    with pytest.raises(Refused, match="another application"):
        counter.process_scan(number)
