"""Sentences to be read out: words instead of symbols, columns and frames."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from clerk_app.locales import _, format_list
from clerk_app.views.case import Applicant, MaterialRow, MaterialView, MatterRow
from clerk_app.views.shared import LabelledValue, Level, Paper
from screens.widgets.paint import Line, join_phrases

_SYMBOLS: dict[str, Level] = {"! ": "warn", "x ": "bad"}
_DRAWN = dict.fromkeys(range(0x2500, 0x2900))  # frames, bars, blocks and braille patterns: drawn, not written
_MANY_SPACES = re.compile(r" {2,}")


def level_word(level: Level) -> str:
    """Return the word for a level that needs attention, with a colon; empty for the others."""
    return {"warn": _("warning:"), "bad": _("problem:")}.get(level, "")


def with_level(level: Level, text: str) -> str:
    """Return a sentence that begins with the word of its level."""
    return f"{level_word(level)} {text}".strip()


def plain_line(line: Line) -> str:
    """Return a painted line as a sentence: its symbol as a word, its columns with commas."""
    text = "".join(part for part, _style in line).translate(_DRAWN).strip()
    cells = (_cell_words(cell) for cell in _MANY_SPACES.split(text.removeprefix("+ ").removeprefix("- ")))
    return format_list(cells)


def _cell_words(cell: str) -> str:
    """Return a column of a painted line with the word of its level."""
    for symbol, level in _SYMBOLS.items():
        if cell.startswith(symbol):
            return with_level(level, cell.removeprefix(symbol))
    return cell.removeprefix("+ ")


def fact_lines(facts: Iterable[LabelledValue]) -> Iterable[str]:
    """Return each fact as label and value."""
    return (format_list((fact.label, fact.value), ":") for fact in facts)


def person_sentences(person: Applicant) -> Iterable[str]:
    """Return name, number, check and facts of a person who has shown a code."""
    words = {"green": _("valid"), "amber": _("doubtful"), "red": _("not valid")}
    level: dict[str, Level] = {"green": "good", "amber": "warn", "red": "bad"}
    if person.name:
        yield format_list((person.name, person.number))
    checked = format_list((words[person.check.result], person.check.headline), ":")
    yield with_level(level[person.check.result], _("The code is {result}").format(result=checked))
    for sentence in (*person.check.warnings, *person.notes):
        yield with_level("warn", sentence)
    yield from fact_lines(person.check.facts)


def describe_photo(person: Applicant) -> str:
    """Return what is to be compared with the person at the window, if the photo cannot be seen."""
    if person.is_organisation:
        return _("Check the agent's identity document and delegation.")
    if person.photo is None:
        return _("The city has no photo of this person: compare name and number with an identity document.")
    return _("Compare the person with the photo, not shown here: use the identity document, or ask a colleague.")


def material_sentence(row: MaterialRow) -> str:
    """Return a material with its state and details."""
    state = _("consent is to be asked for") if row.consent == "asked" else row.state_name
    until = _("valid to {date}").format(date=row.valid_to) if row.valid_to else ""
    issued = _("issued on {day}").format(day=row.issued_on) if row.issued_on else ""
    details = join_phrases(state, row.reason, row.holder, row.issuer, issued, until, row.freshness)
    return with_level("warn" if row.consent == "asked" else row.level, format_list((row.name, details), ":"))


def matter_sentence(row: MatterRow) -> str:
    """Return a matter with organ, state and dates."""
    promised = _("promised {promised}, statutory {statutory}")
    dates = promised.format(promised=row.promised, statutory=row.statutory) if row.promised else ""
    return format_list((row.name, join_phrases(row.organ, row.state, row.reason or dates)), ":")


def paper_state(paper: Paper) -> str:
    """Return the title of a paper, and whether it was printed."""
    if paper.printed:
        return format_list((paper.title, paper.delivery or _("Printed.")), ":")
    reason = paper.pending_reason or paper.error or _("It did not come out of the printer.")
    return with_level("warn" if paper.pending_reason else "bad", format_list((paper.title, reason), ":"))


def paper_lines(paper: Paper) -> Iterable[str]:
    """Return the lines of a paper that have letters or digits: neither rules nor bar codes."""
    return _readable_lines(paper.lines)


def _readable_lines(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        text = "".join(" " if unicodedata.category(character) == "So" else character for character in line)
        if any(character.isalnum() for character in text):
            yield _MANY_SPACES.sub(", ", text.strip())


def material_view_lines(material: MaterialView) -> Iterable[str]:
    """Return the content of an opened material."""
    yield material.name
    yield from fact_lines(material.facts)
    if material.picture is not None:
        yield _("There is also a picture, which this mode cannot read out.")
    yield from _readable_lines(material.page)
    if material.watermark:
        yield material.watermark
