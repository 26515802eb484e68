"""Issuer and validity of papers, typed when they are taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from clerk_app.locales import _, format_list, mark
from clerk_app.views.case import FieldRow, MaterialRow
from screens.counter.frame import CounterFrame
from screens.widgets.dialogs import drop_texts
from screens.widgets.fields_dialog import FieldsDialog


class PaperDialog(FieldsDialog):
    """Asks for issuer, date of issue and last valid day of papers; what the catalogue asks for is marked."""

    about = mark(
        "Issuer and validity of the papers, as they state them. F9 records them, also with fields left empty that are"
        " not needed; leaving keeps what is typed."
    )


async def describe_paper(screen: CounterFrame, row: MaterialRow) -> None:
    """Ask for issuer and validity of a paper of the draft, and record them."""
    typed = await _ask_facts(screen, _draft_key(screen), [row.id])
    if typed is not None:
        await screen.call_and_paint(partial(screen.service.describe_paper, row.id, typed))
        drop_facts(screen, _draft_key(screen), [row.id])


async def ask_facts_of_supplements(
    screen: CounterFrame, case: str, materials: Sequence[str]
) -> Mapping[str, str] | None:
    """Ask for issuer and validity of the papers that were brought for a case; None if the clerk went back."""
    return await _ask_facts(screen, case, materials)


def drop_facts(screen: CounterFrame, subject: str, materials: Sequence[str]) -> None:
    """Drop what was typed of papers of a draft or case, because it was recorded."""
    drop_texts(screen, *(name for name in list(screen.kept_texts) if name.startswith(_prefixes(subject, materials))))


async def _ask_facts(screen: CounterFrame, subject: str, materials: Sequence[str]) -> Mapping[str, str] | None:
    rows = await screen.host.ask(partial(screen.service.list_paper_fields, materials))
    values = {row.id: screen.kept_texts.get(f"{subject} {row.id}", row.value) for row in rows}

    async def check(entered: Mapping[str, str]) -> tuple[FieldRow, ...]:
        return await screen.host.ask(partial(screen.service.list_paper_fields, materials, dict(entered)))

    def keep(entered: Mapping[str, str]) -> None:
        screen.kept_texts.update({f"{subject} {field}": value for field, value in entered.items()})

    names = format_list(dict.fromkeys(row.needed_for for row in rows))
    explanation = _("Type what the paper states: departments and the next visit see it.")
    title, act = _("Issuer and validity"), _("records it")
    return await screen.host.show(
        PaperDialog(title, act, rows, values, check, keep, sentence=names, explanation=explanation)
    )


def _draft_key(screen: CounterFrame) -> str:
    return screen.view.intake.draft if screen.view and screen.view.intake else ""


def _prefixes(subject: str, materials: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{subject} {material}/" for material in materials)
