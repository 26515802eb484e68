"""Limits of workbooks, which are archives: a small file may be huge when it is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from clerk_app.errors import BadData

_MAX_BYTES = 2_000_000_000  # unpacked
_MAX_SHARED_BYTES = 300_000_000  # of the part of a workbook that is read into memory
_MAX_PARTS = 1_000
_SHARED_PARTS = ("xl/sharedstrings.xml", "xl/styles.xml")


def require_harmless_workbook(path: Path) -> None:
    """Raise BadData for a workbook that is no archive, or much larger than a register when it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
    shared = sum(part.file_size for part in parts if part.filename.lower() in _SHARED_PARTS)
    total = sum(part.file_size for part in parts)
    if len(parts) > _MAX_PARTS or total > _MAX_BYTES or shared > _MAX_SHARED_BYTES:
        raise BadData("{path} is too large when it is unpacked. Save it as CSV.", path=path)
