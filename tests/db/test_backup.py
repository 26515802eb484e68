"""Backups: of one moment, of a store that is being written, from either engine, whole or not there."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.backup import back_up, keep_last, pictures_in, take_contents
from db.contents import Contents
from db.copying import copy_rows, flush_seconds, is_empty
from db.engines import Store, looking_at
from db.errors import StoreUnreadable, StoreUnwritable
from tests.conftest import Blank

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


def silent(_: str, __: int) -> None:
    """Nobody watches."""


class Keeper:
    """A store with settings and pictures, and the folder of its backups."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder / "backups"
        self.contents = Contents(folder / "content")
        self.settings = folder / "office.toml"
        self.settings.write_text('name = "here"', "utf-8")
        self.made = 0

    def picture(self, data: bytes) -> str:
        digest = self.contents.add(data)
        with self.store.write() as tx:
            tx.insert("contents", digest=digest, media_type="image/png", size=len(data), added_at=1)
        return digest

    def back_up(self) -> Path:
        self.made += 1
        now = NOON + timedelta(days=self.made)
        path, lost = back_up(self.store, self.settings, self.contents, self.folder, now, silent)
        assert lost == []
        return path


@pytest.fixture
def keeper(blank: Blank, tmp_path: Path) -> Keeper:
    return Keeper(Store(blank()), tmp_path)


def put(store: Store, scope: str) -> None:
    with store.write() as tx:
        tx.insert("scopes", scope=scope, version=1)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_backup_has_every_row_and_picture(keeper: Keeper, blank: Blank) -> None:
    for n in range(5):
        put(keeper.store, f"hall-{n}")
    with keeper.store.write() as tx:
        tx.insert_many("feed", [
            {"scope": "s", "version": n, "document": f"case/{n:04}"} for n in range(2_500)
        ])  # fmt: skip
    digest = keeper.picture(b"a scan")
    path = keeper.back_up()
    assert pictures_in(path) == [digest]
    assert Contents(keeper.folder / "content").read(digest) == b"a scan"
    assert files(keeper.folder) == [path.name, path.with_suffix(".toml").name, f"content/{digest[:2]}/{digest}"]
    assert {oct(file.stat().st_mode & 0o077) for file in keeper.folder.glob("clerk-*")} == {"0o0"}
    with looking_at(path) as look:
        assert len(look.rows("feed")) == 2_500
        assert len(look.rows("scopes")) == 5
    back = Store(blank())
    assert is_empty(back)
    copy = Store(path)
    assert copy.moved()  # who opens it as an office begins anew
    copy_rows(copy, back)
    for table in ("feed", "scopes", "contents"):
        with back.read() as look, keeper.store.read() as original:
            assert look.rows(table, order=("1",)) == original.rows(table, order=("1",))
    for store in (back, copy, keeper.store):
        store.close()


def test_a_backup_is_of_one_moment_while_others_write(keeper: Keeper) -> None:
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
        with looking_at(path) as look:
            assert len(look.rows("scopes")) == len(look.rows("feed"))
    keeper.store.close()


def test_only_the_newest_are_kept_and_their_pictures(keeper: Keeper) -> None:
    gone = keeper.picture(b"old")
    first = keeper.back_up()
    with keeper.store.write() as tx:
        tx.remove("contents", digest=gone)
    stays = keeper.picture(b"new")
    paths = [keeper.back_up() for _ in range(3)]
    assert keep_last(keeper.folder, 4) == []
    assert keep_last(keeper.folder, 2) == [first, paths[0]]
    assert sorted(keeper.folder.glob("*.db")) == paths[1:]
    assert [path.name for path in (keeper.folder / "content").rglob("*") if path.is_file()] == [stays]
    keeper.store.close()


def test_a_disk_that_refuses_leaves_no_half_backup(keeper: Keeper, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        back_up(keeper.store, keeper.settings, keeper.contents, tmp_path / "file" / "x", NOON, silent)
    os.unlink(keeper.settings)
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        keeper.back_up()
    assert [name for name in files(keeper.folder) if name.endswith((".db", ".part"))] == []
    keeper.store.close()


def test_a_lost_picture_is_named_and_the_others_come(keeper: Keeper, tmp_path: Path) -> None:
    kept, lost = keeper.picture(b"kept"), keeper.picture(b"lost")
    (tmp_path / "content" / lost[:2] / lost).write_bytes(b"spoiled")
    target = Contents(tmp_path / "elsewhere")
    assert take_contents([kept, lost, "0" * 64], keeper.contents, target) == [lost, "0" * 64]
    assert target.read(kept) == b"kept"
    keeper.store.close()


def test_the_disk_says_how_long_it_takes(tmp_path: Path) -> None:
    assert 0 < flush_seconds(tmp_path) < 10
    assert list(tmp_path.iterdir()) == []


def test_looking_at_what_is_no_backup_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear sirs, " * 500)
    for path in (tmp_path / "letter.db", tmp_path / "missing.db"):
        with pytest.raises(StoreUnreadable):
            pictures_in(path)
    assert not (tmp_path / "missing.db").exists()
