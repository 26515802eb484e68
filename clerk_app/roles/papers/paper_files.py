"""Files on this machine from which a paper can be taken in: a typed path, and the folder of a scanner."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach
from clerk_app.log import log_event
from clerk_app.views.papers import FileRow
from db.files import create_folder, publish_file

_SUFFIXES = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif"})
_MOST_ROWS = 200
_STILL_SECONDS = 1.0  # since the last change, before a scanner counts as finished with a file
_TAKEN_FOLDER = "taken"  # in the scanner's folder
_MAX_BYTES = 20 * 1024 * 1024 + 1  # one more than is accepted, so that a longer file is recognised


def list_files(office: Office, typed: str) -> tuple[FileRow, ...]:
    """Return the folders and papers that a typed path may be completed to, folders first. Never raises OSError."""
    path = Path(os.path.expanduser(typed or "~/"))
    is_inside = not typed or typed.endswith("/")
    folder, prefix = (path, "") if is_inside else (path.parent, path.name.casefold())
    shown = typed if is_inside else typed[: len(typed) - len(path.name)]
    rows = [
        _build_row(office, entry, (shown or "~/") + entry.name)
        for entry in _list_entries(folder)
        if entry.name.casefold().startswith(prefix) and not (entry.name.startswith(".") and not prefix.startswith("."))
    ]
    rows = [row for row in rows if row.is_folder or Path(row.name).suffix.casefold() in _SUFFIXES]
    return tuple(sorted(rows, key=lambda row: (not row.is_folder, row.name.casefold()))[:_MOST_ROWS])


def list_scanned_files(office: Office) -> tuple[FileRow, ...]:
    """Return the papers in the scanner's folder, the newest first, without those that are still written."""
    folder, now = find_scan_folder(office), time.time()
    if folder is None:
        return ()
    entries = [entry for entry in _list_entries(folder) if Path(entry.name).suffix.casefold() in _SUFFIXES]
    aged = [(_changed_at(entry), entry) for entry in entries if not entry.name.startswith(".")]
    finished = [(at, entry) for at, entry in aged if at and now - at >= _STILL_SECONDS]
    finished.sort(key=lambda found: (-found[0], found[1].name))
    return tuple(_build_row(office, entry, entry.path) for _at, entry in finished[:_MOST_ROWS])


def find_scan_folder(office: Office) -> Path | None:
    """Return the folder of the scanner, as the settings name it; None without one."""
    setting = office.settings.scan_folder
    return office.folder / os.path.expanduser(setting) if setting else None


def read_file(path: str) -> bytes:
    """Return the content of a file, at most one byte more than is accepted. Raises BadData, OutOfReach."""
    place = Path(os.path.expanduser(path))
    if place.is_dir():
        raise BadData("{path} is a folder. Choose a file in it.", path=path)
    try:
        with place.open("rb") as file:
            return file.read(_MAX_BYTES)
    except FileNotFoundError:
        raise BadData("There is no file {path}.", path=path) from None
    except OSError as error:
        raise OutOfReach("{path} cannot be read: {text}", path=path, text=error.strerror or str(error)) from error


def put_away(office: Office, path: str) -> None:
    """Keep, move or remove a file of the scanner's folder, by `scan_folder_after`. A failure is logged."""
    place, act = Path(path), office.settings.scan_folder_after
    try:
        if act == "remove":
            place.unlink(missing_ok=True)
        elif act == "move":
            create_folder(place.parent / _TAKEN_FOLDER)
            publish_file(place, place.parent / _TAKEN_FOLDER / place.name)
    except OSError as error:
        log_event("papers", "a scanned file stays in its folder", error=type(error).__name__)


def _list_entries(folder: Path) -> Iterable[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(folder) as entries:
        return list(entries)
    return []


def _changed_at(entry: os.DirEntry[str]) -> float:
    """Return when a file was changed, seconds since the epoch; 0 for a folder, or if it is gone."""
    with suppress(OSError):
        return entry.stat().st_mtime if entry.is_file() else 0.0
    return 0.0


def _build_row(office: Office, entry: os.DirEntry[str], path: str) -> FileRow:
    is_folder, size, changed = False, "", ""
    with suppress(OSError):
        is_folder, found = entry.is_dir(), entry.stat()
        changed = f"{office.local_time(int(found.st_mtime * 1_000_000)):%Y-%m-%d %H:%M}"
        size = "" if is_folder else f"{max(1, found.st_size // 1024)} KB"
    return FileRow(path + "/" if is_folder else path, entry.name, is_folder, size, changed)
