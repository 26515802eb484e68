"""Backups: snapshots of a store that is being written, from either engine, complete or not created."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.attachments import AttachmentStore
from db.backup import copy_attachments, create_backup, list_attachments, prune_backups
from db.engines import Store, open_read_only
from db.errors import StoreUnreadable, StoreUnwritable
from db.files import measure_flush_seconds
from db.store_copy import copy_rows, is_empty_store
from tests.conftest import StoreFactory

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


def ignore_progress(_table: str, _rows: int) -> None:
    """Do nothing."""


class BackedUpOffice:
    """A store with settings and attachments, and the folder of its backups."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder / "backups"
        self.attachments = AttachmentStore(folder / "content")
        self.settings = folder / "office.toml"
        self.settings.write_text('name = "here"', "utf-8")
        self.backups_made = 0

    def add_attachment(self, data: bytes) -> str:
        digest = self.attachments.add(data)
        with self.store.write() as tx:
            tx.insert("contents", digest=digest, media_type="image/png", size=len(data), added_at=1)
        return digest

    def back_up(self) -> Path:
        self.backups_made += 1
        now = NOON + timedelta(days=self.backups_made)
        path, lost = create_backup(self.store, self.settings, self.attachments, self.folder, now, ignore_progress)
        assert lost == []
        return path


@pytest.fixture
def office(make_store: StoreFactory, tmp_path: Path) -> BackedUpOffice:
    return BackedUpOffice(Store(make_store()), tmp_path)


def insert_scope(store: Store, scope: str) -> None:
    with store.write() as tx:
        tx.insert("scopes", scope=scope, version=1)


def list_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_backup_has_every_row_and_attachment(office: BackedUpOffice, make_store: StoreFactory) -> None:
    for n in range(5):
        insert_scope(office.store, f"hall-{n}")
    with office.store.write() as tx:
        tx.insert_many("feed", [
            {"scope": "s", "version": n, "document": f"case/{n:04}"} for n in range(2_500)
        ])  # fmt: skip
    digest = office.add_attachment(b"a scan")
    path = office.back_up()
    assert list_attachments(path) == [digest]
    assert AttachmentStore(office.folder / "content").read(digest) == b"a scan"
    assert list_files(office.folder) == [path.name, path.with_suffix(".toml").name, f"content/{digest[:2]}/{digest}"]
    assert {oct(file.stat().st_mode & 0o077) for file in office.folder.glob("clerk-*")} == {"0o0"}
    with open_read_only(path) as tx:
        assert len(tx.select("feed")) == 2_500
        assert len(tx.select("scopes")) == 5
    target = Store(make_store())
    assert is_empty_store(target)
    copy = Store(path)
    assert copy.is_unsettled_copy()  # opened as an office, it begins an incarnation
    copy_rows(copy, target)
    for table in ("feed", "scopes", "contents"):
        with target.read() as tx, office.store.read() as original:
            assert tx.select(table, order=("1",)) == original.select(table, order=("1",))
    for store in (target, copy, office.store):
        store.close()


@pytest.mark.wide
def test_a_backup_is_a_snapshot_while_others_write(office: BackedUpOffice) -> None:
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            with office.store.write() as tx:  # two rows of one transaction
                tx.insert("scopes", scope=f"left-{n}", version=n)
                tx.insert("feed", scope="right", version=n, document=f"case/{n}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        paths = [office.back_up() for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    for path in paths:
        with open_read_only(path) as tx:
            assert len(tx.select("scopes")) == len(tx.select("feed"))
    office.store.close()


@pytest.mark.wide
def test_pruning_keeps_the_newest_backups_and_their_attachments(office: BackedUpOffice) -> None:
    old = office.add_attachment(b"old")
    first = office.back_up()
    with office.store.write() as tx:
        tx.delete("contents", digest=old)
    new = office.add_attachment(b"new")
    paths = [office.back_up() for _ in range(3)]
    assert prune_backups(office.folder, 4) == []
    assert prune_backups(office.folder, 2) == [first, paths[0]]
    assert sorted(office.folder.glob("*.db")) == paths[1:]
    assert [path.name for path in (office.folder / "content").rglob("*") if path.is_file()] == [new]
    office.store.close()


def test_a_failing_disk_leaves_no_partial_backup(office: BackedUpOffice, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        create_backup(office.store, office.settings, office.attachments, tmp_path / "file" / "x", NOON, ignore_progress)
    os.unlink(office.settings)
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        office.back_up()
    assert [name for name in list_files(office.folder) if name.endswith((".db", ".part"))] == []
    office.store.close()


def test_lost_attachments_are_returned_and_the_others_copied(office: BackedUpOffice, tmp_path: Path) -> None:
    kept, lost = office.add_attachment(b"kept"), office.add_attachment(b"lost")
    (tmp_path / "content" / lost[:2] / lost).write_bytes(b"spoiled")
    target = AttachmentStore(tmp_path / "elsewhere")
    assert copy_attachments([kept, lost, "0" * 64], office.attachments, target) == [lost, "0" * 64]
    assert target.read(kept) == b"kept"
    office.store.close()


def test_the_duration_of_a_flush_is_measured(tmp_path: Path) -> None:
    assert 0 < measure_flush_seconds(tmp_path) < 10
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_backup_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear sirs, " * 500)
    for path in (tmp_path / "letter.db", tmp_path / "missing.db"):
        with pytest.raises(StoreUnreadable):
            list_attachments(path)
    assert not (tmp_path / "missing.db").exists()
