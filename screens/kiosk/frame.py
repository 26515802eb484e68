"""The lines above the page of a kiosk."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _
from clerk_app.views.kiosk import KioskView
from screens.kiosk.pages import KioskPage
from screens.widgets.paint import Line, wrap


def head_lines(view: KioskView | None, width: int) -> Iterable[Line]:
    """Return the lines above the page: the name of the office, if it is known already."""
    name = view.status.office if view is not None else _("Single-window service")
    return [[(line, "title")] for line in wrap(name, width)[:1]]


def hint_lines(page: KioskPage, idle_seconds: int | None, width: int) -> Iterable[Line]:
    """Return the lines below the name: when the page closes or is cleared; on the front page, a greeting.

    `idle_seconds` is None while the store is not open yet; then the line is empty.
    """
    if idle_seconds is None:
        return [[]]
    sentence = _("After {count} seconds without a touch this page is cleared.").format(count=idle_seconds)
    if page.closes_after is not None:
        sentence = _("This page closes by itself.")
    elif page.is_home:
        sentence = _("Our staff are glad to help you.")
    return [[(line, "dim")] for line in wrap(sentence, width)[:2]]
