"""The same for many persons of one organisation: a list at the window, each with a case, and one list of receipts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.roles.counter.complete_draft import build_acceptance
from clerk_app.roles.counter.draft_state import read_draft_state
from clerk_app.roles.counter.further_state import read_persons
from clerk_app.roles.counter.view import find_visit_at_window
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.case import IntakeView
from clerk_app.views.counter import CounterService, CounterView
from tests.no_camera import NoCamera
from tests.sample_data import CITY_PIN

Code = Callable[[str], str]
pytestmark = pytest.mark.usefixtures("english")

WORKER = {
    "worker_name": "高明",
    "worker_id_number": "690102199208250314",
    "contract_start": "2026-12-01",
    "monthly_wage": "6000",
    "worker_has_card": "yes",
}


def id_number(serial: int) -> str:
    """Return a valid identity number that nobody in the sample city has."""
    digits = f"69010219910101{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


def worker(serial: int, **changed: str) -> dict[str, str]:
    """Return the answers about a worker of the list."""
    return {
        **WORKER,
        "worker_name": f"员工{'甲乙丙丁戊'[serial % 5]}",
        "worker_id_number": id_number(serial),
        **changed,
    }


def intake(view: CounterView) -> IntakeView:
    assert view.intake is not None
    return view.intake


def begin_hiring(counter: CounterService, code: Code) -> IntakeView:
    """Begin the hiring of the first worker, with papers, up to where it could be accepted."""
    counter.serve_walk_in()
    counter.process_scan(code("employer-agent"))
    counter.confirm_person()
    counter.begin_draft("hiring")
    counter.process_scan(code("employer"))
    counter.assign_party("enterprise")
    counter.assign_party("agent")
    counter.record_consent(["business-licence"])
    view = counter.read_view()
    if intake(view).has_unreleased:
        view = counter.release_materials("0011")
    for row in intake(view).fields:
        if row.id in WORKER:
            view = counter.fill_field(row.id, WORKER[row.id])
    for row in intake(view).fields:
        if row.required and not row.value:
            view = counter.fill_field(row.id, {"phone": "13800000000"}.get(row.kind, "1"))
    for material in ("worker-id", "labour-contract"):
        if not any(row.id == material and row.state == "paper" for row in intake(view).materials):
            view = counter.toggle_paper(material)
    assert intake(view).gaps == ()
    return intake(view)


def test_each_person_gets_a_case_and_all_are_on_one_list(counter: CounterService, office: Office, code: Code) -> None:
    assert begin_hiring(counter, code).is_bulk
    for serial in (1, 2):
        counter.save_further("", worker(serial))
    listed = counter.read_further()
    assert [row.faults for row in listed.rows] == [(), ()]
    assert listed.papers == ("Worker's identity card", "Labour contract")
    with pytest.raises(Refused, match="Further persons are on the list"):
        counter.accept_case()
    view = counter.accept_further()
    assert view.message == "3 cases were accepted."
    assert view.intake is None
    with office.store.read() as tx:
        cases = tx.select("cases", order=("number",))
        workers = [tx.get("parties", case_number=case["number"], role="worker") for case in cases]
        notices = {notice["state"] for notice in tx.select("notices")}
        (printed,) = tx.select("prints")
    assert len({case["number"] for case in cases}) == 3
    assert [row and row["name"] for row in workers] == ["员工乙", "员工丙", "高明"]
    assert notices == {"listed"}
    assert (printed["paper"], printed["kind"]) == (f"{cases[0]['number']}-receipt_list", "receipt_list")
    assert all(case["number"] in printed["content"] for case in cases)
    assert "员工乙" not in printed["content"]
    assert view.receipt is not None
    assert view.receipt.title == "List of receipts"
    assert not view.unprinted


def test_who_cannot_be_accepted_is_named_before_anybody_is_accepted(
    counter: CounterService, office: Office, code: Code
) -> None:
    begin_hiring(counter, code)
    wrong = worker(1, worker_id_number="690102199208250315")
    rows = {row.id: row for row in counter.check_further("", wrong)}
    assert rows["worker_id_number"].error
    assert not rows["worker_name"].error
    counter.save_further("", wrong)
    counter.save_further("", worker(2, monthly_wage=""))
    counter.save_further("", worker(3))
    counter.save_further("", worker(3))
    counter.save_further("", dict(WORKER))
    faults = [" ".join(row.faults) for row in counter.read_further().rows]
    assert "Document number of worker" in faults[0]
    assert "Monthly wage" in faults[1]
    assert faults[2] == ""
    assert "The same person as person 3 of the list" in faults[3]
    assert "The same person as the first person" in faults[4]
    with pytest.raises(Refused, match="Nothing was accepted"):
        counter.accept_further()
    with office.store.read() as tx:
        assert not tx.select("cases")


@pytest.mark.wide
def test_an_accepted_person_is_off_the_list_and_never_accepted_twice(
    counter: CounterService, office: Office, code: Code
) -> None:
    begin_hiring(counter, code)
    counter.save_further("", worker(1))
    counter.save_further("", worker(2))
    command = first_command(office)
    office.door.perform(command, "1001")  # and the program stops here
    with pytest.raises(Refused, match="not on the list any more"):
        office.door.perform(command, "1001")
    again = open_workstation(office, NoCamera()).sign_in("1001", CITY_PIN).counter
    assert again is not None
    assert [row.name for row in again.read_further().rows] == ["员工丙"]
    assert again.accept_further().message == "2 cases were accepted."
    with office.store.read() as tx:
        assert len(tx.select("cases")) == 3
        (printed,) = tx.select("prints")
    assert all(name in printed["content"] for name in ("员**", "高*"))
    assert printed["content"].count("员**") == 2


def first_command(office: Office) -> AcceptCase:
    """Return the command that accepts the first person of the list."""
    with office.store.read() as tx:
        visit = find_visit_at_window(tx, office.settings.window)
        (row,) = tx.select("drafts")
        assert visit is not None
        draft = read_draft_state(office, tx, row, visit)
        person = read_persons(office, tx, draft, visit)[0]
    return build_acceptance(office, person.state, visit, person=person.person.id)


@pytest.mark.wide
def test_a_person_whose_card_is_used_by_consent_is_no_pattern_for_others(counter: CounterService, code: Code) -> None:
    begin_hiring(counter, code)
    counter.save_further("", worker(1))
    counter.toggle_paper("worker-id")
    counter.fill_field("worker_id_number", "690722200301150119")
    counter.process_scan(code("worker"))
    counter.assign_party("worker")
    counter.record_consent(["worker-id"])
    counter.release_materials("0011")
    (row,) = counter.read_further().rows
    assert any("Worker's identity card" in fault for fault in row.faults)


@pytest.mark.wide
def test_another_case_of_a_person_keeps_this_one_on_the_list(
    counter: CounterService, office: Office, code: Code
) -> None:
    begin_hiring(counter, code)
    counter.save_further("", worker(1))
    counter.accept_further()
    counter.finish_visit()
    begin_hiring(counter, code)
    counter.fill_field("worker_name", "员工戊")
    counter.fill_field("worker_id_number", id_number(9))
    counter.save_further("", worker(1))
    counter.save_further("", worker(2))
    first, second = counter.read_further().rows
    assert any("Under way already" in fault for fault in first.faults)
    assert second.faults == ()
    counter.remove_further([first.id])
    assert counter.accept_further().message == "2 cases were accepted."


@pytest.mark.wide
def test_removed_persons_are_put_back_by_an_undo(counter: CounterService, code: Code) -> None:
    begin_hiring(counter, code)
    counter.save_further("", worker(1))
    counter.remove_further([counter.read_further().rows[0].id])
    assert counter.read_further().rows == ()
    offer = counter.read_undo()
    assert offer is not None
    counter.undo(offer.id)
    assert [row.name for row in counter.read_further().rows] == ["员工乙"]


@pytest.mark.wide
def test_a_matter_without_the_mark_of_the_catalogue_is_not_accepted_in_bulk(
    counter: CounterService, code: Code
) -> None:
    begin_hiring(counter, code)
    counter.add_matter("hiring-subsidy")
    view = counter.fill_field("worker_group", "graduate")
    assert not intake(view).is_bulk
    with pytest.raises(Refused, match="does not allow several applications at once: Hiring subsidy"):
        counter.read_further()


@pytest.mark.wide
def test_the_receipt_of_a_case_on_the_list_is_printed_alone_on_request(
    counter: CounterService, office: Office, code: Code
) -> None:
    begin_hiring(counter, code)
    counter.save_further("", worker(1))
    view = counter.accept_further()
    number = (view.receipt.id if view.receipt else "").partition("-")[0]
    view = counter.open_case(number)
    states = {paper.title: paper.state for paper in counter.list_papers()}
    assert states["Receipt"] == "on a list, not printed alone"
    assert counter.reprint_paper(f"{number}-receipt").receipt
    with office.store.read() as tx:
        notice = tx.get("notices", id=f"{number}-receipt")
    assert notice is not None
    assert notice["state"] == "printed"
