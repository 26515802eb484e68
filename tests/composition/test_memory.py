"""Memory of the program: one heap of the C library for all threads."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import sys, threading
if sys.argv[1:]:
    from clerk_app.memory import return_freed_memory
    return_freed_memory()
barrier = threading.Barrier(4)
def fill():
    barrier.wait()
    kept = [bytes(1000) for _ in range(100)]
    barrier.wait()
threads = [threading.Thread(target=fill) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
spans = [line.split()[:2] for line in open("/proc/self/maps")]
sizes = [(int(end, 16) - int(start, 16), rights) for span, rights in spans for start, end in [span.split("-")]]
print(sum(size > 2**25 and rights.startswith("---") for size, rights in sizes))
"""
"""Prints how many heaps of threads there are: each reserves 64 MiB of addresses."""


def count_heaps(*words: str) -> int:
    done = subprocess.run([sys.executable, "-c", _PROGRAM, *words], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_threads_of_the_program_share_one_heap() -> None:
    if count_heaps() == 0:
        pytest.skip("this C library has no heap for each thread")
    assert count_heaps("limited") == 0
