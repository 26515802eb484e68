"""Fuzzing with corrupted valid input: a few tries in the suite, or CLERK_FUZZ_SECONDS seconds a test."""

from __future__ import annotations

import gc
import os
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator

FUZZ_SECONDS = float(os.environ.get("CLERK_FUZZ_SECONDS", "0"))
QUICK = 300  # tries at least
SLOWEST = 1.0  # seconds for one try on a busy machine
MOST_GROWTH = 300_000  # bytes


def iterate_tries(quick: int = QUICK) -> Iterator[random.Random]:
    """Yield a random source for each try; its seed is the number of the try, so that a failure can be repeated."""
    end = time.monotonic() + FUZZ_SECONDS
    number = 0
    while number < quick or time.monotonic() < end:
        yield random.Random(number)
        number += 1


def corrupt(chance: random.Random, good: bytes) -> bytes:
    """Return `good` with one to four random changes."""
    corrupted = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(corrupted) + 1)
        match chance.randrange(6):
            case 0 if at < len(corrupted):
                corrupted[at] ^= 1 << chance.randrange(8)
            case 1 if at < len(corrupted):
                corrupted[at] = chance.choice((0, 0x1B, 0x3B, 0x5B, 0x7F, 0x9B, 0x9F, 0xBF, 0xDB, 0xFF))
            case 2:
                del corrupted[at : at + chance.randint(1, 30)]
            case 3:
                corrupted[at:at] = chance.randbytes(chance.randint(1, 20))
            case 4:
                start = chance.randrange(len(corrupted) + 1)
                corrupted[at:at] = corrupted[start : start + chance.randint(1, 60)]
            case _:
                corrupted[at:at] = bytes([chance.choice((0x81, 0xA1, 0xD2, 0x9F, 0x5F, 0xC1))]) * chance.randint(1, 40)
    return bytes(corrupted)


def run_tries(
    act: Callable[[random.Random], None],
    *,
    quick: int = QUICK,
    slowest: float = SLOWEST,
    max_growth: int = MOST_GROWTH,
) -> None:
    """Run the tries; none may take more than `slowest` seconds, and together they must not leak memory (bytes)."""
    grown_from = 0
    tracemalloc.start()
    try:
        for number, chance in enumerate(iterate_tries(quick)):
            began = time.perf_counter()
            act(chance)
            assert time.perf_counter() - began < slowest, number
            if number == min(200, quick - 1):  # caches are warm by now
                grown_from = _used_memory()
        assert _used_memory() - grown_from < max_growth
    finally:
        tracemalloc.stop()


def _used_memory() -> int:
    """Return the bytes in use, without what the collector can free: errors refer to themselves by their frames."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
