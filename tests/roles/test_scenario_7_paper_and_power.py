"""Scenario 7, told by the clerk: the printer fails, the power goes, nothing is lost and nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.paper.printers.spool import OUT_OF_PAPER
from clerk_app.roles.workstation import open_workstation
from clerk_app.views import BadData, CounterService, OutOfReach, Workstation
from tests.roles.conftest import NoCamera
from tests.roles.workflows import accept_birth, prepare_birth

Code = Callable[[str], str]


def _signed_in_again(office: Office) -> CounterService:
    found = open_workstation(open_office(office.folder), NoCamera()).sign_in("1001", "1234").counter
    assert found is not None
    return found


def test_a_receipt_that_did_not_print_is_offered_after_a_restart(
    counter: CounterService, code: Code, office: Office
) -> None:
    (office.printer.folder / OUT_OF_PAPER).touch()
    number = accept_birth(counter, code("mother"))
    view = counter.read_view()
    assert view.receipt is not None
    assert not view.receipt.printed
    assert "out of paper" in view.receipt.error
    again = _signed_in_again(office).read_view()
    assert [paper.id for paper in again.unprinted] == [f"{number}-receipt"]


def test_a_receipt_is_offered_once(counter: CounterService, code: Code, office: Office) -> None:
    empty = office.printer.folder / OUT_OF_PAPER
    empty.touch()
    number = accept_birth(counter, code("mother"))
    empty.unlink()
    desk = _signed_in_again(office)
    assert desk.reprint_paper(f"{number}-receipt").receipt is not None
    assert _signed_in_again(office).read_view().unprinted == ()


def test_the_ticket_is_still_being_served_after_a_restart(counter: CounterService, office: Office) -> None:
    ticket = counter.call_next().serving
    assert ticket is not None
    again = _signed_in_again(office).read_view().serving
    assert again is not None
    assert again.number == ticket.number


def test_everything_typed_is_there_after_a_restart(counter: CounterService, code: Code, office: Office) -> None:
    before = prepare_birth(counter, code("mother")).intake
    after = _signed_in_again(office).read_view().intake
    assert before is not None
    assert after is not None
    assert [(row.id, row.value) for row in after.fields] == [(row.id, row.value) for row in before.fields]
    assert after.gaps == before.gaps == ()


def test_a_wrong_value_is_kept_and_named_at_its_field(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    view = counter.fill_field("bank_account", "12")
    assert view.intake is not None
    row = next(row for row in view.intake.fields if row.id == "bank_account")
    assert row.value == "12"
    assert row.error
    assert view.intake.gaps


def test_no_ticket_without_its_slip(desks: Workstation, office: Office) -> None:
    kiosk = desks.open_kiosk()
    before = [row.waiting for row in kiosk.read_view().categories]
    (office.printer.folder / OUT_OF_PAPER).touch()
    with pytest.raises(OutOfReach, match="out of paper"):
        kiosk.take_ticket("A")
    assert [row.waiting for row in kiosk.read_view().categories] == before


def test_opening_a_folder_without_an_office_is_one_sentence(office: Office) -> None:
    with pytest.raises(BadData, match="There is no office"):
        open_office(office.folder / "nothing")
