"""A machine joins again under its id after a restore of its center from a backup that lacks the machine or its key."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clerk_app.center.enrolment import create_invitation
from clerk_app.cli.window import enrol_window, rotate_key
from clerk_app.composition.office import STORE_FILE, open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.nodes import AdmitNode, BeginIncarnation, InviteNode, ShutNode
from clerk_app.people import SYSTEM
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.sync.connection import WindowConnection
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL, SITE
from tests.sample_node import RunningCenter, run_center


@dataclass
class Kiosk:
    """A kiosk in a folder, whose programs end between acts."""

    folder: Path

    @property
    def node(self) -> str:
        with closing(open_office(self.folder).store) as store, store.read() as tx:
            return str(tx.select("nodes", here=True)[0]["id"])

    def enrol(self, served: RunningCenter, code: str | None) -> None:
        url = str(served.client.base_url).rstrip("/")
        if (self.folder / STORE_FILE).exists():
            with closing(open_office(self.folder).store) as store, store.write() as tx:
                tx.update("center_lines", {"center": "center-1"}, url=url)  # the port is another one
        assert enrol_window(Namespace(office=self.folder, url=url, code=code)) == 0

    def take_ticket(self) -> str:
        office = open_office(self.folder)
        connection = WindowConnection(self.folder, office.door, all_rules(), all_document_types(), office.attachments)
        office.door.authority = connection.client
        try:
            number = OfficeKiosk(office).take_ticket("A").number
            connection.sync_now(lambda: None)
        finally:
            connection.transport.close()
            office.store.close()
        return number


@contextmanager
def restored(office: SampleOffice, backup: Path) -> Iterator[tuple[RunningCenter, SampleOffice]]:
    """Run the center from its backup."""
    folder = office.office.folder
    office.close()
    for file in folder.glob(f"{STORE_FILE}*"):
        file.unlink()
    (folder / STORE_FILE).write_bytes(backup.read_bytes())
    again = SampleOffice(open_office(folder, clock=office.clock), office.clock)
    try:
        with run_center(again.office) as served:
            yield served, again
    finally:
        again.close()


def invite_again(served: RunningCenter, node: str) -> str:
    return create_invitation(
        served.service.authority,
        name="取号机",
        kind="kiosk",
        hall=HALL,
        window="",
        organs=(SITE,),
        valid_minutes=60,
        node=node,
    )


@pytest.mark.parametrize("lost", ["machine", pytest.param("key", marks=pytest.mark.wide)])
def test_a_machine_that_the_backup_lacks_joins_again_and_sends_what_it_gave_out(
    office: SampleOffice, tmp_path: Path, lost: str
) -> None:
    kiosk, backup = Kiosk(tmp_path / "kiosk"), tmp_path / "backup.db"
    with run_center(office.office) as served:
        office.store.backend.copy_to(backup)
        kiosk.enrol(served, served.invite(window="", kind="kiosk"))
        if lost == "key":
            backup.unlink()
            office.store.backend.copy_to(backup)
            assert rotate_key(Namespace(office=kiosk.folder)) == 0
        number = kiosk.take_ticket()
    with restored(office, backup) as (served, center):
        with pytest.raises(Refused, match=f"--again {kiosk.node}"):
            kiosk.enrol(served, None)
        kiosk.enrol(served, invite_again(served, kiosk.node))
        assert number in [row["number"] for row in center.select("tickets")]
        assert find_faults(center.store) == []


@pytest.mark.wide
def test_entries_signed_by_a_key_that_was_replaced_since_the_backup_are_accepted(
    office: SampleOffice, tmp_path: Path
) -> None:
    kiosk, backup = Kiosk(tmp_path / "kiosk"), tmp_path / "backup.db"
    with run_center(office.office) as served:
        kiosk.enrol(served, served.invite(window="", kind="kiosk"))
        office.store.backend.copy_to(backup)
        numbers = []
        for _ in range(2):
            assert rotate_key(Namespace(office=kiosk.folder)) == 0
            numbers.append(kiosk.take_ticket())
    with restored(office, backup) as (served, center):
        kiosk.enrol(served, invite_again(served, kiosk.node))
        assert [row["number"] for row in center.select("tickets", order=("number",))] == numbers
        assert not [row["kind"] for row in center.select("ledger_entries") if row["outcome"] == "refused"]
        keys = [row["number"] for row in center.select("node_keys", node=kiosk.node, order=("number",))]
        assert keys == [1, 2, 3]
        assert find_faults(center.store) == []


def refusal(office: SampleOffice, command: Command[Any]) -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, SYSTEM)
    return refused.value.reason


@pytest.mark.wide
def test_only_the_same_machine_is_invited_again_and_no_excluded_one(office: SampleOffice) -> None:
    key, other = SigningKey.generate().public, SigningKey.generate().public
    invite = InviteNode(
        digest="1", name="k", node_kind="kiosk", hall=HALL, window="", organs=(SITE,), seconds=60, node="n0000000a"
    )
    office.door.perform(invite, SYSTEM)
    lent = [(row["first"], row["last"]) for row in office.select("number_blocks", order=("first",))]
    office.door.perform(BeginIncarnation(node="center-1", incarnation=2), SYSTEM)  # skips numbers
    lost = (lent[-1][1] + 1, lent[-1][1] + 1000)
    far = (10**8, 10**8 + 999)
    admit = AdmitNode(
        node="n0000000a", invitation="1", key_digest="", public_key=key.text, blocks=(lent[0], lost, lost, far)
    )
    assert office.door.perform(admit, SYSTEM).blocks == (lost,)
    for wrong in ({"node": "center-1"}, {"node": "anything"}, {"node_kind": "supervisor"}, {"hall": "elsewhere"}):
        assert refusal(office, msgspec.structs.replace(invite, digest="2", **wrong)) == "no_node"
    office.door.perform(msgspec.structs.replace(invite, digest="2", node=""), SYSTEM)
    taken = AdmitNode(node="n0000000a", invitation="2", key_digest="", public_key=other.text)
    assert refusal(office, taken) == "enrolled"  # with the code of a new machine
    office.door.perform(msgspec.structs.replace(invite, digest="3"), SYSTEM)
    office.door.perform(AdmitNode(node="n0000000a", invitation="3", key_digest="", public_key=other.text), SYSTEM)
    assert office.select("nodes", id="n0000000a")[0]["key_number"] == 2
    office.door.perform(ShutNode(node="n0000000a", reason="stolen"), SYSTEM)
    assert refusal(office, msgspec.structs.replace(invite, digest="4")) == "no_node"
    assert find_faults(office.store) == []
