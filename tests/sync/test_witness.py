"""Windows as witnesses of their center's log: cosignatures, proofs, a rewritten or cut log, a restored center."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.composition.registry import all_rules
from clerk_app.ledger.checkpoint_audit import verify_checkpoints
from clerk_app.ledger.checkpoints import log_origin, make_checkpoint, read_newest_checkpoint
from clerk_app.ledger.machine_keys import (
    PublicKey,
    SigningKey,
    center_key_path,
    read_or_create_signing_key,
    write_signing_key,
)
from clerk_app.ledger.signed_note import SignedNote
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.witness import WitnessingTransport
from tests.sync.city import DOCUMENT_TYPES, City, SampleWindow

NODE_KEY = SigningKey.from_seed(bytes(32))


@pytest.fixture
def witness(city: City, counter: SampleWindow) -> WitnessingTransport:
    """The transport of the counter, which knows the key of the center, as the center knows that of the counter."""
    with city.center.store.write() as tx:  # registered later than it was enrolled: its entries need no signature yet
        tx.update("nodes", {"id": "n1"}, public_key=NODE_KEY.public.text)
        first = {"public_key": NODE_KEY.public.text, "endorsement": "", "added_at": city.center.clock()}
        tx.insert("node_keys", node="n1", number=1, **first)
    with counter.store.write() as tx:
        tx.update("center_lines", {"center": "center-1"}, public_key=center_key(city).text)
    made = WitnessingTransport(counter.transport, counter.store, NODE_KEY, counter.office.door.clock)
    counter.client = CenterClient(
        counter.store,
        all_rules(),
        DOCUMENT_TYPES,
        made,
        clock=counter.office.door.clock,
        monotonic=lambda: counter.clock.now / 1_000_000,
    )
    counter.office.door.authority = counter.client
    return made


def center_key(city: City) -> PublicKey:
    return read_or_create_signing_key(center_key_path(city.center.office.folder)).public


def make(city: City) -> SignedNote:
    """Let the center's log grow, and make a checkpoint."""
    city.center.take_ticket()
    note = make_checkpoint(city.center.store, city.center.office.folder, city.center.clock())
    assert note is not None
    return note


def kept_at(window: SampleWindow) -> SignedNote:
    (line,) = window.select("center_lines")
    with window.store.read() as tx:
        note = read_newest_checkpoint(tx, log_origin("center-1", line["epoch"]))
    assert note is not None
    return note


def test_a_window_cosigns_each_checkpoint_and_the_center_keeps_it(
    city: City, counter: SampleWindow, witness: WitnessingTransport
) -> None:
    for _round in range(3):
        note = make(city)
        counter.client.flush()
        assert kept_at(counter).checkpoint == note.checkpoint
        assert kept_at(counter).cosigned_at("n1", NODE_KEY.public) == city.center.clock() // 1_000_000
    city.center.clock.advance(minutes=1)
    counter.accept_birth()
    counter.client.flush()
    city.center.clock.advance(minutes=1)
    counter.accept_birth()
    counter.client.flush()
    report = verify_checkpoints(city.center.store, keys=[center_key(city)])
    assert report.breaks == ()
    assert report.cosigned == note.checkpoint.size
    assert not witness.is_contradicted


def test_a_window_does_not_cosign_a_rewritten_log(
    city: City, counter: SampleWindow, witness: WitnessingTransport
) -> None:
    before = make(city)
    counter.client.flush()
    with city.center.store.write() as tx:
        tx.update("ledger_entries", {"position": 5}, link=bytes(32))
        tx.delete("log_tiles")
        tx.delete("checkpoints")
    rewritten = make(city)
    counter.client.flush()
    assert witness.is_contradicted
    assert kept_at(counter).checkpoint == before.checkpoint
    evidence = [row for row in counter.select("checkpoints") if not row["is_consistent"]]
    assert [row["size"] for row in evidence] == [rewritten.checkpoint.size]
    assert "n1 " not in evidence[0]["note"]


@pytest.mark.wide
def test_a_window_does_not_cosign_a_shorter_log(
    city: City, counter: SampleWindow, witness: WitnessingTransport
) -> None:
    before = make(city)
    counter.client.flush()
    with city.center.store.write() as tx:
        for position in range(before.checkpoint.size - 3, before.checkpoint.size + 1):
            tx.delete("ledger_entries", position=position)
        tx.delete("log_tiles")
        tx.delete("checkpoints")
    make_checkpoint(city.center.store, city.center.office.folder, city.center.clock())
    counter.client.flush()
    assert witness.is_contradicted
    assert kept_at(counter).checkpoint == before.checkpoint


@pytest.mark.wide
def test_a_restored_center_begins_another_log(
    city: City, counter: SampleWindow, witness: WitnessingTransport, tmp_path: Path
) -> None:
    make(city)
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    lost = make(city)
    counter.client.flush()
    city.center.clock.advance(minutes=1)
    city.restore_center(tmp_path / "backup.db")
    counter.client.flush()
    new = make(city)
    counter.client.flush()
    assert not witness.is_contradicted
    assert kept_at(counter).checkpoint == new.checkpoint
    report = verify_checkpoints(city.center.store, [lost], [center_key(city)])
    assert (report.breaks, report.lost > 0) == ((), True)


@pytest.mark.wide
def test_a_checkpoint_of_another_key_is_ignored(
    city: City, counter: SampleWindow, witness: WitnessingTransport
) -> None:
    write_signing_key(center_key_path(city.center.office.folder), SigningKey.from_seed(b"x" * 32))
    make(city)
    counter.client.flush()
    assert counter.select("checkpoints") == []
    assert not witness.is_contradicted
