"""Four eyes are those of two natural persons, whatever accounts they use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.cli import main
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Actor, Command, Moment
from clerk_app.ledger.confirmations import ConfirmCommand, require_two_administrators
from clerk_app.ledger.entries import seal
from clerk_app.ledger.kept_entries import ReleaseKept
from clerk_app.ledger.nodes import InviteNode
from clerk_app.locales import set_language
from clerk_app.people import SYSTEM
from clerk_app.people.joined_accounts import SetPerson
from clerk_app.people.staff import ChangeStaff, RegisterStaff, ResetPin, SetStaffState
from tests.engines import postgresql_wide
from tests.fast_pins import hash_pin_fast
from tests.office import SampleOffice, find_faults
from tests.sample_data import sample_city

pytestmark = postgresql_wide


def refusal(office: SampleOffice, command: Command[Any], actor: str) -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, actor)
    return refused.value.reason


def test_second_account_of_the_acceptor_does_not_approve(office: SampleOffice) -> None:
    office.door.perform(SetPerson(staff="health-1", other="clerk-1"), "admin")
    office.accept_birth()
    claimed = office.claim("health")
    approve = DecideTask(task=claimed.task, fence=claimed.fence, outcome="approved")
    assert refusal(office, approve, "health-1") == "same_person"
    assert office.select("tasks", id=claimed.task)[0]["state"] == "claimed"
    office.decide(claimed, "refused", "not entitled")  # a refusal needs no second person
    assert find_faults(office.store) == []


def test_another_person_approves(office: SampleOffice) -> None:
    office.door.perform(SetPerson(staff="health-1", other="clerk-1"), "admin")
    office.accept_birth()
    office.decide(office.claim("health", officer="health-2"), "approved")


def test_accounts_of_one_person_are_joined_in_any_order(office: SampleOffice) -> None:
    register = RegisterStaff(id="admin-2", number="7002", name="x", role="administrator", pin_hash="")
    office.door.perform(register, SYSTEM)
    office.door.perform(SetPerson(staff="clerk-1", other="clerk-2"), "admin")
    office.door.perform(SetPerson(staff="admin-2", other="clerk-1"), SYSTEM)
    persons = {row["person"] for row in office.select("staff") if row["id"] in ("clerk-1", "clerk-2", "admin-2")}
    assert persons == {"clerk-2"}
    assert refusal(office, ResetPin(staff="clerk-1", pin_hash="x"), "admin-2") == "own_account"
    assert refusal(office, SetPerson(staff="clerk-1", other="clerk-1"), "admin") == "same_account"
    assert find_faults(office.store) == []


@pytest.fixture
def second_admin(office: SampleOffice) -> str:
    register = RegisterStaff(
        id="admin-2", number="7002", name="x", role="administrator", pin_hash=hash_pin_fast("735291")
    )
    office.door.perform(register, SYSTEM)
    return "admin-2"


def test_erasure_needs_a_second_administrator(
    office: SampleOffice, second_admin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = office.accept_road()
    office.door.perform(WithdrawCase(case=number, reason="x"), "clerk-1")
    erase = EraseCase(case=number, reason="over")
    with pytest.raises(Refused) as refused:
        office.door.perform(erase, "admin")
    reference = str(refused.value.facts["reference"])
    with pytest.raises(Refused):  # one's own request
        office.door.perform(ConfirmCommand(digest=seal(erase).digest.hex()), "admin")
    pin = tmp_path / "pin"
    pin.write_text("735291\n")
    folder = str(office.office.folder)
    words = ["--language", "en", "--office", folder, "staff", "confirm", "--admin", "7002", "--pin-file", str(pin)]
    assert main([*words, reference[:4]]) != 0  # a part may be that of another command
    assert main([*words, f" {reference[:6].upper()} {reference[6:]}"]) == 0
    assert "Erasure of personal data" in capsys.readouterr().out
    set_language("zh_CN")
    with pytest.raises(Refused):  # another command
        office.door.perform(EraseCase(case=number, reason="other"), "admin")
    office.door.perform(erase, "admin")
    assert office.select("cases", number=number)[0]["applicant_name"] is None
    assert find_faults(office.store) == []


def release_refusal(office: SampleOffice, release: ReleaseKept) -> str:
    now = office.clock()
    moment = Moment(
        node="center-1", incarnation=1, number=1, actor=Actor("admin", "administrator"),
        said_at=now, corrected_at=now, decided_at=now, is_authority=True,
    )  # fmt: skip
    with office.store.read() as tx, pytest.raises(Refused) as refused:
        require_two_administrators(tx, release, moment)
    return refused.value.reason


def test_an_administrator_whom_another_made_alone_is_no_second_person(office: SampleOffice) -> None:
    register = RegisterStaff(id="admin-2", number="7002", name="x", role="administrator", pin_hash="", organ="centre")
    assert office.door.perform(register, "admin").alone
    for admin, other in (("admin", "admin-2"), ("admin-2", "admin")):
        invite = InviteNode(
            digest=f"{len(admin):064x}",
            name=admin,
            node_kind="admin",
            hall="hall",
            window="",
            organs=("centre",),
            seconds=60,
        )
        assert refusal(office, invite, admin) == "second_person"
        subject = msgspec.structs.replace(invite, digest="")
        office.door.perform(ConfirmCommand(digest=seal(subject).digest.hex()), other)
        assert office.door.perform(invite, admin).alone
    release = ReleaseKept(node="n1", until=1, digest="")
    assert release_refusal(office, release) == "new_administrator"
    office.clock.advance(days=3)
    assert release_refusal(office, release) == "second_person"
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_an_administrator_whose_pin_another_chose_is_no_second_person_for_days(
    office: SampleOffice, second_admin: str
) -> None:
    register = RegisterStaff(id="admin-3", number="7003", name="x", role="administrator", pin_hash="", organ="centre")
    assert refusal(office, register, "admin") == "second_person"
    office.door.perform(ConfirmCommand(digest=seal(register).digest.hex()), second_admin)
    assert not office.door.perform(register, "admin").alone
    changes = [ChangeStaff(staff="clerk-2", name="x", role=role, organ="centre") for role in ("auditor", "issuer")]
    for change, days, is_alone in zip(changes, (2, 2), (True, False), strict=True):
        office.clock.advance(days=days)
        assert refusal(office, change, "admin") == "second_person"
        office.door.perform(ConfirmCommand(digest=seal(change).digest.hex()), "admin-3")
        assert office.door.perform(change, "admin").alone is is_alone
    assert find_faults(office.store) == []


def test_one_administrator_makes_no_accounts_that_check_each_other(office: SampleOffice, second_admin: str) -> None:
    for role in ("officer", "supervisor"):
        register = RegisterStaff(id=f"a-{role}", number=role, name="x", role=role, pin_hash="", organ="health")
        change = ChangeStaff(staff="clerk-2", name="x", role=role, organ="health")
        commands: tuple[Command[Any], ...] = (register, change)
        for command in commands:
            assert refusal(office, command, "admin") == "second_person"
            office.door.perform(ConfirmCommand(digest=seal(command).digest.hex()), second_admin)
            office.door.perform(command, "admin")
        rename = ChangeStaff(staff="clerk-2", name="y", role=role, organ="police")
        office.door.perform(rename, "admin")
    clerk = RegisterStaff(id="clerk", number="clerk", name="x", role="clerk", pin_hash="", organ="centre")
    assert not office.door.perform(clerk, "admin").alone


def test_privileged_roles_need_a_second_administrator(office: SampleOffice, second_admin: str) -> None:
    change = ChangeStaff(staff="clerk-1", name="x", role="administrator")
    with pytest.raises(Refused) as refused:
        office.door.perform(change, "admin")
    assert refused.value.reason == "second_person"
    office.door.perform(ConfirmCommand(digest=seal(change).digest.hex()), second_admin)
    office.clock.now += 2 * 86_400_000_000  # too late
    with pytest.raises(Refused):
        office.door.perform(change, "admin")
    office.door.perform(ConfirmCommand(digest=seal(change).digest.hex()), second_admin)
    office.door.perform(change, "admin")
    assert office.select("staff", id="clerk-1")[0]["role"] == "administrator"


def confirm(office: SampleOffice, command: Command[Any], *, by: str) -> None:
    """Give a command as `admin`, which is refused, and confirm what it asks for."""
    with pytest.raises(Refused) as refused:
        office.door.perform(command, "admin")
    assert refused.value.reason == "second_person"
    office.door.perform(ConfirmCommand(digest=str(refused.value.facts["digest"])), by)


def test_one_administrator_does_not_become_two_or_the_only_one(office: SampleOffice, second_admin: str) -> None:
    own = SetPerson(staff=second_admin, other="admin")
    new_pin = ResetPin(staff=second_admin, pin_hash=hash_pin_fast("735292"))
    demote = ChangeStaff(staff=second_admin, name="x", role="auditor")
    for command in (own, new_pin, demote):
        assert refusal(office, command, "admin") == "second_person"
    office.door.perform(SetStaffState(staff=second_admin, state="suspended", reason="x"), "admin")
    assert refusal(office, demote, "admin") == "second_person"  # not alone because the second one is suspended


def test_wide_invitations_and_publications_need_a_second_administrator(office: SampleOffice, second_admin: str) -> None:
    city = sample_city().model_copy(update={"version": 99})
    publish = PublishCatalogue(catalogue=city.id, version=99, content=city.to_bytes().decode())
    invite = InviteNode(
        digest="1" * 64, name="x", node_kind="supervisor", hall="", window="", organs=("centre",), seconds=60
    )
    for command in (publish, invite):
        assert refusal(office, command, SYSTEM) == "second_person"
        confirm(office, command, by=second_admin)
    office.door.perform(publish, "admin")
    office.door.perform(msgspec.structs.replace(invite, digest="2" * 64), "admin")  # the code is another one
    other = msgspec.structs.replace(invite, digest="3" * 64, organs=("health",))
    assert refusal(office, other, "admin") == "second_person"
    assert [row["kind"] for row in office.select("invitations")] == ["supervisor"]
    counter = msgspec.structs.replace(invite, digest="4" * 64, node_kind="counter", window="w1")
    office.door.perform(counter, SYSTEM)  # a counter of one site needs one person
    assert find_faults(office.store) == []


def test_what_the_only_administrator_did_alone_is_marked(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    office.door.perform(ChangeStaff(staff="clerk-1", name="x", role="auditor"), "admin")
    office.door.perform(ChangeStaff(staff="clerk-2", name="x", role="clerk", organ="centre"), "admin")
    folder = str(office.office.folder)
    assert main(["--language", "en", "--office", folder, "audit", "log", "--alone", "--json"]) == 0
    assert [(line["kind"], line["stream"]) for line in map(json.loads, capsys.readouterr().out.splitlines())] == [
        ("ChangeStaff", "staff/clerk-1")
    ]
    set_language("zh_CN")


def test_unknown_outcome_is_refused_with_a_sentence(office: SampleOffice) -> None:
    office.accept_birth()
    claimed = office.claim("health")
    unknown = DecideTask(task=claimed.task, fence=claimed.fence, outcome="perhaps")  # type: ignore[arg-type]
    assert refusal(office, unknown, "health-1") == "outcome"


def test_a_confirmation_counts_for_one_invitation(office: SampleOffice, second_admin: str) -> None:
    first, second = (
        InviteNode(
            digest=f"{code:064x}",
            name="x",
            node_kind="admin",
            hall="hall",
            window="",
            organs=("centre",),
            seconds=60,
        )
        for code in (1, 2)
    )
    confirm = ConfirmCommand(digest=seal(msgspec.structs.replace(first, digest="")).digest.hex())
    assert refusal(office, first, "admin") == "second_person"
    office.door.perform(confirm, second_admin)
    office.door.perform(first, "admin")
    assert refusal(office, second, "admin") == "second_person"
    office.door.perform(confirm, second_admin)
    office.door.perform(second, "admin")
    assert len(office.select("invitations")) == 2
