"""What kiosks ask of the reception, calls and codes: shown below the top line until somebody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.locales import _
from screens import keys
from screens.reception.actions import ANSWER_CODE
from screens.widgets.notice_line import Notice, NoticeLine

if TYPE_CHECKING:
    from clerk_app.views.reception import ReceptionView
    from screens.role_screen import RoleScreen


def show_calls(screen: RoleScreen, view: ReceptionView, earlier: ReceptionView | None) -> None:
    """Show the calls and the codes to confirm, and ring the bell for one that is new."""
    if _list_ids(view) - (_list_ids(earlier) if earlier is not None else set()):
        screen.app.bell()
    come = _("{key} I come").format(key=keys.HELP_CALL.key_cap)
    compare = _("{key} compare").format(key=ANSWER_CODE.key_cap)
    sentence = _("Code {number} waits for a comparison since {time}, kiosk {kiosk}.")
    codes = [
        Notice("warn", sentence.format(number=known.number, time=known.time, kiosk=known.kiosk), compare)
        for known in view.code_requests
    ]
    screen.query_one(NoticeLine).show_notices([*(Notice("bad", call.sentence, come) for call in view.calls), *codes])


def _list_ids(view: ReceptionView) -> set[str]:
    return {call.id for call in view.calls} | {known.id for known in view.code_requests}
