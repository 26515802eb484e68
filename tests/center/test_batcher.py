"""Batches of jobs: each job gets its own result, or an error; none waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from clerk_app.center.batcher import Batcher
from clerk_app.center.thread_pools import ThreadPools

Results = list[int | BaseException]


def submit_all(
    jobs: Sequence[int],
    run: Callable[[Sequence[int]], Sequence[int | Exception]],
    size_of: Callable[[int], int] = lambda _job: 1,
) -> Results:
    """Submit all jobs at once; return their results and errors. Fails if one of them is not done in ten seconds."""

    async def submit() -> Results:
        pools = ThreadPools()
        batcher = Batcher(pools, run, size_of)
        try:
            waiting = asyncio.gather(*map(batcher.submit, jobs), return_exceptions=True)
            return await asyncio.wait_for(waiting, 10)
        finally:
            pools.close()

    return asyncio.run(submit())


def test_each_job_gets_its_own_result() -> None:
    problem = ValueError("odd")
    results = submit_all((1, 2, 3), lambda jobs: [problem if job == 2 else job * 10 for job in jobs])
    assert results == [10, problem, 30]


@pytest.mark.parametrize("count", [0, 1, 4])
def test_no_job_waits_if_a_batch_has_too_few_or_too_many_results(count: int) -> None:
    results = submit_all((1, 2, 3), lambda jobs: [7] * (count if len(jobs) > 1 else 1))
    assert [type(result) for result in results] == [RuntimeError] * 3


def test_job_whose_size_is_unknown_fails_alone() -> None:
    def size_of(job: int) -> int:
        return 1 // job

    results = submit_all((0, 2, 3), lambda jobs: list(jobs), size_of)
    assert isinstance(results[0], ZeroDivisionError)
    assert results[1:] == [2, 3]
