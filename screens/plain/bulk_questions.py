"""The note and the progress of the approval of several tasks, line by line."""

from __future__ import annotations

from typing import Any

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.text.cleaning import clean_input
from clerk_app.views.bulk import BulkProgress
from screens.department.bulk_dialogs import BulkNoteDialog, BulkProgressDialog
from screens.plain.host import LineHost
from screens.scan_receiver import ANSWER_FIRST

_REPORT_EVERY = 10  # tasks


async def ask_note(host: LineHost, dialog: BulkNoteDialog) -> str | None:
    """Ask for the note, which may be empty, then for the confirmation."""
    question = [dialog.heading, dialog.sentence]
    while True:
        typed = await host.read_text(_("Text:"), question=question, how=_("Type one line, then Enter."))
        if typed is None:
            return None
        try:
            if typed and host.is_code(typed, "text"):
                question = [_(ANSWER_FIRST)]
                continue
            dialog.typed = clean_input(typed)
        except ClerkError as error:
            question = [_("error: {sentence}").format(sentence=error)]
            continue
        return dialog.typed if await host.confirm((), dialog.hint) else None


async def approve_in_lines(host: LineHost, dialog: BulkProgressDialog) -> BulkProgress:
    """Approve the tasks; write how many are done after every tenth, and each that was not approved."""
    while not dialog.progress.is_finished:
        known = len(dialog.progress.failed)
        dialog.progress = await host.ask(dialog.service.approve_next)
        host.write(*dialog.progress.failed[known:])
        if dialog.progress.done % _REPORT_EVERY == 0:
            host.write(_("{done} of {total}").format(done=dialog.progress.done, total=dialog.progress.total))
    return dialog.progress


BULK_FORMS: tuple[tuple[type[Any], Any], ...] = (
    (BulkNoteDialog, ask_note),
    (BulkProgressDialog, approve_in_lines),
)
