"""A restored center takes a lost decision over only with its own receipt; it authorises every actor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.commands import Command
from clerk_app.ledger.entries import seal
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.numbers import LendNumbers, NumbersLent
from clerk_app.ledger.receipts import AnsweredEntry, ReceiptKey
from clerk_app.ledger.replication.messages import CallRequest, EntryMessage, PushRequest, Response, compute_batch_digest
from clerk_app.people.staff import RegisterStaff
from clerk_app.sync.outbox import StoredResult
from tests.office import find_faults
from tests.sync.city import City, SampleWindow

ANSWERED = AnsweredEntry("center-1", "n1", 1, "clerk-1", b"digest", "done", b"{}")
ROW = {"number": 4, "said_at": 5, "position": 6, "decided_at": 7, "link": b"link"}


def forge_entry(command: Command[Any], actor: str, decided: bytes) -> EntryMessage:
    """An entry of long ago with a decision that the center is said to have lost."""
    sealed = seal(command)
    return EntryMessage(
        kind=sealed.kind, actor=actor, said_at=1, plain=msgspec.Raw(sealed.plain), decision=msgspec.Raw(decided)
    )


def push_forged(window: SampleWindow, entry: EntryMessage) -> Response:
    """Push an entry as the next of its node, past the window's own program."""
    with window.store.read() as tx:
        (line,) = tx.select("center_lines")
        last = tx.query_one("ledger.last_answered_number", node=window.transport.node, incarnation=1)
    assert last is not None
    return window.transport.push(
        PushRequest(
            incarnation=1,
            epoch=line["epoch"],
            sent_at=0,
            first=last["number"] + 1,
            entries=(entry,),
            batch_digest=compute_batch_digest((entry,)),
        )
    )


@pytest.fixture
def restored(city: City, counter: SampleWindow, tmp_path: Path) -> City:
    """A city whose center was restored from a backup of this moment."""
    counter.accept_birth()
    city.exchange_all()
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    city.restore_center(tmp_path / "backup.db")
    city.exchange_all()
    return city


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "actor", ["nobody", *(pytest.param(name, marks=pytest.mark.wide) for name in ("system", "clerk-1"))]
)
@pytest.mark.parametrize(
    ("command", "decided"),
    [
        (RegisterStaff(id="x", number="9999", name="x", role="administrator", pin_hash=""), b"{}"),
        (EraseCase(case="260000000018", reason="x"), b'{"attachments":[]}'),
        (DecideTask(task="26000000001801", fence=1, outcome="approved"), b'{"case":"260000000018","organ":"health"}'),
    ],
)
def test_claimed_decision_of_long_ago_skips_no_authorisation(
    restored: City, command: Command[Any], decided: bytes, actor: str
) -> None:
    before = len(restored.center.select("staff")), restored.center.select("decisions")
    answer = push_forged(restored.windows["n1"], forge_entry(command, actor, decided))
    reasons = [rejection.reason for rejection in answer.refused.values()]
    assert reasons in (["machine_kind"], ["permission"], ["unknown_staff"])
    assert (len(restored.center.select("staff")), restored.center.select("decisions")) == before
    assert find_faults(restored.center.store) == []


@pytest.mark.wide
def test_call_without_its_receipt_is_decided_anew(restored: City) -> None:
    window = restored.windows["n1"]
    lend = forge_entry(LendNumbers(node="n1", incarnation=1), "system", b'{"first":1,"last":1000}')
    answer = window.transport.call(CallRequest(incarnation=1, sent_at=0, number=2**52, entry=lend))
    lent = msgspec.json.decode(answer.result, type=NumbersLent)
    assert lent.first > 1


@pytest.mark.many_cases
@pytest.mark.parametrize("forged", ["", "decision", "receipt", "none"])
def test_restored_center_takes_over_a_lost_call_with_its_receipt_only(
    city: City, counter: SampleWindow, tmp_path: Path, forged: str
) -> None:
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    lent = counter.client.call(LendNumbers(node="n1", incarnation=1), "system")
    row = counter.select("ledger_entries", kind="LendNumbers", node=f"n1{CALLS_SUFFIX}", order=("position",))[-1]
    receipt = msgspec.json.decode(row["answer"], type=StoredResult).receipt
    assert receipt is not None
    city.restore_center(tmp_path / "backup.db")
    entry = replace_entry(row, receipt=receipt)
    if forged == "decision":
        entry = msgspec.structs.replace(entry, decision=msgspec.Raw(b'{"first":1,"last":9000}'))
    elif forged:
        moved = msgspec.structs.replace(receipt, position=receipt.position + 1)
        entry = replace_entry(row, receipt=moved if forged == "receipt" else None)
    for number in (row["number"], row["number"] + 1) if not forged else (row["number"],):  # recognised when repeated
        answer = counter.transport.call(CallRequest(incarnation=1, sent_at=0, number=number, entry=entry))
        found = msgspec.json.decode(answer.result, type=NumbersLent)
        assert (found == lent) is not bool(forged)
        assert forged == "" or found.first > lent.last


def replace_entry(row: dict[str, Any], **fields: Any) -> EntryMessage:
    """The message with which a node sends a lost call again."""
    return EntryMessage(
        kind=row["kind"],
        actor=row["actor"],
        said_at=row["said_at"],
        plain=msgspec.Raw(row["command"]),
        decision=msgspec.Raw(row["decision"]),
        **fields,
    )


@pytest.mark.wide
def test_receipts_hold_after_a_second_restore_of_the_same_backup(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    health = city.join("n2", organs=("health",))
    number = counter.accept_birth()
    city.exchange_all()
    claimed = health.claim("health")
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    health.decide(claimed, "approved")
    for _restore in range(2):
        city.exchange_all()
        city.restore_center(tmp_path / "backup.db")
    city.exchange_all()
    assert city.center.tasks(number)[0]["state"] == "approved"
    assert health.select("refusals") == []
    assert find_faults(city.center.store) == city.differences() == []


def test_receipt_states_every_part_of_its_entry() -> None:
    key = ReceiptKey.derive(SigningKey.from_seed(bytes(32)))
    receipt = key.make_receipt("epoch", ANSWERED, ROW)
    assert key.is_valid(receipt, ANSWERED)
    assert not ReceiptKey.derive(SigningKey.from_seed(b"\1" * 32)).is_valid(receipt, ANSWERED)
    for name in ("center", "chain", "actor", "outcome"):
        assert not key.is_valid(receipt, msgspec.structs.replace(ANSWERED, **{name: "other"}))
    for name in ("content_digest", "decision"):
        assert not key.is_valid(receipt, msgspec.structs.replace(ANSWERED, **{name: b"other"}))
    assert not key.is_valid(receipt, msgspec.structs.replace(ANSWERED, incarnation=2))
    for name in ("number", "said_at", "position", "decided_at", "key_number"):
        assert not key.is_valid(msgspec.structs.replace(receipt, **{name: 99}), ANSWERED)
    for name, value in (("epoch", "x"), ("link", b"x"), ("mac", b"x")):
        assert not key.is_valid(msgspec.structs.replace(receipt, **{name: value}), ANSWERED)


@pytest.mark.wide
def test_receipts_hold_after_the_center_has_a_new_private_key(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    before = ReceiptKey.open(tmp_path, SigningKey.from_seed(bytes(32))).make_receipt("epoch", ANSWERED, ROW)
    rotated = ReceiptKey.open(tmp_path, SigningKey.from_seed(b"\1" * 32))
    after = rotated.make_receipt("epoch", ANSWERED, ROW)
    assert (before.key_number, after.key_number) == (1, 2)
    assert rotated.is_valid(before, ANSWERED)
    assert rotated.is_valid(after, ANSWERED)
    assert not rotated.is_valid(msgspec.structs.replace(before, key_number=2), ANSWERED)
    assert (tmp_path / "keys" / "receipts.key").stat().st_mode & 0o077 == 0
