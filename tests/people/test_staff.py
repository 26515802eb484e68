"""Staff: PIN, sign-in attempts, lock-out after five wrong PINs for 15 minutes, masking."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_app.catalogue.policy import DEFAULT_POLICY
from clerk_app.errors import Refused
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.commands import Command
from clerk_app.people import SYSTEM
from clerk_app.people.lock_timer import FileLockTimer
from clerk_app.people.masking import mask_name, mask_number
from clerk_app.people.sign_in import EndLockout, RecordSignIn, list_lockouts, verify_sign_in
from clerk_app.people.staff import (
    ChangePin,
    ChangeStaff,
    RegisterStaff,
    ResetPin,
    SetBadge,
    SetStaffState,
    check_pin,
    compute_badge_digest,
    find_staff,
)
from tests.city_policy import publish_policy
from tests.fast_pins import hash_pin_fast
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
    assert office.select("pin_tries") == []


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
    assert office.select("pin_tries") == []


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
    assert office.select("pin_tries") == []


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


def verify(office: SampleOffice, number: str, pin: str, *, machine: str = "n1") -> str:
    """Return the reason why a sign-in at a machine was refused; empty if it was not."""
    timer = FileLockTimer(office.office.folder / "locks.json", boot="b1", monotonic=lambda: office.clock.now / 1e6)
    try:
        verify_sign_in(office.door, number, pin, place="w1", machine=machine, timer=timer)
    except Refused as refused:
        return refused.reason
    return ""


def test_wrong_pins_lock_a_person_at_one_machine_only(office: SampleOffice) -> None:
    for _ in range(DEFAULT_POLICY.wrong_pins_before_lockout):
        assert verify(office, "1000", "111111") == "wrong"
    assert verify(office, "1000", PIN) == "locked"
    assert verify(office, "1000", PIN, machine="n2") == ""
    assert verify(office, "1001", PIN) == ""
    assert find_faults(office.store) == []


def test_a_locked_account_an_unknown_number_and_a_wrong_pin_look_alike(office: SampleOffice) -> None:
    for _ in range(DEFAULT_POLICY.wrong_pins_before_lockout):
        verify(office, "1000", "111111")
    sentences = set()
    for number in ("1000", "1001", "4711", "\u0007"):
        with pytest.raises(Refused) as refused:
            verify_sign_in(office.door, number, "111111", place="w1", machine="n1")
        sentences.add((refused.value.reason, str(refused.value)))
    assert len(sentences) == 1


def test_a_lockout_limits_guessing_while_it_lasts(office: SampleOffice) -> None:
    limit = DEFAULT_POLICY.wrong_pins_before_lockout
    for _ in range(2 * limit):
        verify(office, "1000", "111111")
    entries = len(office.entries())
    assert verify(office, "1000", PIN) == "wrong"  # no PIN is compared any more
    assert len(office.entries()) == entries
    office.clock.advance(minutes=DEFAULT_POLICY.lockout_minutes + 1)
    assert verify(office, "1000", PIN) == ""


def test_moving_the_clock_does_not_end_a_lockout(office: SampleOffice) -> None:
    boot_time = [100.0]
    timer = FileLockTimer(office.office.folder / "locks.json", boot="b1", monotonic=lambda: boot_time[0])

    def attempt(pin: str) -> str:
        try:
            verify_sign_in(office.door, "1000", pin, place="w1", machine="n1", timer=timer)
        except Refused as refused:
            return refused.reason
        return ""

    for _ in range(DEFAULT_POLICY.wrong_pins_before_lockout):
        attempt("111111")
    office.clock.advance(minutes=24 * 60)
    assert attempt(PIN) == "wrong"
    timer = FileLockTimer(office.office.folder / "locks.json", boot="b2", monotonic=lambda: boot_time[0])
    assert attempt(PIN) == "wrong"  # nor does a restart
    boot_time[0] += (DEFAULT_POLICY.lockout_minutes + 1) * 60
    assert attempt(PIN) == ""


def test_the_supervisor_unlocks_at_every_machine(office: SampleOffice) -> None:
    for machine in ("n1", "n2"):
        for _ in range(DEFAULT_POLICY.wrong_pins_before_lockout):
            verify(office, "1000", "111111", machine=machine)
    with office.store.read() as tx:
        assert [row["id"] for row, _end in list_lockouts(tx, office.clock.now)] == ["clerk-1"]
    office.door.perform(EndLockout(staff="clerk-1"), "supervisor")
    assert verify(office, "1000", PIN) == verify(office, "1000", PIN, machine="n2") == ""


def test_a_dismissed_person_neither_signs_in_nor_acts(office: SampleOffice) -> None:
    dismiss = SetStaffState(staff="clerk-1", state="dismissed", reason="left")
    for actor, reason in (("supervisor", "permission"), ("clerk-2", "permission")):
        assert refusal(office, dismiss, actor) == reason
    assert refusal(office, SetStaffState(staff="admin", state="dismissed", reason="x"), "admin") == "own_account"
    office.door.perform(dismiss, "admin")
    assert verify(office, "1000", PIN) == "wrong"
    assert refusal(office, SetWindowState(window="w1", state="closed"), "clerk-1") == "dismissed"
    assert office.select("staff", id="clerk-1")[0]["pin_hash"] == ""
    assert refusal(office, SetStaffState(staff="clerk-1", state="active", reason="x"), "admin") == "dismissed"
    assert find_faults(office.store) == []


def test_a_suspended_person_is_readmitted(office: SampleOffice) -> None:
    office.door.perform(SetStaffState(staff="clerk-1", state="suspended", reason="enquiry"), "admin")
    assert verify(office, "1000", PIN) == "wrong"
    office.door.perform(SetStaffState(staff="clerk-1", state="active", reason="enquiry over"), "admin")
    assert verify(office, "1000", PIN) == ""


def test_role_words_and_organs_are_checked(office: SampleOffice) -> None:
    for role, organ, reason in (("boss", "health", "role"), ("system", None, "role"), ("officer", "nowhere", "organ"),
                                ("clerk", None, "organ")):  # fmt: skip
        register = RegisterStaff(id="x1", number="x1", name="新人", role=role, pin_hash="", organ=organ)
        assert refusal(office, register, "admin") == reason
        assert refusal(office, ChangeStaff(staff="clerk-1", name="改", role=role, organ=organ), "admin") == reason
    assert (
        refusal(office, ChangeStaff(staff="admin", name="管", role="clerk", organ="centre"), "admin") == "own_account"
    )
    office.door.perform(ChangeStaff(staff="clerk-1", name="改名", role="officer", organ="health"), "admin")
    row = office.select("staff", id="clerk-1")[0]
    assert (row["name"], row["role"], row["organ"]) == ("改名", "officer", "health")


def test_nobody_changes_the_pin_of_another_person(office: SampleOffice) -> None:
    assert refusal(office, ChangePin(staff="clerk-2", pin_hash=pin_hash()), "clerk-1") == "other_staff"
    assert refusal(office, ResetPin(staff="admin", pin_hash=pin_hash()), "admin") == "own_account"
    office.door.perform(ResetPin(staff="clerk-1", pin_hash=hash_pin_fast("739461")), "admin")
    assert office.select("staff", id="clerk-1")[0]["pin_due"]
    assert (verify(office, "1000", PIN), verify(office, "1000", "739461")) == ("wrong", "")


def test_a_badge_identifies_the_person_and_the_pin_is_still_asked_for(office: SampleOffice) -> None:
    office.door.perform(SetBadge(staff="clerk-1", digest=compute_badge_digest("B-77-1")), "admin")
    assert verify(office, "B-77-1", PIN) == ""
    assert verify(office, "B-77-1", "739461") == verify(office, "B-77-2", PIN) == "wrong"
    assert refusal(office, SetBadge(staff="clerk-2", digest=compute_badge_digest("B-77-1")), "admin") == "badge"


def refusal(office: SampleOffice, command: Command[Any], actor: str) -> str:
    try:
        office.door.perform(command, actor)
    except Refused as refused:
        return refused.reason
    return ""
