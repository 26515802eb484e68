"""Copies of own licences at a kiosk: in a session of a person only, recorded, repeated under the same number."""

from __future__ import annotations

import pytest

from clerk_app.citizen.licence_copies import (
    CopyOwnLicence,
    ListOwnLicences,
    OwnLicenceCopied,
    RecordCopyPrint,
    verify_copy,
)
from clerk_app.citizen.paper_answers import read_paper_answer
from clerk_app.citizen.sessions import EndCitizenSession
from clerk_app.errors import Refused
from clerk_app.people.access_report import list_accesses
from tests.citizen.sessions import open_by_receipt, open_session
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.sample_data import MOTHER_NUMBER

pytestmark = pytest.mark.usefixtures("english")


def list_licences(office: SampleOffice, session: str) -> dict[str, str]:
    """Return the ids of the own licences by type."""
    key = office.door.perform(ListOwnLicences(session=session), "kiosk").key
    with office.store.read() as tx:
        answer = read_paper_answer(tx, key, own_node(office), office.clock())
    return {licence.kind: licence.id for licence in answer.licences}


def own_node(office: SampleOffice) -> str:
    with office.store.read() as tx:
        row = tx.query_one("ledger.own_node")
    assert row is not None
    return str(row["id"])


def copy(office: SampleOffice, session: str, licence: str, purpose: str = "bank", **fields: object) -> OwnLicenceCopied:
    command = CopyOwnLicence(session=session, licence=licence, purpose=purpose, **fields)  # type: ignore[arg-type]
    return office.door.perform(command, "kiosk")


@both_engines
def test_a_copy_of_an_own_licence_is_recorded_and_seen_by_its_holder(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    licence = list_licences(office, session)["0101"]
    copied = copy(office, session, licence, count=2)
    with office.store.read() as tx:
        content = read_paper_answer(tx, copied.key, own_node(office), office.clock()).copy
        accesses = [access.kind for access in list_accesses(tx, "mother")]
    assert content is not None
    assert content.claims["name"] == "王芳"
    assert "CopyOwnLicence" in accesses
    office.door.perform(RecordCopyPrint(number=copied.number, outcome="printed", printed=2), "kiosk")
    (row,) = office.select("licence_copies")
    assert (row["outcome"], row["printed"], row["purpose"]) == ("printed", 2, "bank")
    assert find_faults(office.store) == []


def test_the_list_has_masked_numbers_and_no_licence_of_others(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    key = office.door.perform(ListOwnLicences(session=session), "kiosk").key
    with office.store.read() as tx:
        answer = read_paper_answer(tx, key, own_node(office), office.clock())
        holders = {tx.get("licences", id=licence.id)["holder"] for licence in answer.licences}  # type: ignore[index]
    assert holders == {"mother"}
    assert all("*" in licence.number for licence in answer.licences)
    assert MOTHER_NUMBER not in str(answer)
    with office.store.read() as tx:
        of_others = next(row["id"] for row in tx.select("licences") if row["holder"] == "enterprise")
    with pytest.raises(Refused, match="not among your valid ones"):
        copy(office, session, of_others)


def test_a_receipt_opens_no_copies(office: SampleOffice) -> None:
    number = office.accept_birth()
    session = open_by_receipt(office.door, number, MOTHER_NUMBER[-4:])
    with pytest.raises(Refused, match="a receipt opens its own case only"):
        office.door.perform(ListOwnLicences(session=session), "kiosk")


def test_purpose_and_count_are_those_of_the_catalogue(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    licence = list_licences(office, session)["0101"]
    with pytest.raises(Refused, match="purpose of the list"):
        copy(office, session, licence, "gift")
    with pytest.raises(Refused, match="At most 3 copies"):
        copy(office, session, licence, count=4)


def test_an_unknown_print_is_repeated_under_its_number_and_a_printed_one_is_not(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    licence = list_licences(office, session)["0101"]
    first = copy(office, session, licence)
    office.door.perform(RecordCopyPrint(number=first.number, outcome="unknown"), "kiosk")
    again = copy(office, session, licence, repeats=first.number)
    assert (again.number, again.code, again.prints) == (first.number, first.code, 2)
    office.door.perform(RecordCopyPrint(number=first.number, outcome="printed", printed=1), "kiosk")
    with pytest.raises(Refused, match="is not printed again"):
        copy(office, session, licence, repeats=first.number)
    other = open_session(office.door, "mother")
    with pytest.raises(Refused, match="is not printed again"):
        copy(office, other, licence, repeats=first.number)


def test_nothing_is_answered_after_the_session_or_to_another_kiosk(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    copied = copy(office, session, list_licences(office, session)["0101"])
    with office.store.read() as tx, pytest.raises(Refused, match="no answer for this machine"):
        read_paper_answer(tx, copied.key, "k2", office.clock())
    office.door.perform(EndCitizenSession(session=session), "kiosk")
    with office.store.read() as tx, pytest.raises(Refused, match="has ended"):
        read_paper_answer(tx, copied.key, own_node(office), office.clock())
    with pytest.raises(Refused, match="has ended"):
        copy(office, session, "any")
    office.door.perform(RecordCopyPrint(number=copied.number, outcome="unknown"), "kiosk")  # the paper still comes out


def test_a_receiver_verifies_number_and_code_until_the_copy_expires(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    licence = list_licences(office, session)["0101"]
    copied = copy(office, session, licence)
    with office.store.read() as tx:
        found = verify_copy(tx, copied.number.lower(), f" {copied.code} ", office.clock())
        late = verify_copy(tx, copied.number, copied.code, office.clock() + 31 * 86_400_000_000)
        wrong = verify_copy(tx, copied.number, "AAAAAAAA", office.clock())
    assert found is not None
    assert late is not None
    assert (found.state, found.kind, found.purpose, late.state, wrong) == ("valid", "0101", "bank", "expired", None)
    with office.store.write() as tx:
        tx.update("licences", {"id": licence}, state="revoked")
    with office.store.read() as tx:
        revoked = verify_copy(tx, copied.number, copied.code, office.clock())
    assert revoked is not None
    assert revoked.state == "revoked"
