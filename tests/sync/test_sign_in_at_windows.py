"""Sign-in at a window: the center checks the PIN and gives a ticket; offline, the PIN opens the sealed ticket."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from clerk_app.composition.session_tokens import make_session, make_ticket, read_session, read_ticket
from clerk_app.errors import BadData, Refused
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.people.sign_in import RecordSignIn
from clerk_app.people.staff import ChangeStaff, RegisterStaff, ResetPin, SetStaffState
from clerk_app.roles.sign_in import change_own_pin, verify_here
from clerk_app.roles.workstation import open_workstation
from tests.fast_pins import hash_pin_fast
from tests.roles.conftest import NoCamera
from tests.sample_data import PIN
from tests.sync.city import City, SampleWindow

SECOND = 1_000_000


def sign_in(window: SampleWindow, number: str = "1000", pin: str = PIN) -> str:
    """Return the reason why a sign-in was refused; empty if it was not."""
    try:
        verify_here(window.office, number, pin, "w1")
    except Refused as refused:
        return refused.reason
    return ""


def files_with(folder: Path, words: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


@pytest.fixture
def window(city: City) -> SampleWindow:
    window = city.join("n1", window="w1")
    use_store_key(window)
    return window


def use_store_key(window: SampleWindow, key: str = "0f" * 32) -> None:
    """Let a window seal keys, as with an encrypted store."""
    window.office = replace(window.office, store_key=key)


@pytest.mark.wide
def test_no_hash_of_a_pin_is_at_a_window(city: City, window: SampleWindow) -> None:
    assert sign_in(window) == ""
    city.center.door.perform(ResetPin(staff="clerk-2", pin_hash=hash_pin_fast("739461")), "admin")
    city.exchange_all()
    assert {row["id"] for row in window.select("staff")} >= {"clerk-1", "clerk-2", "supervisor"}
    assert files_with(window.office.folder, b"$argon2id$") == []
    with pytest.raises(Refused):  # nor does a new PIN reach the files
        change_own_pin(window.office, "1000", PIN, PIN, "w1")
    change_own_pin(window.office, "1000", PIN, "846193", "w1")
    assert sign_in(window, pin="846193") == ""
    assert files_with(window.office.folder, b"$argon2id$") == files_with(window.office.folder, b"846193") == []


@pytest.mark.wide
def test_a_person_signs_in_offline_where_they_signed_in_before(window: SampleWindow) -> None:
    assert sign_in(window) == ""
    window.transport.down = True
    assert [sign_in(window, pin="739461"), sign_in(window), sign_in(window, "1001")] == ["wrong", "", "wrong"]
    window.clock.advance(minutes=60 * 24)
    assert sign_in(window) == ""
    window.clock.advance(minutes=60 * 24 * 8)
    with pytest.raises(Refused, match="2026-05-15 09:0"):  # names the date, because the clock may be wrong
        verify_here(window.office, "1000", PIN, "w1")
    assert sign_in(window) == "ticket"


@pytest.mark.wide
def test_a_cut_off_window_with_a_clock_far_ahead_takes_the_right_date_at_the_sign_in(
    city: City, window: SampleWindow
) -> None:
    assert sign_in(window) == ""
    window.transport.down = True
    right = window.office.local_time().strftime("%Y-%m-%d %H:%M")
    window.skew[0] = 40 * 86_400 * SECOND
    window = city.windows["n1"] = window.reopen()
    use_store_key(window)
    workstation = open_workstation(window.office, NoCamera())
    asked = workstation.sign_in("1000", PIN)
    assert asked.counter is None
    assert asked.clock is not None
    assert asked.clock.value in asked.clock.sentence
    assert workstation.sign_in_at("1000", PIN, asked.clock.value).clock is not None  # still too long ago
    with pytest.raises(BadData):
        workstation.sign_in_at("1000", PIN, "yesterday")
    with pytest.raises(Refused, match="密码"):
        workstation.sign_in_at("1000", "739461", right)
    assert workstation.sign_in_at("1000", PIN, right).counter is not None
    assert window.office.local_time(window.office.corrected_now).strftime("%Y-%m-%d %H:%M") == right
    assert sign_in(window) == ""


@pytest.mark.wide
def test_nobody_signs_in_offline_at_a_machine_without_a_store_key(window: SampleWindow) -> None:
    assert sign_in(window) == ""
    window.transport.down = True
    use_store_key(window, "f0" * 32)  # another one
    assert sign_in(window) == "wrong"
    use_store_key(window, "")
    assert sign_in(window) == sign_in(window, pin="739461") == "offline_off"
    window.transport.down = False
    assert sign_in(window) == ""
    assert list((window.office.folder / "keys" / "tickets").iterdir()) == []


@pytest.mark.wide
def test_who_works_at_a_plain_machine_unlocks_it_without_the_center_until_signing_out(window: SampleWindow) -> None:
    use_store_key(window, "")
    workstation = open_workstation(window.office, NoCamera())
    counter = workstation.sign_in("1000", PIN).counter
    window.transport.down = True
    workstation.lock()
    assert [sign_in(window, pin="739461"), sign_in(window, "1001")] == ["wrong", "offline_off"]
    assert workstation.sign_in("1000", PIN).counter is counter
    assert window.accept_road()
    assert list((window.office.folder / "keys" / "tickets").iterdir()) == []
    workstation.lock()
    assert sign_in(SampleWindow(replace(window.office), window.clock)) == "offline_off"  # in another program
    workstation.sign_in("1000", PIN)
    workstation.sign_out()
    assert sign_in(window) == "offline_off"


@pytest.mark.wide
def test_who_was_suspended_and_readmitted_signs_in_with_the_center_again(city: City, window: SampleWindow) -> None:
    assert sign_in(window) == ""
    for state in ("suspended", "active"):
        city.center.door.perform(SetStaffState(staff="clerk-1", state=state, reason="r"), "admin")
        city.center.clock.advance(minutes=1)
    city.exchange_all()
    window.transport.down = True
    assert sign_in(window) == "ended"
    window.transport.down = False
    assert sign_in(window) == ""


@pytest.mark.wide
def test_a_sealed_key_is_destroyed_after_ten_wrong_pins_offline(window: SampleWindow) -> None:
    assert sign_in(window) == ""
    window.transport.down = True
    for attempt in range(10):
        if attempt == 5:
            (window.office.folder / "locks.json").unlink()  # whoever has the machine can do that
            window.clock.advance(minutes=16)
        assert sign_in(window, pin="739461") == "wrong"
    window.clock.advance(minutes=16)
    (window.office.folder / "locks.json").unlink()
    assert list((window.office.folder / "keys" / "tickets").iterdir()) == []
    assert sign_in(window) == "wrong"
    window.transport.down = False
    assert sign_in(window) == ""


@pytest.mark.wide
def test_a_sealed_key_opens_at_no_other_machine(city: City, window: SampleWindow) -> None:
    assert sign_in(window) == ""
    other = city.join("n2", window="w2")
    use_store_key(other)
    shutil.copytree(window.office.folder / "keys" / "tickets", other.office.folder / "keys" / "tickets")
    assert len(files_with(other.office.folder, b"clerk-1")) > 1
    sealed = other.office.sealed_tickets
    assert sealed.unseal("clerk-1", PIN) is None
    assert window.office.sealed_tickets.unseal("clerk-1", PIN) is not None


def test_a_dismissed_person_is_refused_at_once_and_offline_once_the_window_has_heard(
    city: City, window: SampleWindow
) -> None:
    workstation = open_workstation(window.office, NoCamera())
    workstation.sign_in("1000", PIN)
    assert not workstation.is_session_over()
    window.transport.down = True
    city.center.door.perform(SetStaffState(staff="clerk-1", state="dismissed", reason="left"), "admin")
    assert sign_in(window) == ""  # it cannot know
    window.transport.down = False
    assert sign_in(window) == "wrong"
    city.exchange_all()
    assert workstation.is_session_over()
    with pytest.raises(Refused):
        window.door.perform(SetWindowState(window="w1", state="closed"), "clerk-1")
    window.transport.down = True
    assert sign_in(window) == "wrong"


@pytest.mark.wide
def test_a_lock_at_one_window_does_not_lock_another(city: City, window: SampleWindow) -> None:
    city.center.door.perform(ChangeStaff(staff="health-1", name="两处", role="officer", organ="centre"), "admin")
    for _ in range(5):
        assert sign_in(window, "1001", "739461") == "wrong"
    assert sign_in(window, "1001") == "locked"
    city.exchange_all()
    assert [row["machine"] for row in city.center.select("pin_tries")] == ["n1"]
    assert sign_in(city.join("n9", window="w2"), "1001") == ""


@pytest.mark.wide
def test_what_a_machine_says_of_its_sign_ins_does_not_change_the_count_of_the_center(
    city: City, window: SampleWindow
) -> None:
    for is_right in (True, False, True, True):
        assert sign_in(window, pin="739461") == "wrong"
        window.door.perform(RecordSignIn(staff="clerk-1", place="w1", correct=is_right), "clerk-1")
        window.client.flush()
    assert sign_in(window, pin="739461") == "wrong"
    assert sign_in(window) == "locked"


@pytest.mark.wide
def test_nobody_signs_in_at_a_kiosk_or_at_a_machine_of_another_place(city: City, window: SampleWindow) -> None:
    city.center.door.perform(
        RegisterStaff(id="x", number="x", name="远", role="officer", pin_hash=hash_pin_fast(PIN), organ="health"),
        "admin",
    )
    assert sign_in(window, "x") == "other_place"
    kiosk = city.join("k1", kind="kiosk")
    assert sign_in(kiosk) == "kind"


def test_a_ticket_and_a_session_of_another_signer_person_or_machine_are_refused() -> None:
    center, forger, own = SigningKey.generate(), SigningKey.generate(), SigningKey.generate()
    facts = {"center": "c1", "role": "clerk", "organ": "centre", "key": own.public}
    times = {"issued_at": 100 * SECOND, "expires_at": 900 * SECOND}
    token = make_ticket(center, staff="a", node="n1", **facts, **times)  # type: ignore[arg-type]
    ticket = read_ticket(token, (center.public,))
    assert (ticket.staff, ticket.node, ticket.key, ticket.role) == ("a", "n1", own.public, "clerk")
    by_forger = make_ticket(forger, staff="a", node="n1", **facts, **times)  # type: ignore[arg-type]
    for forged in (by_forger, token[:-1] + bytes([token[-1] ^ 1]), b"", b"\xd2"):
        with pytest.raises(Refused):
            read_ticket(forged, (center.public,))
    other = read_ticket(make_ticket(center, staff="b", node="n1", **facts, **times), (center.public,))  # type: ignore[arg-type]
    _id, session, _end = make_session(own, ticket, token, SigningKey.generate().public, begins_at=200 * SECOND)
    assert read_session(session, ticket).staff == "a"
    _id, forged_session, _end = make_session(forger, ticket, token, own.public, begins_at=200 * SECOND)
    _id, late, _end = make_session(own, ticket, token, own.public, begins_at=1000 * SECOND)
    for bad in ((session, other), (forged_session, ticket), (late, ticket)):
        with pytest.raises(Refused):
            read_session(*bad)
