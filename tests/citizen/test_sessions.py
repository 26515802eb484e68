"""A citizen's session: what opens it, what it allows, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_app.citizen.session_opening import OpenCitizenSession, OpeningProof
from clerk_app.citizen.sessions import EndCitizenSession, ProlongCitizenSession, require_person, require_session
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Actor, Command, Moment
from tests.citizen.sessions import create_code, open_by_receipt, open_session
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.sample_data import MOTHER_NUMBER

LAST = MOTHER_NUMBER[-4:]


def moment_at(office: SampleOffice, node: str = "") -> Moment:
    """Return the moment of an act of this store's kiosk, or of another node."""
    with office.store.read() as tx:
        own = tx.query_one("ledger.own_node")
    now = office.clock()
    assert own is not None
    return Moment(node or str(own["id"]), 1, 1, Actor("kiosk"), now, now, now)


def reason_of(office: SampleOffice, session: str, node: str = "", *, person: bool = False) -> str:
    """Return why an act in this session is refused; empty if it is not."""
    check = require_person if person else require_session
    with office.store.read() as tx:
        try:
            check(tx, session, moment_at(office, node))
        except Refused as refused:
            return refused.reason
    return ""


def refusal(office: SampleOffice, command: Command[Any]) -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, "kiosk")
    return refused.value.reason


@both_engines
def test_a_code_opens_the_session_of_its_person_until_it_is_ended(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    with office.store.read() as tx:
        found = require_person(tx, session, moment_at(office))
    assert (found.kind, found.person, found.case) == ("code", "mother", "")
    office.door.perform(EndCitizenSession(session=session), "kiosk")
    (row,) = office.select("citizen_sessions")
    assert (row["person"], row["case_number"], row["ended_how"]) == ("", "", "citizen")
    assert reason_of(office, session) == "session_ended"
    assert find_faults(office.store) == []


@both_engines
def test_a_receipt_with_its_second_factor_opens_its_own_case_only(office: SampleOffice) -> None:
    number = office.accept_birth()
    session = open_by_receipt(office.door, number, LAST)
    with office.store.read() as tx:
        found = require_session(tx, session, moment_at(office))
    assert (found.kind, found.person, found.case) == ("receipt", "", number)
    assert reason_of(office, session, person=True) == "needs_code"
    assert find_faults(office.store) == []


def test_neither_codes_nor_second_factors_are_stored(office: SampleOffice) -> None:
    open_by_receipt(office.door, office.accept_birth(), LAST)
    entry = office.entries()[-1]
    assert (entry["kind"], entry["personal"]) == ("OpenCitizenSession", None)


def test_wrong_second_factors_are_counted_by_case_and_machine(office: SampleOffice) -> None:
    number = office.accept_birth()
    wrong = OpenCitizenSession(case=number, personal=OpeningProof(last="0000"))
    assert [refusal(office, wrong) for _attempt in range(6)] == ["second_factor"] * 5 + ["too_many_tries"]
    right = OpenCitizenSession(case=number, personal=OpeningProof(last=LAST))
    assert refusal(office, right) == "too_many_tries"
    office.clock.advance(minutes=61)
    office.door.perform(right, "kiosk")
    assert find_faults(office.store) == []


def test_a_dynamic_code_opens_one_session_and_a_guessed_one_counts(office: SampleOffice) -> None:
    digest = create_code(office.door, "mother")
    office.door.perform(OpenCitizenSession(digest=digest), "kiosk")
    assert refusal(office, OpenCitizenSession(digest=digest)) == "old_code"
    late = create_code(office.door, "mother")
    office.clock.advance(minutes=2)
    assert refusal(office, OpenCitizenSession(digest=late)) == "old_code"
    guesses = [refusal(office, OpenCitizenSession(digest=f"guess {number}")) for number in range(21)]
    assert guesses == ["unknown_code"] * 20 + ["too_many_tries"]


def test_a_new_session_ends_the_older_one_of_the_kiosk(office: SampleOffice) -> None:
    first = open_session(office.door, "mother")
    second = open_session(office.door, "father")
    assert (reason_of(office, first), reason_of(office, second)) == ("session_ended", "")
    rows = {row["id"]: (row["person"], row["ended_how"]) for row in office.select("citizen_sessions")}
    assert rows == {first: ("", "replaced"), second: ("father", "")}


@pytest.mark.parametrize("session", ["", "0", "' OR 1=1 --", "f" * 32])
def test_a_guessed_session_is_refused(office: SampleOffice, session: str) -> None:
    open_session(office.door, "mother")
    assert reason_of(office, session) == "session_ended"
    assert refusal(office, EndCitizenSession(session=session)) == "session_ended"


def test_a_session_is_of_one_kiosk(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    assert (reason_of(office, session), reason_of(office, session, "k2.asks")) == ("", "session_ended")


def test_a_session_that_nobody_uses_ends_and_an_act_prolongs_it(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    for _touch in range(3):
        office.clock.advance(minutes=2)
        office.door.perform(ProlongCitizenSession(session=session), "kiosk")
    office.clock.advance(minutes=3)
    assert refusal(office, ProlongCitizenSession(session=session)) == "session_ended"


@both_engines
def test_the_center_ends_a_session_that_its_kiosk_left_open(office: SampleOffice) -> None:
    """The kiosk was switched off, or the line was cut."""
    session = open_session(office.door, "mother")
    run_due_commands(office.office)
    assert reason_of(office, session) == ""
    office.clock.advance(minutes=3)
    run_due_commands(office.office)
    (row,) = office.select("citizen_sessions")
    assert (row["person"], row["ended_how"]) == ("", "due")
    assert find_faults(office.store) == []


def test_a_session_ends_after_its_longest_time(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    for _touch in range(7):
        office.clock.advance(minutes=2)
        office.door.perform(ProlongCitizenSession(session=session), "kiosk")
    office.clock.advance(minutes=1)
    assert refusal(office, ProlongCitizenSession(session=session)) == "session_ended"


def test_the_schedule_does_not_end_a_session_in_use(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    with pytest.raises(Refused) as refused:
        office.door.perform(EndCitizenSession(session=session, how="due"), "schedule")
    assert refused.value.reason == "not_due"
