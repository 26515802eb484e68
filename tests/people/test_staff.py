"""Staff: PIN, sign-in attempts, lock-out after five wrong PINs for 15 minutes, masking."""

from __future__ import annotations

import pytest

from clerk_app.catalogue.policy import DEFAULT_POLICY
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.people.masking import mask_name, mask_number
from clerk_app.people.staff import EndLockout, RecordSignIn, RegisterStaff, check_pin, find_staff
from tests.city_policy import publish_policy
from tests.office import SampleOffice, find_faults
from tests.sample_data import MOTHER_NUMBER, PIN, pin_hash


def sign_in(office: SampleOffice, *, correct: bool, staff: str = "clerk-1", actor: str = "") -> None:
    office.door.perform(RecordSignIn(staff=staff, place="w1", correct=correct), actor or staff)


def test_a_pin_is_checked_against_its_hash_and_never_stored(office: SampleOffice) -> None:
    staff = find_staff(office.store, "1000")
    assert staff is not None
    assert staff["id"] == "clerk-1"
    assert check_pin(staff, PIN)
    assert not check_pin(staff, "0000")
    assert not check_pin(None, PIN)
    assert find_staff(office.store, "4711") is None
    assert PIN.encode() not in b"".join(row["command"] for row in office.entries() if row["kind"] == "RegisterStaff")


def test_five_wrong_pins_lock_for_fifteen_minutes(office: SampleOffice) -> None:
    for _ in range(DEFAULT_POLICY.wrong_pins_before_lockout):
        sign_in(office, correct=False)
    with pytest.raises(Refused) as locked:
        sign_in(office, correct=True)
    assert locked.value.reason == "locked"
    sign_in(office, correct=True, staff="clerk-2")  # other staff are not locked
    office.clock.advance(minutes=14)
    with pytest.raises(Refused):
        sign_in(office, correct=True)
    office.clock.advance(minutes=2)
    sign_in(office, correct=True)
    row = office.select("staff", id="clerk-1")[0]
    assert (row["failures"], row["locked_until"]) == (0, None)


def test_the_city_policy_sets_the_wrong_pins_before_a_lockout_and_its_length(office: SampleOffice) -> None:
    publish_policy(office.office, wrong_pins_before_lockout=2, lockout_minutes=40)
    for _ in range(2):
        sign_in(office, correct=False)
    office.clock.advance(minutes=30)
    with pytest.raises(Refused) as locked:
        sign_in(office, correct=True)
    assert (locked.value.reason, locked.value.facts) == ("locked", {"minutes": 10})
    office.clock.advance(minutes=11)
    sign_in(office, correct=True)
    assert find_faults(office.store) == []


def test_a_correct_pin_resets_the_count_of_wrong_ones(office: SampleOffice) -> None:
    for _ in range(3):
        for _ in range(DEFAULT_POLICY.wrong_pins_before_lockout - 1):
            sign_in(office, correct=False)
        sign_in(office, correct=True)
    assert office.select("staff", id="clerk-1")[0]["failures"] == 0


def test_every_attempt_is_in_the_ledger_and_the_tables_follow_from_it(office: SampleOffice) -> None:
    for correct in (False, True, False):
        sign_in(office, correct=correct)
    assert [row["kind"] for row in office.entries()[-3:]] == ["SignIn"] * 3
    assert find_faults(office.store) == []


def test_an_attempt_for_another_staff_member_is_refused(office: SampleOffice) -> None:
    for staff in ("clerk-2", "unknown"):
        with pytest.raises(Refused) as refused:
            sign_in(office, correct=False, staff=staff, actor="clerk-1")
        assert refused.value.reason == "other_staff"
    assert office.select("staff", id="clerk-2")[0]["failures"] == 0


@pytest.mark.parametrize(("staff", "number"), [("clerk-1", "9999"), ("clerk-9", "1000")])
def test_a_staff_number_and_an_id_are_unique(office: SampleOffice, staff: str, number: str) -> None:
    command = RegisterStaff(id=staff, number=number, name="新人", role="clerk", pin_hash=pin_hash())
    with pytest.raises(Refused) as refused:
        office.door.perform(command, SYSTEM)
    assert refused.value.reason == "exists"


def test_numbers_and_names_are_masked() -> None:
    assert mask_number(MOTHER_NUMBER) == "310***********1230"
    assert mask_number("1234567") == "*******"
    assert mask_number(None) == mask_name(None) == mask_name("") == ""
    assert mask_name("欧阳明月") == "欧**"
    assert mask_name("王芳") == "王*"


def test_a_supervisor_lets_a_person_sign_in_again_who_was_locked_out(office: SampleOffice) -> None:
    for _ in range(DEFAULT_POLICY.wrong_pins_before_lockout):
        sign_in(office, correct=False)
    with pytest.raises(Refused):
        office.door.perform(EndLockout(staff="clerk-1"), "clerk-2")
    office.door.perform(EndLockout(staff="clerk-1"), "supervisor")
    sign_in(office, correct=True)
    with pytest.raises(Refused) as own:
        office.door.perform(EndLockout(staff="supervisor"), "supervisor")
    assert own.value.reason == "other_staff"
    assert find_faults(office.store) == []
