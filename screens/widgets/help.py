"""F1: every key of the screen, from the one key table."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _
from screens.keys import EDITING, Act
from screens.widgets.dialogs import ReadPaper
from screens.widgets.paint import Line, fit, wrap


class Help(ReadPaper):
    """The acts with what they do, then the keys of fields."""

    def __init__(self, acts: Iterable[Act]) -> None:
        super().__init__(_("Keys"), list(_help_lines(acts)))


def _help_lines(acts: Iterable[Act]) -> Iterable[Line]:
    for act in acts:
        first, *more = wrap(_(act.help), 46)
        yield [(f"{act.cap:>4} ", "cap"), (fit(_(act.label), 18) + " ", "strong"), (first, "")]
        for line in more:
            yield [(" " * 24 + line, "")]
    yield []
    yield [(_("In fields"), "title")]
    for key, what in EDITING:
        yield [(fit(_(key), 12) + " ", "cap"), (_(what), "")]
