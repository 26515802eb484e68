"""The length of fuzzing: a few tries in the suite, or CLERK_FUZZ_SECONDS seconds a test."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

FUZZ_SECONDS = float(os.environ.get("CLERK_FUZZ_SECONDS", "0"))
_QUICK = 300


def iterate_tries() -> Iterator[random.Random]:
    """Yield a random source for each try; its seed is the number of the try, so that a failure can be repeated."""
    end = time.monotonic() + FUZZ_SECONDS
    number = 0
    while number < _QUICK or time.monotonic() < end:
        yield random.Random(number)
        number += 1
