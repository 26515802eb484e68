"""Asks the fields of a form one after another, from the first that needs an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from clerk_app.errors import BadData, ClerkError
from clerk_app.locales import _, format_list
from clerk_app.text.cleaning import clean_input
from clerk_app.text.folding import fold_text
from clerk_app.views.case import FieldRow
from screens.plain.counter_text import field_sentence
from screens.plain.host import BACK, HELP, LineHost
from screens.widgets.field_line import field_choices
from screens.widgets.form import FORMAT_HINTS
from screens.widgets.paint import join_phrases

EMPTY = "-"
END = "."


class FormScreen(Protocol):
    """A screen with a form, as the questions use it."""

    @property
    def line_host(self) -> LineHost:
        """The host of the linear mode."""
        ...

    def form_fields(self) -> Sequence[FieldRow]:
        """Return the fields of the form that is open; empty without one."""
        ...

    async def save_field(self, field: str, value: str) -> None:
        """Save a value in the draft."""
        ...


def needs_answer(field: FieldRow) -> bool:
    """Return whether a field is required and empty, or has an error."""
    return not field.locked and (bool(field.error) or (field.required and not field.value.strip()))


async def fill_form(screen: FormScreen, process_code: Callable[[str], Awaitable[None]], start: str = "") -> str:
    """Ask the fields from `start`, or from the first that needs an answer. Return the function key that ended it.

    Each value is saved at once. A field whose value has an error is asked again.
    """
    host = screen.line_host
    fields = screen.form_fields()
    first = next((field.id for field in fields if needs_answer(field)), "")
    current = start or first
    is_second_round = False  # after the last field, only those that still need an answer are asked
    host.write(_("Form with {count} fields. Enter keeps a value, - empties it, < is the field before, . ends the form.")
               .format(count=len(fields)))  # fmt: skip
    while (row := _find_field(screen.form_fields(), current)) is not None:
        host.write(_describe_field(row, len(screen.form_fields())))
        answer = await host.terminal.ask(format_list((row.label, ""), ":").rstrip())
        text = answer.text.strip()
        if answer.key in ("escape", "ctrl+d") or text == END:
            return ""
        if answer.key not in ("enter", "f1"):
            return answer.key
        if answer.key == "f1" or text == HELP:
            host.write(_help_on(row))
        elif text == BACK:
            current = _neighbour(screen.form_fields(), current, -1) or current
        elif text and host.is_code(text, row.kind):
            await process_code(text)
            if not screen.form_fields():
                return ""
        elif not text or await _save(screen, row, text):
            following = "" if is_second_round else _neighbour(screen.form_fields(), current, 1)
            is_second_round = not following
            current = following or next((field.id for field in screen.form_fields() if needs_answer(field)), "")
    return ""


async def _save(screen: FormScreen, row: FieldRow, text: str) -> bool:
    """Save what was typed; return whether the next field is asked."""
    host = screen.line_host
    try:
        value = "" if text == EMPTY else _value_of(row, clean_input(text))
        await screen.save_field(row.id, value)
    except ClerkError as error:
        host.notify(str(error), severity="error")
        return False
    saved = _find_field(screen.form_fields(), row.id)
    if saved is not None and saved.error:
        host.notify(saved.error, severity="error")
        return False
    if saved is not None and saved.warning:
        host.notify(saved.warning, severity="warning")
    return True


def _value_of(row: FieldRow, text: str) -> str:
    """Return the value for what was typed: the id of an answer by its number or name, or the text. Raises BadData."""
    choices = field_choices(row)
    if not choices:
        return text
    if text.isdecimal() and 0 < int(text) <= len(choices):
        return choices[int(text) - 1].id
    named = [choice.id for choice in choices if fold_text(choice.name).startswith(fold_text(text))]
    if len(named) != 1:
        raise BadData("This is none of the answers: type the number of one.")
    return named[0]


def _describe_field(row: FieldRow, count: int) -> str:
    state = _("required") if row.required else _("optional")
    if row.locked:
        state = _("cannot be changed")
    choices = format_list(f"{number} {choice.name}" for number, choice in enumerate(field_choices(row), 1))
    where = _("Field {number} of {count}, {state}.").format(number=row.number, count=count, state=state)
    return f"{where} {join_phrases(field_sentence(row), choices)}"


def _help_on(row: FieldRow) -> str:
    hint = _(FORMAT_HINTS[row.kind]) if row.kind in FORMAT_HINTS else ""
    keys = _("Enter keeps the value, - empties it, < is the field before, . ends the form.")
    used = _("For: {matters}.").format(matters=row.needed_for) if row.needed_for else ""
    return " ".join(filter(None, (hint + "." if hint else "", used, keys)))


def _find_field(fields: Sequence[FieldRow], field: str) -> FieldRow | None:
    return next((row for row in fields if row.id == field), None)


def _neighbour(fields: Sequence[FieldRow], field: str, by: int) -> str:
    names = [row.id for row in fields]
    index = names.index(field) + by if field in names else -1
    return names[index] if 0 <= index < len(names) else ""
