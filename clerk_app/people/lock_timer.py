"""Measures lock-outs at a machine with its boot time, which nobody can set, unlike its clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from db.files import replace_file

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class _Lock(msgspec.Struct, frozen=True):
    """A lock-out: its length, and its end in seconds since the machine with this boot id started."""

    boot: str
    ends_at: float
    seconds: float


class FileLockTimer:
    """Keeps the lock-outs of a machine in a file, so that they outlive the program.

    After a restart of the machine a lock-out begins again, because nothing shows how long the machine was off.
    """

    def __init__(self, path: Path, *, boot: str | None = None, monotonic: Callable[[], float] | None = None) -> None:
        self._path = path
        self._boot = read_boot_id() if boot is None else boot
        self._monotonic = monotonic or _seconds_since_boot

    def remaining_seconds(self, staff: str) -> float:
        """Return the rest of a person's lock-out; 0 without one."""
        locks = self._read()
        lock = locks.get(staff)
        if lock is None:
            return 0.0
        if lock.boot != self._boot:
            self.start(staff, lock.seconds)
            return lock.seconds
        return max(0.0, lock.ends_at - self._monotonic())

    def start(self, staff: str, seconds: float) -> None:
        """Begin a lock-out of a person. A file that cannot be written is no error: the store has the lock-out too."""
        locks = {who: lock for who, lock in self._read().items() if not self._has_ended(lock)}
        locks[staff] = _Lock(self._boot, self._monotonic() + seconds, seconds)
        with suppress(OSError):
            replace_file(self._path, msgspec.json.encode(locks), private=True)

    def _has_ended(self, lock: _Lock) -> bool:
        return lock.boot == self._boot and lock.ends_at <= self._monotonic()

    def _read(self) -> dict[str, _Lock]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, _Lock])
        except (OSError, ValueError, RecursionError):
            return {}


def read_boot_id() -> str:
    """Return the id of this start of the machine; empty where the system has none."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


def _seconds_since_boot() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
