"""`Situation`: what happens on a screen now, what comes next, what is not possible yet, and how to undo the last act.

F1 shows it above the keys, and the linear mode reads it out. Each screen and dialog makes its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from clerk_app.locales import _


class Situation(NamedTuple):
    """Sentences on the present state of a screen, translated."""

    now: str
    next: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    """What is not possible now, each with its reason."""
    undo: tuple[str, ...] = ()

    def parts(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Return title and sentences of each part that has any."""
        titled = (
            (_("Now"), (self.now,)),
            (_("Next step"), self.next),
            (_("Not possible yet"), self.blocked),
            (_("Undo"), self.undo),
        )
        for title, sentences in titled:
            found = tuple(sentence for sentence in sentences if sentence)
            if found:
                yield title, found
