"""Permissions of the files of an office: only the user who runs the program may read them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR

_OTHERS = 0o077  # permission bits of the group and of other users


def find_exposed_paths(folder: Path) -> Iterator[Path]:
    """Yield the folder, and the files and folders in it, that other users may read, write or enter."""
    if folder.stat().st_mode & _OTHERS:
        yield folder
    for path in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # removed meanwhile
            if not path.is_symlink() and path.lstat().st_mode & _OTHERS:
                yield path


def restrict_access(folder: Path, *, keep: Collection[str] = ()) -> int:
    """Remove the permissions of other users from a folder and from what it contains; return how many had some.

    Entries of `folder` named in `keep` are left as they are. A folder is closed after its contents, so below the
    first level a closed folder is not read again: an office may have 100,000 attachments. A file whose mode cannot
    be changed is left; `find_exposed_paths` reports it.
    """
    return _restrict_contents(folder, keep, depth=0) + _restrict(folder, folder.stat().st_mode)


def _restrict_contents(folder: Path, keep: Collection[str], depth: int) -> int:
    count = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink() or entry.name in keep:
                continue
            mode = entry.stat(follow_symlinks=False).st_mode
            if S_ISDIR(mode) and (depth == 0 or mode & _OTHERS):
                count += _restrict_contents(Path(entry.path), (), depth + 1)
            count += _restrict(Path(entry.path), mode)
    return count


def _restrict(path: Path, mode: int) -> int:
    if not mode & _OTHERS:
        return 0
    with suppress(OSError):
        path.chmod(mode & 0o7700)
        return 1
    return 0
