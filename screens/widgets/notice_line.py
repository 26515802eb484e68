"""Notices that stay until they are answered, each with the key that answers it: a message, a call for help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from screens.widgets.paint import Line, TextBlock, level_lines

if TYPE_CHECKING:
    from clerk_app.views.shared import Level


class Notice(NamedTuple):
    """A sentence with its level; `answer` names the key and what it does, such as "^R read"."""

    level: Level
    text: str
    answer: str = ""


class NoticeLine(TextBlock):
    """Shows notices below the top line; without one it takes no room and takes no key."""

    DEFAULT_CSS = "NoticeLine { height: auto; background: $bar; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(self._notice_lines, id=id)
        self.notices: Sequence[Notice] = ()
        self.display = False

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Show these notices; repaint only if they differ."""
        if tuple(notices) != self.notices:
            self.notices = tuple(notices)
            self.display = bool(notices)
            self.refresh(layout=True)

    def _notice_lines(self, width: int) -> Iterable[Line]:
        for notice in self.notices:
            text = f"{notice.text}  [{notice.answer}]" if notice.answer else notice.text
            yield from level_lines(notice.level, text, width)
