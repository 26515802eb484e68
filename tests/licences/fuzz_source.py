"""How long fuzzing takes: moments in the suite, and as many seconds a test as CLERK_FUZZ_SECONDS says."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

FUZZ_SECONDS = float(os.environ.get("CLERK_FUZZ_SECONDS", "0"))
_QUICK = 300


def iterate_tries() -> Iterator[random.Random]:
    """A source of chance for each try; its seed is its number, so that a failure can be had again."""
    end = time.monotonic() + FUZZ_SECONDS
    number = 0
    while number < _QUICK or time.monotonic() < end:
        yield random.Random(number)
        number += 1
