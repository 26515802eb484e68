"""Scenario 7, told by the clerk: the printer fails, the power goes, nothing is lost and nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.desk import BadData, CounterDesk, Desks, OutOfReach
from clerk_app.desks import open_desks, open_office
from clerk_app.desks.office import Office
from clerk_app.paper.spool import OUT_OF_PAPER
from tests.desks.conftest import NoCamera
from tests.desks.living import accept_birth, birth_ready

Code = Callable[[str], str]


def _signed_in_again(office: Office) -> CounterDesk:
    found = open_desks(open_office(office.folder), NoCamera()).sign_in("1001", "1234").counter
    assert found is not None
    return found


def test_a_receipt_that_did_not_print_is_offered_after_a_restart(
    counter: CounterDesk, code: Code, office: Office
) -> None:
    (office.printer.folder / OUT_OF_PAPER).touch()
    number = accept_birth(counter, code("mother"))
    view = counter.look()
    assert view.receipt is not None
    assert not view.receipt.printed
    assert "out of paper" in view.receipt.trouble
    again = _signed_in_again(office).look()
    assert [paper.id for paper in again.unprinted] == [f"{number}-receipt"]


def test_a_receipt_is_offered_once(counter: CounterDesk, code: Code, office: Office) -> None:
    empty = office.printer.folder / OUT_OF_PAPER
    empty.touch()
    number = accept_birth(counter, code("mother"))
    empty.unlink()
    desk = _signed_in_again(office)
    assert desk.reprint(f"{number}-receipt").receipt is not None
    assert _signed_in_again(office).look().unprinted == ()


def test_the_ticket_is_still_being_served_after_a_restart(counter: CounterDesk, office: Office) -> None:
    ticket = counter.call_next().serving
    assert ticket is not None
    again = _signed_in_again(office).look().serving
    assert again is not None
    assert again.number == ticket.number


def test_everything_typed_is_there_after_a_restart(counter: CounterDesk, code: Code, office: Office) -> None:
    before = birth_ready(counter, code("mother")).intake
    after = _signed_in_again(office).look().intake
    assert before is not None
    assert after is not None
    assert [(row.id, row.value) for row in after.fields] == [(row.id, row.value) for row in before.fields]
    assert after.left == before.left == ()


def test_a_wrong_value_is_kept_and_named_at_its_field(counter: CounterDesk, code: Code) -> None:
    birth_ready(counter, code("mother"))
    view = counter.fill("bank_account", "12")
    assert view.intake is not None
    row = next(row for row in view.intake.fields if row.id == "bank_account")
    assert row.value == "12"
    assert row.error
    assert view.intake.left


def test_no_ticket_without_its_slip(desks: Desks, office: Office) -> None:
    kiosk = desks.kiosk()
    before = [row.waiting for row in kiosk.look().categories]
    (office.printer.folder / OUT_OF_PAPER).touch()
    with pytest.raises(OutOfReach, match="out of paper"):
        kiosk.take_ticket("A")
    assert [row.waiting for row in kiosk.look().categories] == before


def test_opening_a_folder_without_an_office_is_one_sentence(office: Office) -> None:
    with pytest.raises(BadData, match="There is no office"):
        open_office(office.folder / "nothing")
