"""Enterprise names of a case: the last check decides, and the center checks what it receives."""

from __future__ import annotations

import msgspec
import pytest

from clerk_app.cases.checked_names import DraftName
from clerk_app.cases.enterprise_names import find_name_objection
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import SaveDraft, decode_draft
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Actor, Entry, Moment
from clerk_app.people import SYSTEM
from clerk_app.similarity.names.checking import AskedName, CheckName
from clerk_app.similarity.names.register import RegisteredName, RegisterNames
from clerk_app.similarity.names.reservations import ReserveName
from tests.city_policy import publish_field_check
from tests.office import SampleOffice
from tests.sample_data import CLERKS

NAME, NEAR = "海州市华联科技有限公司", "海州市华联达科技有限公司"
FIELD = "project_name"


@pytest.fixture
def prepared(office: SampleOffice) -> AcceptCase:
    """A road case whose field is checked as an enterprise name."""
    publish_field_check(office.office, FIELD, "enterprise_name")
    command = office.prepare_road(project_name=NAME)
    version = office.office.catalogue().version
    return msgspec.structs.replace(command, catalogue_version=version)


def register(office: SampleOffice, name: str) -> None:
    row = RegisteredName(identifier="n", name=name, state="in_use", digest="d")
    office.door.perform(RegisterNames(source="market", rows=(row,)), SYSTEM)


def check(office: SampleOffice, draft: str) -> None:
    found = office.door.perform(CheckName(draft=draft, field=FIELD, personal=AskedName(name=NAME)), CLERKS[0])
    keep_name(office, draft, DraftName(name=NAME, severity=found.severity))


def reserve(office: SampleOffice, draft: str, reason: str = "") -> str:
    asked = AskedName(name=NAME, reason=reason)
    made = office.door.perform(ReserveName(draft=draft, field=FIELD, personal=asked), CLERKS[0])
    kept = DraftName(name=NAME, severity=made.severity, reservation=made.reservation, until=made.until)
    keep_name(office, draft, kept)
    return made.reservation


def keep_name(office: SampleOffice, draft: str, name: DraftName) -> None:
    """Save with the draft what the center answered, as a window does."""
    (row,) = office.select("drafts", id=draft)
    place = {key: row[key] for key in ("visit", "one_thing", "catalogue", "catalogue_version")}
    content = msgspec.structs.replace(decode_draft(row), names={FIELD: name})
    office.door.perform(SaveDraft(draft=draft, window=row["window_id"], personal=content, **place), CLERKS[0])


def test_a_case_with_a_taken_name_is_not_accepted(office: SampleOffice, prepared: AcceptCase) -> None:
    register(office, NAME)
    check(office, prepared.draft)
    with pytest.raises(Refused) as refused:
        office.accept(prepared)
    assert refused.value.reason == "name_taken"


def test_a_near_name_needs_its_reason_which_the_officer_reads(office: SampleOffice, prepared: AcceptCase) -> None:
    register(office, NEAR)
    check(office, prepared.draft)
    with pytest.raises(Refused) as refused:
        office.accept(prepared)
    assert refused.value.reason == "name_reason"
    reserved = reserve(office, prepared.draft, "the other consents")
    number = office.accept(prepared)
    with office.store.read() as tx:
        (row,) = tx.select("field_differences", case_number=number)
        kept = tx.get("name_reservations", id=reserved)
    assert (row["field"], row["known"], row["reason"]) == (FIELD, NEAR, "the other consents")
    assert kept is not None
    assert (kept["state"], kept["case_number"]) == ("used", number)


def test_a_name_that_was_not_checked_is_accepted_and_the_center_objects(
    office: SampleOffice, prepared: AcceptCase
) -> None:
    register(office, NAME)
    catalogue = office.office.catalogue()
    accepted = office.door.perform(prepared, CLERKS[0])
    now = office.clock()
    moment = Moment("n1", 1, 1, Actor(CLERKS[0]), now, now, now)
    with office.store.read() as tx:
        objection = find_name_objection(tx, Entry(moment, prepared, accepted), catalogue)
    assert objection is not None
    assert (objection.reason, objection.facts["fields"]) == ("name_taken", FIELD)


def test_the_name_of_a_withdrawn_case_is_free_again(office: SampleOffice, prepared: AcceptCase) -> None:
    asked = AskedName(name=NAME)
    office.door.perform(ReserveName(draft=prepared.draft, field=FIELD, personal=asked), CLERKS[0])
    office.accept(prepared)
    with pytest.raises(Refused):
        office.door.perform(ReserveName(draft="other", field=FIELD, personal=asked), CLERKS[0])
