"""Backups: of one moment, of a store that is being written, from either engine, whole or not there."""

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


def ignore_progress(_: str, __: int) -> None:
    """Nobody watches."""


class BackedUpOffice:
    """A store with settings and pictures, and the folder of its backups."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder / "backups"
        self.contents = AttachmentStore(folder / "content")
        self.settings = folder / "office.toml"
        self.settings.write_text('name = "here"', "utf-8")
        self.backups_made = 0

    def add_picture(self, data: bytes) -> str:
        digest = self.contents.add(data)
        with self.store.write() as tx:
            tx.insert("contents", digest=digest, media_type="image/png", size=len(data), added_at=1)
        return digest

    def back_up(self) -> Path:
        self.backups_made += 1
        now = NOON + timedelta(days=self.backups_made)
        path, lost = create_backup(self.store, self.settings, self.contents, self.folder, now, ignore_progress)
        assert lost == []
        return path


@pytest.fixture
def keeper(blank: StoreFactory, tmp_path: Path) -> BackedUpOffice:
    return BackedUpOffice(Store(blank()), tmp_path)


def insert_scope(store: Store, scope: str) -> None:
    with store.write() as tx:
        tx.insert("scopes", scope=scope, version=1)


def list_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_backup_has_every_row_and_picture(keeper: BackedUpOffice, blank: StoreFactory) -> None:
    for n in range(5):
        insert_scope(keeper.store, f"hall-{n}")
    with keeper.store.write() as tx:
        tx.insert_many("feed", [
            {"scope": "s", "version": n, "document": f"case/{n:04}"} for n in range(2_500)
        ])  # fmt: skip
    digest = keeper.add_picture(b"a scan")
    path = keeper.back_up()
    assert list_attachments(path) == [digest]
    assert AttachmentStore(keeper.folder / "content").read(digest) == b"a scan"
    assert list_files(keeper.folder) == [path.name, path.with_suffix(".toml").name, f"content/{digest[:2]}/{digest}"]
    assert {oct(file.stat().st_mode & 0o077) for file in keeper.folder.glob("clerk-*")} == {"0o0"}
    with open_read_only(path) as look:
        assert len(look.select("feed")) == 2_500
        assert len(look.select("scopes")) == 5
    back = Store(blank())
    assert is_empty_store(back)
    copy = Store(path)
    assert copy.is_unsettled_copy()  # who opens it as an office begins anew
    copy_rows(copy, back)
    for table in ("feed", "scopes", "contents"):
        with back.read() as look, keeper.store.read() as original:
            assert look.select(table, order=("1",)) == original.select(table, order=("1",))
    for store in (back, copy, keeper.store):
        store.close()


def test_a_backup_is_of_one_moment_while_others_write(keeper: BackedUpOffice) -> None:
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            with keeper.store.write() as tx:  # both or none
                tx.insert("scopes", scope=f"left-{n}", version=n)
                tx.insert("feed", scope="right", version=n, document=f"case/{n}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        paths = [keeper.back_up() for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    for path in paths:
        with open_read_only(path) as look:
            assert len(look.select("scopes")) == len(look.select("feed"))
    keeper.store.close()


def test_only_the_newest_are_kept_and_their_pictures(keeper: BackedUpOffice) -> None:
    gone = keeper.add_picture(b"old")
    first = keeper.back_up()
    with keeper.store.write() as tx:
        tx.delete("contents", digest=gone)
    stays = keeper.add_picture(b"new")
    paths = [keeper.back_up() for _ in range(3)]
    assert prune_backups(keeper.folder, 4) == []
    assert prune_backups(keeper.folder, 2) == [first, paths[0]]
    assert sorted(keeper.folder.glob("*.db")) == paths[1:]
    assert [path.name for path in (keeper.folder / "content").rglob("*") if path.is_file()] == [stays]
    keeper.store.close()


def test_a_disk_that_refuses_leaves_no_half_backup(keeper: BackedUpOffice, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        create_backup(keeper.store, keeper.settings, keeper.contents, tmp_path / "file" / "x", NOON, ignore_progress)
    os.unlink(keeper.settings)
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        keeper.back_up()
    assert [name for name in list_files(keeper.folder) if name.endswith((".db", ".part"))] == []
    keeper.store.close()


def test_a_lost_picture_is_named_and_the_others_come(keeper: BackedUpOffice, tmp_path: Path) -> None:
    kept, lost = keeper.add_picture(b"kept"), keeper.add_picture(b"lost")
    (tmp_path / "content" / lost[:2] / lost).write_bytes(b"spoiled")
    target = AttachmentStore(tmp_path / "elsewhere")
    assert copy_attachments([kept, lost, "0" * 64], keeper.contents, target) == [lost, "0" * 64]
    assert target.read(kept) == b"kept"
    keeper.store.close()


def test_the_disk_says_how_long_it_takes(tmp_path: Path) -> None:
    assert 0 < measure_flush_seconds(tmp_path) < 10
    assert list(tmp_path.iterdir()) == []


def test_looking_at_what_is_no_backup_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear sirs, " * 500)
    for path in (tmp_path / "letter.db", tmp_path / "missing.db"):
        with pytest.raises(StoreUnreadable):
            list_attachments(path)
    assert not (tmp_path / "missing.db").exists()
