"""At the window: a draft is received, its list is printed, and a scan of the notice opens it again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.paper.page import TextLine, decode_page
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import agree, prepare_birth
from tests.sample_data import CITY_PIN


def printed_text(office: Office, number: str) -> str:
    """Return the text of the notice of a received case as it was printed, without blanks."""
    with office.store.read() as tx:
        (row,) = tx.select("prints", paper=f"{number}-one_time")
    assert row["outcome"] == "written"
    texts = (line.text for line in decode_page(row["content"]) if isinstance(line, TextLine))
    return "".join("".join(texts).split())


def receive_birth(counter: CounterService, code: str) -> str:
    """Receive a birth that lacks the bank account and consent to what the city holds; return the case number."""
    counter.call_next()
    counter.process_scan(code)
    counter.confirm_person()
    counter.begin_draft("birth")
    counter.fill_field("register_with", "mother")
    view = counter.receive_case()
    assert view.receipt is not None
    assert view.intake is None
    return view.receipt.id[:12]


def complete(counter: CounterService, code: str) -> CounterView:
    """Identify the mother again, agree to the use of what the city holds, and answer what is missing."""
    counter.process_scan(code)
    counter.confirm_person()
    view = counter.fetch_materials()
    assert view.intake is not None
    agree(counter, [row.id for row in view.intake.materials if row.consent == "asked"])
    counter.fill_field("mother_insured", "yes")
    return counter.fill_field("bank_account", "6222020200112233445")


@pytest.mark.many_cases
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_notice_has_the_number_everything_missing_and_until_when(
    counter: CounterService, code: Callable[[str], str], office: Office, language: str
) -> None:
    set_language(language)
    number = receive_birth(counter, code("mother"))
    printed = printed_text(office, number)
    assert number in printed
    with office.store.read() as tx:
        record = tx.get("received_records", case_number=number)
    assert record is not None
    assert record["notified_at"] is not None  # the folder printer confirms what it wrote
    (row,) = counter.list_received()
    for line in row.missing:
        words = line.partition(": " if language == "en" else "：")[2] or line
        assert "".join(words.partition("(")[0].split()) in printed
    assert row.level == "good"
    view = counter.open_case(number)
    assert view.case is not None
    assert view.case.actions == ("withdraw", "reprint")
    assert len(view.case.requested_materials) == len(row.missing) + 1
    assert number in [case.number for case in counter.list_own_cases()]


def test_a_scan_of_the_notice_opens_the_draft_masked_and_the_case_keeps_its_number(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    number = receive_birth(counter, code("mother"))
    counter.finish_visit("finish")
    view = counter.process_scan(number)
    assert view.intake is not None
    assert view.intake.is_masked  # identity is proved for each visit
    assert "Identity is proved" in view.message
    with pytest.raises(Refused):
        counter.accept_case()
    view = complete(counter, code("mother"))
    assert view.intake is not None
    assert {row.id: row.value for row in view.intake.fields}["register_with"] == "mother"
    assert view.intake.gaps == ()
    accepted = counter.accept_case()
    assert accepted.receipt is not None
    assert accepted.receipt.id == f"{number}-receipt"
    assert counter.list_received() == ()


@pytest.mark.wide
def test_the_cases_of_today_name_a_received_case_as_received_with_its_date(
    counter: CounterService, code: Callable[[str], str]
) -> None:
    number = receive_birth(counter, code("mother"))
    (row,) = [row for row in counter.list_own_cases() if row.number == number]
    assert (row.act, row.state) == ("received", "received")
    assert row.due


def test_a_complete_draft_is_accepted_not_received(counter: CounterService, code: Callable[[str], str]) -> None:
    prepare_birth(counter, code("mother"))
    with pytest.raises(Refused, match="Nothing is missing"):
        counter.receive_case()


@pytest.mark.wide
def test_a_discarded_draft_leaves_the_received_case_and_frees_its_lease(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    number = receive_birth(counter, code("mother"))
    counter.finish_visit("finish")
    counter.process_scan(number)
    counter.discard_draft("the citizen comes again tomorrow")
    (row,) = counter.list_received()
    assert (row.number, row.opened_by) == (number, "")


@pytest.mark.wide
def test_more_time_prints_a_new_notice_with_the_later_date(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    number = receive_birth(counter, code("mother"))
    (before,) = counter.list_received()
    view = counter.extend_received(number, "the mother is in hospital")
    assert view.receipt is not None
    assert view.receipt.id == f"{number}-one_time-2"
    (after,) = counter.list_received()
    assert after.term != before.term
    assert not after.can_extend


def test_a_supervisor_gives_more_time_once_and_ends_what_was_not_completed(
    counter: CounterService, code: Callable[[str], str], office: Office, workstation: Workstation
) -> None:
    number = receive_birth(counter, code("mother"))
    supervisor = workstation.sign_in("3001", CITY_PIN).supervisor
    assert supervisor is not None
    (row,) = supervisor.list_received()
    assert (row.number, row.can_extend, row.is_overdue) == (number, True, False)
    with pytest.raises(Refused, match="can still bring"):
        supervisor.close_received(number, "not completed")
    view = supervisor.extend_received(number, "the mother is in hospital")
    assert f"Case {number} has more time. The notice waits at" in view.message
    assert [notice.id for notice in counter.read_view().unprinted] == [f"{number}-one_time-2"]
    (row,) = supervisor.list_received()
    assert not row.can_extend
    assert supervisor.list_close_reasons(number) != ()
    with pytest.raises(Refused, match="extended before"):
        supervisor.extend_received(number, "again")


@pytest.mark.wide
def test_a_kiosk_names_the_state_what_is_missing_and_until_when(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    number = receive_birth(counter, code("mother"))
    with office.store.read() as tx:
        (party,) = tx.select("parties", case_number=number, role="mother")
    status = OfficeKiosk(office).find_case_status(number, party["number"][-4:])
    assert status.state == "Your papers were received. The application is not accepted yet."
    assert status.requested_materials[0].startswith("Notified on ")
    assert "to be brought until 20" in status.requested_materials[0]
    assert "To be answered: Bank account" in status.requested_materials
    assert "Bring to any window what your notice names." in status.next_steps[0]
