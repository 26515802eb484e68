"""Backups of a live store. A backup is one SQLite file, whichever engine the store is on, and its pictures beside it.

DIR/clerk-20260506-091500-000000.db      every table, as it was at one moment
DIR/clerk-20260506-091500-000000.toml    the settings of the office
DIR/content/ab/ab12...                   pictures, each once for all backups that have it
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from db.attachments import AttachmentStore
from db.engines import Store, open_read_only
from db.errors import StoreError, StoreUnwritable
from db.store_copy import Progress, copy_store

ATTACHMENT_FOLDER = "content"


def create_backup(
    store: Store, settings: Path, attachments: AttachmentStore, folder: Path, now: datetime, progress: Progress
) -> tuple[Path, list[str]]:
    """A new backup in `folder`, whole or not there at all: its path, and the pictures that are lost here already.

    Raises StoreError.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"clerk-{now:%Y%m%d-%H%M%S-%f}.db"
        part = path.with_suffix(".part")
        try:
            part.touch(mode=0o600)
            copy_store(store, part, progress)
            lost = copy_attachments(list_attachments(part), attachments, AttachmentStore(folder / ATTACHMENT_FOLDER))
            _copy_settings(settings, path.with_suffix(".toml"))
            _sync(part)
            part.rename(path)
            _sync(folder)
        finally:
            for leftover in folder.glob(f"{part.name}*"):
                leftover.unlink()
    except OSError as error:
        why = error.strerror or str(error)
        raise StoreUnwritable("The backup cannot be written to {path}: {text}", path=folder, text=why) from error
    return path, lost


def prune_backups(folder: Path, keep: int) -> list[Path]:
    """Removes all but the newest backups, and the pictures that none of those has; what was removed of backups."""
    backups = sorted(folder.glob("clerk-*.db"))
    old = backups[: max(0, len(backups) - keep)]
    for path in old:
        path.unlink()
        path.with_suffix(".toml").unlink(missing_ok=True)
    if old:
        named = {digest for path in backups[len(old) :] for digest in list_attachments(path)}
        for file in (folder / ATTACHMENT_FOLDER).rglob("*"):
            if file.is_file() and file.name not in named:
                file.unlink()
    return old


def list_attachments(path: Path) -> list[str]:
    """The pictures that a backup knows. Raises StoreError when it is none."""
    with open_read_only(path) as look:
        return [row["digest"] for row in look.select("contents", order=("digest",))]


def copy_attachments(digests: list[str], source: AttachmentStore, target: AttachmentStore) -> list[str]:
    """Brings these pictures over; those that are missing or damaged there."""
    lost: list[str] = []
    for digest in digests:
        try:
            target.copy_from(digest, source)
        except StoreError:
            lost.append(digest)
    return lost


def _copy_settings(source: Path, target: Path) -> None:
    target.touch(mode=0o600)
    target.write_bytes(source.read_bytes())


def _sync(path: Path) -> None:
    """Durable before it gets its name."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
