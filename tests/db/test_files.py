"""Durable files: replaced completely or not at all, without leftovers."""

from __future__ import annotations

import os
import resource
import threading
from pathlib import Path

import pytest

from db.files import append_line, create_file, part_path, publish_file, replace_file


def test_a_file_is_created_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for data in (b"first", b"second", b""):
        replace_file(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"old")
    path.chmod(0o644)
    replace_file(path, b"new", private=True)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failing_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            replace_file(path, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_left_by_a_crashed_process_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    number = int(part_path(path).name.rpartition("-")[2].removesuffix(".part"))
    path.with_name(f"{path.name}.{os.getpid()}-{number + 1}.part").write_bytes(b"half")
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_concurrent_writers_leave_one_complete_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    start = threading.Barrier(4)

    def write(number: int) -> None:
        start.wait()
        replace_file(path, str(number).encode() * 50_000)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in [str(number).encode() * 50_000 for number in range(4)]
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_not_created_again(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    create_file(path, b"first", private=True)
    with pytest.raises(FileExistsError):
        create_file(path, b"second", private=True)
    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_finished_folder_takes_the_place_of_an_empty_one(tmp_path: Path) -> None:
    part, path = tmp_path / "part", tmp_path / "office"
    for folder in (part, path):
        folder.mkdir()
    (part / "office.toml").write_bytes(b"complete")
    publish_file(part, path)
    assert (path / "office.toml").read_bytes() == b"complete"
    assert not part.exists()


def test_a_finished_part_is_published_under_its_name(tmp_path: Path) -> None:
    path = tmp_path / "backup.db"
    part = part_path(path)
    part.write_bytes(b"complete")
    publish_file(part, path)
    assert path.read_bytes() == b"complete"
    assert not part.exists()


@pytest.mark.parametrize(("before", "after"), [(b"", b"new\n"), (b"old\n", b"old\nnew\n"), (b"cut", b"cut\nnew\n")])
def test_a_line_is_appended_after_a_cut_line(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "list"
    if before:
        path.write_bytes(before)
    append_line(path, b"new")
    assert path.read_bytes() == after
