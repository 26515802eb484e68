"""How much memory the program keeps from the system."""

from __future__ import annotations

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # mallopt(3)
_LARGE_BYTES = 64 * 1024


def return_freed_memory() -> None:
    """Return freed memory to the system early, and have one heap for all threads: they take turns to run Python.

    Without this, glibc gives each thread a heap of its own, and keeps more of each after large pieces were freed. Does
    nothing with another C library.
    """
    import ctypes  # Rich has imported it

    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    for option, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _LARGE_BYTES), (_TRIM_THRESHOLD, _LARGE_BYTES)):
        set_option(option, value)
