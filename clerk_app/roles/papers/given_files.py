"""Marks the files that a command names, so that they stay on this machine until the center has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.composition.office import Office


@contextmanager
def giving_files(office: Office, materials: Iterable[GivenMaterial]) -> Iterator[None]:
    """Mark the files of papers as given while the block performs the command that names them.

    If the command fails, the marks are taken back. Raises StoreUnwritable.
    """
    digests = [material.content for material in materials if material.media_type]
    office.taken_files.mark_given(digests)
    try:
        yield
    except BaseException:
        office.taken_files.unmark_given(digests)
        raise
