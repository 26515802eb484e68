"""Attachments: equal bytes are stored once, and read completely or not at all."""

from __future__ import annotations

import os
import resource
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.attachments import AttachmentStore
from db.errors import StoreUnreadable, StoreUnwritable


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(data=st.binary(max_size=10_000))
def test_an_attachment_is_read_by_its_digest(tmp_path: Path, data: bytes) -> None:
    attachments = AttachmentStore(tmp_path / "content")
    digest = attachments.add(data)
    assert digest == sha256(data).hexdigest()
    assert attachments.add(data) == digest
    assert attachments.read(digest) == data


def list_files(folder: Path) -> list[str]:
    return sorted(name for _, _, names in os.walk(folder) for name in names)


def test_concurrent_writers_store_one_file(tmp_path: Path) -> None:
    attachments, data, failures = AttachmentStore(tmp_path), b"a scan" * 100_000, []
    start = threading.Barrier(8)

    def add() -> None:
        start.wait()
        try:
            attachments.add(data)
        except StoreUnwritable as error:
            failures.append(str(error))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert list_files(tmp_path) == [sha256(data).hexdigest()]


def test_a_damaged_or_missing_attachment_is_not_read(tmp_path: Path) -> None:
    attachments = AttachmentStore(tmp_path)
    digest = attachments.add(b"a picture")
    (tmp_path / digest[:2] / digest).write_bytes(b"another picture")
    with pytest.raises(StoreUnreadable, match="damaged"):
        attachments.read(digest)
    with pytest.raises(StoreUnreadable, match="not kept here"):
        attachments.read("0" * 64)


def test_a_failing_disk_leaves_no_partial_file(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(StoreUnwritable, match="cannot be kept"):
            AttachmentStore(tmp_path).add(b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list_files(tmp_path) == []


def test_pieces_of_an_attachment_survive_and_only_the_next_one_is_taken(tmp_path: Path) -> None:
    data, store = b"first piece, second piece", AttachmentStore(tmp_path / "content")
    digest = sha256(data).hexdigest()
    assert store.append_piece(digest, 0, data[:11]) == 11
    other = AttachmentStore(tmp_path / "content")  # of another process, or after a restart
    assert other.append_piece(digest, 0, b"once more") == 11
    assert other.append_piece(digest, 20, b"too early") == 11
    assert not store.is_kept(digest)
    assert other.append_piece(digest, 11, data[11:]) == len(data)
    assert other.complete_pieces(digest)
    assert store.read(digest) == data
    assert store.count_received(digest) == 0
    assert store.read_range(digest, 6, 5) == data[6:11]


@pytest.mark.parametrize("size", [30_000, 900])
def test_a_piece_that_a_full_disk_cuts_is_taken_whole_when_it_is_sent_again(tmp_path: Path, size: int) -> None:
    data, store = bytes(20_000 + size), AttachmentStore(tmp_path / "content")
    digest, limits = sha256(data).hexdigest(), resource.getrlimit(resource.RLIMIT_FSIZE)
    assert store.append_piece(digest, 0, data[:20_000]) == 20_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000 + size // 3, limits[1]))
    try:
        with pytest.raises(StoreUnwritable, match="cannot be kept"):
            store.append_piece(digest, 20_000, data[20_000:])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.count_received(digest) == 20_000
    assert store.append_piece(digest, 20_000, data[20_000:]) == len(data)
    assert store.complete_pieces(digest)


def test_pieces_that_do_not_match_the_digest_are_dropped(tmp_path: Path) -> None:
    store, digest = AttachmentStore(tmp_path / "content"), sha256(b"right").hexdigest()
    store.append_piece(digest, 0, b"wrong")
    assert not store.complete_pieces(digest)
    assert not store.is_kept(digest)
    assert store.read_pieces(digest) == b""
