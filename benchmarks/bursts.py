"""A burst: threads that act at once through the command processor (`Door`), each until a time is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

Answer = dict[str, object]


@dataclass
class Burst:
    """Result of a round: acts per second, latency of each act in seconds, and the answers."""

    per_second: float
    latencies: list[float]
    answers: list[Answer]


def run_burst(workers: int, each: int, seconds: float, act: Callable[[int, int], Answer]) -> Burst:
    """Let `workers` threads act at once, each for `seconds` and `each` times at most.

    `act` performs one command and returns its answer; its arguments are the numbers of the worker and of the act.
    """
    ready = threading.Barrier(workers + 1)
    end_times: list[float] = []
    latencies: list[float] = []
    answers: list[Answer] = []

    def work(worker: int) -> None:
        durations: list[float] = []
        own_answers: list[Answer] = []
        ready.wait()
        last = time.perf_counter() + seconds
        for number in range(each):
            started = time.perf_counter()
            own_answers.append(act(worker, number))
            now = time.perf_counter()
            durations.append(now - started)
            if now > last:
                break
        end_times.append(time.perf_counter())
        latencies.extend(durations)
        answers.extend(own_answers)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(workers)]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return Burst(len(answers) / (max(end_times) - started), latencies, answers)
