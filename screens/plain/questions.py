"""How each kind of dialog is asked line by line: the same texts, rows and answers as on the screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar, cast

from clerk_app.errors import ClerkError, OutOfReach
from clerk_app.locales import _, format_list
from clerk_app.text.cleaning import clean_input
from clerk_app.views.held_materials import HeldMaterial
from screens.counter.consent_dialog import ConsentDialog
from screens.counter.held_materials import HeldMaterialsDialog
from screens.counter.offers import OfferDialog
from screens.department.decisions import DecisionDialog
from screens.department.similar import SimilarDialog
from screens.host import Question
from screens.papers.material import MaterialDialog
from screens.papers.review import PaperReviewDialog
from screens.papers.viewer import PageViewer
from screens.pin_dialog import NewPin, PinDialog
from screens.plain.bulk_questions import BULK_FORMS
from screens.plain.case_questions import CASE_FORMS
from screens.plain.fields_questions import fill_fields
from screens.plain.host import LineHost
from screens.plain.offer_questions import pick_offer
from screens.plain.page_reading import read_pages
from screens.plain.picking import pick_row
from screens.plain.reading import material_view_lines, plain_line, with_level
from screens.plain.review_questions import review_paper
from screens.plain.similar_reading import read_similar
from screens.plain.taking_questions import TAKING_FORMS
from screens.scan_receiver import ANSWER_FIRST
from screens.widgets.dialogs import ConfirmDialog, Dialog, ReadDialog, TextDialog
from screens.widgets.fields_dialog import FieldsDialog
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.pick_many import PickManyDialog
from screens.widgets.reasons import ReasonDialog

T = TypeVar("T")


async def ask_dialog(host: LineHost, dialog: Question[T]) -> T | None:
    """Ask what a dialog asks. Raises OutOfReach for a dialog that has no form in lines."""
    for kind, ask in _FORMS:
        if isinstance(dialog, kind):
            return cast("T | None", await ask(host, dialog))
    raise OutOfReach("This cannot be answered in the linear mode. Start the program without --plain for it.")


def has_line_form(kind: type[Dialog[Any]]) -> bool:
    """Return whether a kind of dialog can be asked line by line."""
    return any(issubclass(kind, known) for known, _ask in _FORMS)


async def _confirm(host: LineHost, dialog: ConfirmDialog) -> bool | None:
    return await host.confirm((dialog.heading, dialog.sentence), dialog.hint) or None


async def _ask_text(host: LineHost, dialog: TextDialog) -> str | None:
    question = [dialog.heading, dialog.sentence]
    if dialog.typed:
        question.append(_("Enter takes: {value}").format(value=dialog.typed))
    while True:
        typed = await host.read_text(_("Text:"), question=question, how=_("Type one line, then Enter."))
        if typed is None:
            return None
        if typed and dialog.kind == "text" and host.is_code(typed, "text"):
            question = [_(ANSWER_FIRST)]
            continue
        try:
            dialog.typed = clean_input(typed or dialog.typed)
        except ClerkError as error:
            question = [_("error: {sentence}").format(sentence=error)]
            continue
        if dialog.typed:
            return dialog.typed
        question = [_("Please enter a text.")]


async def _read(host: LineHost, dialog: ReadDialog) -> bool | None:
    lines = [plain_line(line) for line in dialog.read_lines]
    sentences = [dialog.heading, *filter(None, lines), *dialog.read_sentences]
    if dialog.hint == _("closes"):
        host.write(*sentences)
        return True
    return await host.confirm(sentences, dialog.hint) or None


async def _read_material(host: LineHost, dialog: MaterialDialog) -> bool:
    host.write(*material_view_lines(dialog.material))
    if dialog.material.find_advice is not None:
        host.write(*[with_level("warn", sentence) for sentence in await host.ask(dialog.material.find_advice)])
    return True


async def _pick(host: LineHost, dialog: PickDialog) -> str | None:
    return await pick_row(host, (dialog.heading, dialog.sentence), dialog.rows, search=dialog.search)


async def _pick_held(host: LineHost, dialog: HeldMaterialsDialog) -> str | None:
    rows = [
        PickRow(held.id, held.name, str(number), format_list(filter(None, _held_facts(held))))
        for number, held in enumerate(dialog.materials.values(), 1)
    ]
    return await pick_row(host, (dialog.heading,), rows)


def _held_facts(held: HeldMaterial) -> tuple[str, ...]:
    valid = _("valid to {day}").format(day=held.valid_to) if held.valid_to else ""
    issued = _("issued on {day}").format(day=held.issued_on) if held.issued_on else ""
    return held.holder, held.kind, held.state_name, held.issuer, issued, valid, held.learnt, held.used_for


async def _pick_many(host: LineHost, dialog: PickManyDialog) -> tuple[str, ...] | None:
    rows, how = dialog.rows, _("Type numbers to tick or untick rows, or a for all; an empty line takes what is ticked.")
    if isinstance(dialog, ConsentDialog):
        how += " " + _("d and numbers: declined.")
    sentences: list[str] = [dialog.heading, dialog.sentence, how, *_ticked_lines(dialog)]
    while True:
        text = await host.read_text(_("Numbers:"), question=sentences, how=how)
        if text is None:
            return None
        words = text.replace(",", " ").replace("，", " ").split()
        declines = isinstance(dialog, ConsentDialog) and len(words) > 1 and words[0].casefold() == "d"
        words = words[1:] if declines else words
        numbers = [int(word) - 1 for word in words if word.isdecimal() and 0 < int(word) <= len(rows)]
        if not words and dialog.can_record():
            return tuple(row.id for row in rows if row.id in dialog.ticked)
        if words == ["a"] and not declines:
            dialog.ticked = {row.id for row in rows}
        elif not words or len(numbers) != len(words):
            sentences = [_("Nothing is ticked.") if not words else _("Nothing matches."), how]
            continue
        for index in numbers:
            if declines and isinstance(dialog, ConsentDialog):
                dialog.decline(rows[index].id)
            else:
                dialog.ticked ^= {rows[index].id}
        dialog.tick_changed()
        changed = [line for index, line in enumerate(_ticked_lines(dialog)) if index in numbers]
        count = _("{count} of {all} ticked. An empty line takes them.").format(count=len(dialog.ticked), all=len(rows))
        sentences = [*changed, count]


def _ticked_lines(dialog: PickManyDialog) -> Iterable[str]:
    for index, row in enumerate(dialog.rows, 1):
        state = dialog.state_hints.get(row.id) or (_("ticked") if row.id in dialog.ticked else _("not ticked"))
        yield f"{index}. " + format_list(filter(None, (row.name, row.hint, state)))


async def _collect_reasons(host: LineHost, dialog: ReasonDialog) -> object:
    how = _("Type a reason or the number of one; - removes the last one; an empty line records all.")
    stock = [f"{number}. {reason.name}" for number, reason in enumerate(dialog.stock, 1)]
    sentences = [dialog.heading, dialog.sentence, *stock, *_reason_lines(dialog)]
    while True:
        text = await host.read_text(_("Reason:"), question=sentences, how=how)
        if text is None:
            return None
        if text == "-" and dialog.kept.reasons:
            dialog.kept.reasons.pop()
        elif text and host.is_code(text, "text"):
            host.write(_(ANSWER_FIRST))
        elif text:
            try:
                dialog.add_reason(clean_input(text))
            except ClerkError as error:
                host.notify(str(error), severity="error")
        elif dialog.kept.reasons:
            return dialog.given_reasons()
        else:
            host.write(_("Please enter a reason."))
        dialog.editor.save()
        sentences = list(_reason_lines(dialog))


def _reason_lines(dialog: ReasonDialog) -> Iterable[str]:
    for reason in dialog.kept.reasons:
        yield _("Added: {reason}").format(reason=dialog.reason_name(reason))
    if dialog.kept.reasons:
        yield _("An empty line records it; < goes back and keeps it.")


async def _decide(host: LineHost, dialog: DecisionDialog) -> str | None:
    row = dialog.task_view.row
    subject = format_list((row.number, row.matter, dialog.task_view.applicant))
    choices = {"a": "approve", "n": "note", "r": "refuse", "1": "approve", "2": "note", "3": "refuse"}
    names = (_("a: approve"), _("n: approve with a note"), _("r: refuse, with a reason"))
    question: Iterable[str] = (dialog.heading, subject, *names)
    while True:
        text = await host.read_text(_("a, n or r:"), question=question, how=_("Choose first: a, n or r."))
        if text is None or text.casefold() in choices:
            return None if text is None else choices[text.casefold()]
        question = (_("Choose first: a, n or r."),)


async def _change_pin(host: LineHost, dialog: PinDialog) -> NewPin | None:
    host.write(dialog.heading, *([dialog.error_text] if dialog.error_text else []), *dialog.sentences())
    how = _("What you type is not shown.")
    present: str | None = dialog.present
    if not dialog.present and not dialog.person:
        present = await host.read_text(_("Present PIN:"), how=how, hidden=True)
    while present is not None:
        new = await host.read_text(_("New PIN:"), how=how, hidden=True)
        again = await host.read_text(_("The same again:"), how=how, hidden=True) if new is not None else None
        if new is None or again is None:
            return None
        if new == again:
            return NewPin(present, new)
        host.write(_("The two PINs are not the same."))
    return None


_FORMS: tuple[tuple[type[Any], Callable[[LineHost, Any], Awaitable[object]]], ...] = (
    *BULK_FORMS,  # before TextDialog, of which the note is a kind
    (ConfirmDialog, _confirm),
    (TextDialog, _ask_text),
    (ReadDialog, _read),
    (MaterialDialog, _read_material),
    (PageViewer, read_pages),
    (OfferDialog, pick_offer),
    (PickDialog, _pick),
    (HeldMaterialsDialog, _pick_held),
    (PickManyDialog, _pick_many),
    (ReasonDialog, _collect_reasons),
    (DecisionDialog, _decide),
    (FieldsDialog, fill_fields),
    (PinDialog, _change_pin),
    (PaperReviewDialog, review_paper),
    (SimilarDialog, read_similar),
    *CASE_FORMS,
    *TAKING_FORMS,
)
