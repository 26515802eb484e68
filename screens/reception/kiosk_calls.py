"""The calls from kiosks at the reception: shown below the top line until somebody answers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clerk_app.locales import _
from screens import keys
from screens.widgets.notice_line import Notice, NoticeLine

if TYPE_CHECKING:
    from clerk_app.views.shared import KioskCall
    from screens.role_screen import RoleScreen


def show_calls(screen: RoleScreen, calls: Sequence[KioskCall], earlier: Sequence[KioskCall]) -> None:
    """Show the calls, and ring the bell for one that is new."""
    if {call.id for call in calls} - {call.id for call in earlier}:
        screen.app.bell()
    answer = _("{key} I come").format(key=keys.HELP_CALL.key_cap)
    screen.query_one(NoticeLine).show_notices([Notice("bad", call.sentence, answer) for call in calls])
