"""Enterprise names while the line is cut: nothing is checked, the case is accepted, and the center objects."""

from __future__ import annotations

import msgspec
import pytest

from clerk_app.cases.checked_names import DraftName
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.objections import SettleObjection
from clerk_app.errors import OutOfReach, Refused
from clerk_app.people import SYSTEM
from clerk_app.roles.counter.intake_view import build_intake_view
from clerk_app.roles.counter.name_steps import with_name_steps
from clerk_app.roles.rejected_work import read_rejected_work
from clerk_app.similarity.names.checking import AskedName, CheckName
from clerk_app.similarity.names.register import RegisteredName, RegisterNames
from clerk_app.similarity.names.reservations import ReserveName
from tests.cases.test_enterprise_names import keep_name
from tests.city_policy import publish_field_check
from tests.office import find_faults
from tests.sample_data import CLERKS
from tests.sync.city import City, SampleWindow
from tests.sync.test_duplicates import read_draft

pytestmark = pytest.mark.usefixtures("english")
TAKEN, FREE = "海州市华联科技有限公司", "海州市永盛科技有限公司"
FIELD = "project_name"


@pytest.fixture
def checked_city(city: City, counter: SampleWindow) -> City:
    """A city with a name in use, and a field of the road excavation that is checked."""
    publish_field_check(city.center.office, FIELD, "enterprise_name")
    row = RegisteredName(identifier="n", name=TAKEN, state="in_use", digest="d")
    city.center.door.perform(RegisterNames(source="market", rows=(row,)), SYSTEM)
    counter.client.flush()
    return city


def prepare(counter: SampleWindow, name: str) -> AcceptCase:
    command = counter.prepare_road(project_name=name)
    counter.client.flush()
    return msgspec.structs.replace(command, catalogue_version=counter.office.catalogue().version)


def check(counter: SampleWindow, draft: str, name: str) -> str:
    found = counter.door.perform(CheckName(draft=draft, field=FIELD, personal=AskedName(name=name)), CLERKS[0])
    keep_name(counter, draft, DraftName(name=name, severity=found.severity))
    return found.severity


@pytest.mark.many_cases
@pytest.mark.parametrize(("name", "reasons"), [(TAKEN, ["name_taken"]), (FREE, [])])
def test_a_case_that_was_accepted_without_a_line_gets_an_objection_if_its_name_is_taken(
    checked_city: City, counter: SampleWindow, name: str, reasons: list[str]
) -> None:
    command = prepare(counter, name)
    counter.transport.down = True
    with pytest.raises(OutOfReach):
        check(counter, command.draft, name)
    number = counter.accept(command)
    counter.transport.down = False
    checked_city.exchange_all()
    raised = checked_city.center.select("objections", case_number=number)
    assert [row["reason"] for row in raised if row["reason"].startswith("name")] == reasons
    assert checked_city.center.case(number)["state"] == "accepted"
    assert checked_city.differences() == []


@pytest.mark.wide
def test_the_window_shows_the_objection_with_the_field_and_settles_it(
    checked_city: City, counter: SampleWindow
) -> None:
    command = prepare(counter, TAKEN)
    counter.transport.down = True
    number = counter.accept(command)
    counter.transport.down = False
    checked_city.exchange_all()
    with counter.store.read() as tx:
        sentences = [work.sentence for work in read_rejected_work(tx, "Asia/Shanghai")]
    assert [sentence for sentence in sentences if "enterprise name that cannot be used" in sentence]
    (row,) = counter.select("objections", case_number=number, reason="name_taken")
    counter.door.perform(SettleObjection(case=number, number=row["number"], note="another name is used"), "supervisor")
    checked_city.exchange_all()
    (settled,) = checked_city.center.select("objections", case_number=number, reason="name_taken")
    assert settled["note"] == "another name is used"
    assert find_faults(checked_city.center.store) == []


@pytest.mark.wide
def test_a_check_whose_answer_was_lost_is_repeated_and_decides(checked_city: City, counter: SampleWindow) -> None:
    command = prepare(counter, TAKEN)
    counter.transport.responses_to_lose = 1
    with pytest.raises(OutOfReach):
        check(counter, command.draft, TAKEN)
    assert check(counter, command.draft, TAKEN) == "stop"
    with pytest.raises(Refused) as refused:
        counter.accept(command)
    assert refused.value.reason == "name_taken"
    assert checked_city.center.select("cases") == []


@pytest.mark.wide
def test_a_reservation_whose_answer_was_lost_is_no_obstacle_for_the_same_draft(
    checked_city: City, counter: SampleWindow
) -> None:
    command = prepare(counter, FREE)
    asked = ReserveName(draft=command.draft, field=FIELD, personal=AskedName(name=FREE))
    counter.transport.responses_to_lose = 1
    with pytest.raises(OutOfReach):
        counter.door.perform(asked, CLERKS[0])
    counter.door.perform(asked, CLERKS[0])
    number = counter.accept(command)
    checked_city.exchange_all()
    kept = checked_city.center.select("name_reservations", state="used")
    assert [row["case_number"] for row in kept] == [number]
    assert checked_city.center.select("name_reservations", state="held") == []


def test_a_name_that_cannot_be_checked_without_a_line_is_a_sentence_and_no_obstacle(
    checked_city: City, counter: SampleWindow
) -> None:
    command = prepare(counter, FREE)
    assert read_name_steps(counter, command) == (["Check the name (F8 69): Name of the project"], ())
    counter.transport.down = True
    with pytest.raises(OutOfReach):
        check(counter, command.draft, FREE)
    counter.clock.advance(minutes=5)
    steps, sentences = read_name_steps(counter, command)
    assert steps == []
    assert [text.partition(" without")[0] for text in sentences] == ["Name of the project is not checked"]
    assert counter.accept(command)


def read_name_steps(window: SampleWindow, command: AcceptCase) -> tuple[list[str], tuple[str, ...]]:
    """Return the steps and the sentences about names that were not checked."""
    draft = read_draft(window, command)
    built = build_intake_view(draft, window.office.now, unconfirmed=False, can_fetch_materials=False)
    with window.store.read() as tx:
        view = with_name_steps(window.office, tx, draft, built)
    return [step.text for step in view.open_steps if step.kind == "name"], view.unchecked_names
