"""Keeps the last acts of a person in memory, so that Ctrl+Z can undo them by the commands that correct them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Generic, TypeVar

from clerk_app.errors import Refused
from clerk_app.locales import translate
from clerk_app.views.undo import UndoOffer

V = TypeVar("V")

UNDO_PERIOD = timedelta(minutes=2) // timedelta(microseconds=1)
_MOST_ACTS = 20


def is_never_blocked() -> str:
    """Return no reason: the act can be undone."""
    return ""


@dataclass(frozen=True)
class RecordedAct(Generic[V]):
    """An act that was done at `at` (microseconds UTC). `facts` returns the values of the placeholders, translated.

    `undo` performs the correcting command and returns the view; None for an act that cannot be undone. `sentence` is a
    message id: the question before the undo, or why the act cannot be undone. `find_obstacle` returns, translated, why
    it cannot be undone now; empty if it can.
    """

    id: int
    at: int
    sentence: str
    facts: Callable[[], dict[str, str]]
    undo: Callable[[], V] | None
    find_obstacle: Callable[[], str] = is_never_blocked

    def describe(self) -> str:
        """Return the sentence in the current language."""
        return translate(self.sentence).format(**self.facts())


@dataclass
class ActLog(Generic[V]):
    """The acts of the last two minutes, the newest last."""

    clock: Callable[[], int]
    _acts: list[RecordedAct[V]] = field(default_factory=list)
    _ids: count[int] = field(default_factory=lambda: count(1))

    def record(
        self,
        sentence: str,
        undo: Callable[[], V] | None,
        *,
        facts: Callable[[], dict[str, str]] = dict,
        find_obstacle: Callable[[], str] = is_never_blocked,
    ) -> None:
        """Record an act that was done now; `undo` is None for one that cannot be undone."""
        self._drop_old()
        self._acts = self._acts[1 - _MOST_ACTS :]
        self._acts.append(RecordedAct(next(self._ids), self.clock(), sentence, facts, undo, find_obstacle))

    def find_offer(self) -> UndoOffer | None:
        """Return the last act that can be undone now; without one, why the last act cannot be; None without acts.

        If later acts cannot be undone, the question begins with why the last one cannot be.
        """
        self._drop_old()
        reason: UndoOffer | None = None
        for act in reversed(self._acts):
            obstacle = act.find_obstacle() if act.undo is not None else act.describe()
            if not obstacle:
                question = act.describe()
                return UndoOffer(act.id, question=f"{reason.reason}\n{question}" if reason else question)
            reason = reason or UndoOffer(act.id, reason=obstacle)
        return reason

    def undo(self, act_id: int) -> V:
        """Undo an act and return the view. Raise Refused if it cannot be undone any more."""
        self._drop_old()
        act = next((act for act in self._acts if act.id == act_id), None)
        if act is None or act.undo is None:
            raise Refused("too_late", "This is no longer undone: more than two minutes have passed.")
        obstacle = act.find_obstacle()
        if obstacle:
            raise Refused("obstacle", obstacle)
        view = act.undo()
        self._acts.remove(act)
        return view

    def _drop_old(self) -> None:
        oldest = self.clock() - UNDO_PERIOD
        self._acts = [act for act in self._acts if act.at >= oldest]
