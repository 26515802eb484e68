"""Backups of a live store. A backup is one SQLite file, whichever engine the store uses, with its attachments.

DIR/clerk-20260506-091500-000000.db      every table, as of one moment
DIR/clerk-20260506-091500-000000.toml    the settings of the office
DIR/content/ab/ab12...                   attachments; backups with the same attachment share its file
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from db.attachments import AttachmentStore
from db.engines import Store, open_read_only
from db.errors import StoreError, StoreUnwritable
from db.files import create_folder, publish_file, replace_file
from db.store_copy import Progress, copy_store

ATTACHMENT_FOLDER = "content"


def create_backup(
    store: Store, settings: Path, attachments: AttachmentStore, folder: Path, now: datetime, progress: Progress
) -> tuple[Path, list[str]]:
    """Create a backup in `folder`; return its path and the digests of attachments that the store has lost.

    A backup that fails leaves no file. Raises StoreError.
    """
    try:
        create_folder(folder)
        path = folder / f"clerk-{now:%Y%m%d-%H%M%S-%f}.db"
        part = path.with_suffix(".part")
        try:
            copy_store(store, part, progress)
            lost = copy_attachments(list_attachments(part), attachments, AttachmentStore(folder / ATTACHMENT_FOLDER))
            replace_file(path.with_suffix(".toml"), settings.read_bytes())
            publish_file(part, path)
        finally:
            for leftover in folder.glob(f"{part.name}*"):
                leftover.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreUnwritable("The backup cannot be written to {path}: {text}", path=folder, text=reason) from error
    return path, lost


def prune_backups(folder: Path, keep: int) -> list[Path]:
    """Delete all backups but the newest `keep`; return the paths of the deleted backups.

    Attachments that no remaining backup refers to are deleted too.
    """
    backups = sorted(folder.glob("clerk-*.db"))
    old = backups[: max(0, len(backups) - keep)]
    for path in old:
        path.unlink()
        path.with_suffix(".toml").unlink(missing_ok=True)
    if old:
        referenced = {digest for path in backups[len(old) :] for digest in list_attachments(path)}
        for file in (folder / ATTACHMENT_FOLDER).rglob("*"):
            if file.is_file() and file.name not in referenced:
                file.unlink()
    return old


def list_attachments(path: Path) -> list[str]:
    """Return the digests of the attachments that a backup refers to. Raises StoreError when it is not a backup."""
    with open_read_only(path) as tx:
        return [row["digest"] for row in tx.select("contents", order=("digest",))]


def copy_attachments(digests: list[str], source: AttachmentStore, target: AttachmentStore) -> list[str]:
    """Copy these attachments; return the digests of those that are missing or damaged in `source`."""
    lost: list[str] = []
    for digest in digests:
        try:
            target.copy_from(digest, source)
        except StoreError:
            lost.append(digest)
    return lost
