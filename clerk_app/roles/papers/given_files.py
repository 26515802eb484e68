"""Marks the files that a command names, so that they stay on this machine until the center has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.log import log_event
from clerk_app.people import SYSTEM
from db.errors import StoreError


@contextmanager
def marking_given(office: Office, digests: Collection[str]) -> Iterator[None]:
    """Mark files as given during the block, which performs the command that names them.

    If it fails, the marks are taken back. Raises StoreUnwritable.
    """
    office.taken_files.mark_given(digests)
    try:
        yield
    except BaseException:
        office.taken_files.unmark_given(digests)
        raise


@contextmanager
def giving_files(office: Office, materials: Iterable[GivenMaterial]) -> Iterator[None]:
    """Mark the files of papers as given while the block performs the command that names them.

    If the command fails, the marks are taken back. A store that is its own center records the files after it, so that
    its backups contain them; the center of a window records them when they arrive. Raises StoreUnwritable.
    """
    files = {material.content: material for material in materials if material.media_type}
    with marking_given(office, tuple(files)):
        yield
    if office.door.authority is None:
        for digest, material in files.items():
            _record_file(office, digest, material)


def _record_file(office: Office, digest: str, material: GivenMaterial) -> None:
    from clerk_app.licences.repository import AddAttachment

    try:
        with office.store.read() as tx:
            is_known = tx.get("contents", digest=digest) is not None
        if not is_known:
            command = AddAttachment(digest=digest, media_type=material.media_type, size=material.size)
            office.door.perform(command, SYSTEM)
    except (OutOfReach, StoreError) as error:  # the command is done; the file is there, and in no backup
        log_event("papers", "a file is not recorded", error=type(error).__name__)
