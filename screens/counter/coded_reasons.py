"""A reason chosen from a list, with the clerk's own words where it needs them."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.locales import _
from clerk_app.views.shared import Option
from screens.counter.frame import CounterFrame
from screens.widgets.dialogs import ask_text
from screens.widgets.pick import PickDialog, PickRow


async def ask_coded_reason(
    screen: CounterFrame, key: str, title: str, sentence: str, reasons: Sequence[Option]
) -> tuple[str, str] | None:
    """Ask for one of `reasons`, and for words if it has a `hint`; return code and words, None if the clerk went back.

    Words stay under `key` until `drop_texts`.
    """
    rows = [PickRow(reason.id, reason.name, str(number), reason.hint) for number, reason in enumerate(reasons, 1)]
    code = await screen.host.show(PickDialog(title, rows, sentence=sentence))
    if code is None or not any(reason.id == code and reason.hint for reason in reasons):
        return (code, "") if code is not None else None
    words = await ask_text(screen, key, title, _("State the reason in writing. Departments read it."))
    return (code, words) if words and words.strip() else None
