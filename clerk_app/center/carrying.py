"""Jobs are carried together: while one load is on its way the next gathers.

A thread for each message would cost more than the work itself: they would take the interpreter from one another at
every statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from clerk_app.center.pool import Pool

MOST_BYTES = 1_000_000  # of one load, as sent: a long one makes everybody wait
J = TypeVar("J")
R = TypeVar("R")


class Carrier(Generic[J, R]):
    """Takes jobs one by one, and has them done many at a time."""

    def __init__(
        self,
        pool: Pool,
        do: Callable[[Sequence[J]], Sequence[R | Exception]],
        weight: Callable[[J], int],
        *,
        at_once: int = 1,
    ) -> None:
        """So many loads are under way `at_once`, each in a thread of its own."""
        self._pool = pool
        self._do = do
        self._weight = weight
        self._at_once = at_once
        self._waiting: list[tuple[J, asyncio.Future[R]]] = []
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def carry(self, job: J) -> R:
        """What came of the job. Raises the job's own error."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, answer))
        self._go()
        return await answer

    def _go(self) -> None:
        if self._waiting and self._under_way < self._at_once:
            self._under_way += 1
            task = asyncio.create_task(self._carry_one_load())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry_one_load(self) -> None:
        load = self._load()
        try:
            done = await self._pool.carry(lambda: self._do([job for job, _answer in load]))
        except Exception as error:  # of all alike
            done = [error] * len(load)
        finally:
            self._under_way -= 1
            self._go()
        for (_job, answer), came in zip(load, done, strict=True):
            if answer.done():  # whoever asked has left
                continue
            if isinstance(came, Exception):
                answer.set_exception(came)
            else:
                answer.set_result(came)

    def _load(self) -> list[tuple[J, asyncio.Future[R]]]:
        """The next ones, as many as fit."""
        many = weight = 0
        for job, _answer in self._waiting:
            weight += self._weight(job)
            if many and weight > MOST_BYTES:
                break
            many += 1
        load, self._waiting = self._waiting[:many], self._waiting[many:]
        return load
