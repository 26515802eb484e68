"""`CursorReader`: reads the details of what a cursor rests on."""

from __future__ import annotations

from asyncio import TimerHandle, get_running_loop
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from textual.dom import DOMNode

from screens.host import host_of

REST_SECONDS = 0.12  # how long the cursor must rest before its subject is read

SubjectT = TypeVar("SubjectT")
ContentT = TypeVar("ContentT")


class CursorReader(Generic[SubjectT, ContentT]):
    """Reads the subject under a cursor once the cursor has rested for REST_SECONDS, and passes the result to `show`.

    `current` returns the subject under the cursor, None if there is none or if nothing is to be read now. `read` runs
    in the service thread. A result is dropped if the cursor is on another subject meanwhile.
    """

    def __init__(
        self,
        owner: DOMNode,
        current: Callable[[], SubjectT | None],
        read: Callable[[SubjectT], ContentT],
        show: Callable[[SubjectT | None, ContentT | None], None],
    ) -> None:
        self._owner, self._current, self._read, self._show = owner, current, read, show
        self._subject: SubjectT | None = None  # shown, or being read
        self._timer: TimerHandle | None = None

    def follow(self) -> None:
        """Read the subject under the cursor when the cursor has rested; call this after each move."""
        subject = self._current()
        self.stop()
        if subject is None:
            self.accept(None, None)
        elif subject != self._subject:
            self._timer = get_running_loop().call_later(REST_SECONDS, self._start_read, subject)

    def stop(self) -> None:
        """Cancel a pending read."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def read_again(self) -> None:
        """Read the same subject again, because it has changed."""
        self._subject = None
        self.follow()

    def accept(self, subject: SubjectT | None, content: ContentT | None) -> None:
        """Show what was read of a subject, unless the cursor is on another one or the screen was closed."""
        if self._owner.is_attached and subject == self._current():
            self.stop()
            self._subject = subject
            self._show(subject, content)

    def _start_read(self, subject: SubjectT) -> None:
        if self._owner.is_attached:
            self._subject = subject
            accept = partial(self.accept, subject)
            host_of(self._owner).fetch(partial(self._read, subject), accept, group=f"preview {self._owner.id}")
