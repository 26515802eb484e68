"""A single matter that a citizen applies for at a kiosk: the rules, through the door."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from clerk_app.cases.consents import read_consents
from clerk_app.citizen.matters import AnswerKioskConsent, OpenKioskMatter
from clerk_app.citizen.sealed_answers import AnswerKey
from clerk_app.errors import BadData, Refused
from tests.citizen.matter_acts import ANSWERS, MATTER, MatterActs
from tests.citizen.sessions import open_session
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def acts(office: SampleOffice) -> MatterActs:
    return open_acts(office)


def open_acts(office: SampleOffice, person: str = "mother") -> MatterActs:
    return MatterActs(office, open_session(office.door, person))


def refusal(acts: MatterActs, **changed: object) -> str:
    """Return the reason for which an application with other parts is refused."""
    with pytest.raises(Refused) as refused:
        acts.office.door.perform(structs.replace(acts.application(), **changed), "kiosk")
    assert acts.office.select("cases") == []
    return refused.value.reason


def test_a_case_is_accepted_with_number_task_and_date(acts: MatterActs) -> None:
    accepted = acts.accept()
    office, case = acts.office, acts.office.case(accepted.number)
    assert case["state"] == "accepted"
    assert case["applicant_name"] == "王芳"
    assert case["promised_at"] == accepted.promised_at
    assert office.task_states(accepted.number) == {MATTER: "pooled"}
    assert {row["field"]: row["source"] for row in office.select("field_values", case_number=accepted.number)} == {
        "applicant_name": "licence:applicant-id.name",
        "applicant_id_number": "licence:applicant-id.id_number",
        "applicant_account": "typed",
        "contact_phone": "typed",
    }
    assert find_faults(office.store) == []


@both_engines
def test_a_repeated_application_gives_the_same_case(acts: MatterActs) -> None:
    first, again = acts.accept(), acts.accept()
    assert again.number == first.number
    assert again.repeats
    assert len(acts.office.select("cases")) == 1
    assert len(acts.office.tasks(first.number)) == 1
    assert find_faults(acts.office.store) == []


def test_other_answers_after_the_acceptance_are_refused(acts: MatterActs) -> None:
    accepted = acts.accept()
    with pytest.raises(Refused, match=accepted.number):
        acts.accept({**ANSWERS, "contact_phone": "13900139000"})


def test_the_consent_is_recorded_as_given_at_a_kiosk(acts: MatterActs) -> None:
    accepted = acts.accept()
    with acts.office.store.read() as tx:
        assert dict(read_consents(tx, accepted.number)) == {"applicant-id": "kiosk"}


def test_nothing_is_released_without_consent(acts: MatterActs) -> None:
    acts.open()
    assert acts.consent(agreed=False) is None
    (row,) = acts.office.select("consents")
    assert (row["given_at"], row["how"], row["released_at"]) == (None, "declined", None)


def test_a_consent_that_was_declined_since_stops_the_application(acts: MatterActs) -> None:
    application = acts.application()
    acts.consent(agreed=False)
    with pytest.raises(Refused) as refused:
        acts.office.door.perform(application, "kiosk")
    assert refused.value.reason == "changed"
    assert acts.office.select("cases") == []


def test_no_history_contains_what_is_released(acts: MatterActs) -> None:
    acts.consent()
    log = b"".join(bytes(row["decision"]) + bytes(row["command"]) for row in acts.office.entries()[-3:])
    assert "王芳".encode() not in log
    assert acts.held is not None
    with pytest.raises(BadData):
        AnswerKey().open(AnswerKey().public)


@pytest.mark.parametrize("matter", ["passport-issue", "name-precheck", "no-such-matter"])
def test_a_matter_without_the_mark_is_not_opened(office: SampleOffice, matter: str) -> None:
    with pytest.raises(Refused) as refused:
        open_acts(office).office.door.perform(
            OpenKioskMatter(session=open_session(office.door, "mother"), matter=matter), "kiosk"
        )
    assert refused.value.reason == "matter"


def test_a_matter_whose_materials_are_not_held_lists_what_to_bring(office: SampleOffice) -> None:
    opened = replace(open_acts(office), matter="residence-change-address").open()
    assert {found.material: found.state for found in opened.materials} == {
        "applicant-id": "held",
        "applicant-residence-permit": "missing",
        "lease": "missing",
    }


def test_a_licence_of_somebody_else_cannot_be_agreed_to(acts: MatterActs) -> None:
    acts.open()
    command = AnswerKioskConsent(
        session=acts.session, matter=MATTER, licences=("business",), agreed=True, key=acts.key.public
    )
    with pytest.raises(Refused) as refused:
        acts.office.door.perform(command, "kiosk")
    assert refused.value.reason == "not_offered"


def test_a_changed_name_is_refused(acts: MatterActs) -> None:
    details = acts.application().personal
    assert details is not None
    values = {**details.values, "applicant_name": "李强"}
    assert refusal(acts, personal=structs.replace(details, values=values)) == "changed"


def test_another_applicant_is_refused(acts: MatterActs) -> None:
    details = acts.application().personal
    assert details is not None
    other = structs.replace(details.parties[0], name="李强")
    assert refusal(acts, personal=structs.replace(details, parties=(other,))) == "changed"


def test_a_prefilled_value_cannot_be_passed_off_as_typed(acts: MatterActs) -> None:
    details, sources = acts.application().personal, acts.application().sources
    assert details is not None
    values = {**details.values, "applicant_name": "李强"}
    changed = {**sources, "applicant_name": "typed"}
    assert refusal(acts, personal=structs.replace(details, values=values), sources=changed) == "holder"


def test_materials_that_are_not_held_are_refused(acts: MatterActs) -> None:
    (own,) = acts.application().materials
    assert refusal(acts, materials=(structs.replace(own, licence="father-card"),)) == "changed"
    assert refusal(acts, materials=()) == "changed"


def test_an_older_catalogue_is_refused(acts: MatterActs) -> None:
    assert refusal(acts, catalogue_version=acts.application().catalogue_version + 1) == "catalogue"


def test_an_application_with_a_missing_answer_is_refused(acts: MatterActs) -> None:
    with pytest.raises(Refused) as refused:
        acts.accept({"contact_phone": "13800138000"})
    assert refused.value.reason == "incomplete"
    assert acts.office.select("cases") == []


def test_an_application_that_is_under_way_at_a_window_is_refused(acts: MatterActs) -> None:
    first = acts.accept()
    with acts.office.store.write() as tx:
        tx.update("cases", {"number": first.number}, visit="other")
    with pytest.raises(Refused) as refused:
        acts.accept()
    assert refused.value.reason == "duplicate"


def test_the_number_is_one_of_the_center_and_is_used_once(office: SampleOffice) -> None:
    numbers = {open_acts(office, person).accept().number for person in ("mother", "father")}
    assert len(numbers) == 2
    birth = office.accept_birth()
    assert birth not in numbers
    assert find_faults(office.store) == []
