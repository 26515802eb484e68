"""Texts and lines about a person who showed a code: the check of the code, its facts, what the clerk compares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from clerk_app.locales import _, format_list
from clerk_app.views.case import Applicant, LicenceCheck
from clerk_app.views.shared import LabelledValue, Level
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, level_lines, wrap

CHECK_LEVEL: dict[str, Level] = {"green": "good", "amber": "warn", "red": "bad"}


def confirmation_request(person: Applicant) -> str:
    """Return what the clerk has to compare before the holder of a code counts as identified."""
    if person.is_organisation:
        return _("Check the agent's identity document and delegation.")
    return _("Compare face and photo.")


def comparison_hint(person: Applicant) -> str:
    """Return what Enter opens for the holder of a code."""
    return _("checks document and delegation") if person.is_organisation else _("compares face and photo")


def confirmation_hint(person: Applicant) -> str:
    """Return what Enter confirms about the holder of a code."""
    return _("document and delegation are in order") if person.is_organisation else _("face and photo match")


def confirmed_sentence(person: Applicant) -> str:
    """Return what the clerk has confirmed about the holder of a code."""
    if person.is_organisation:
        return _("The agent's document and delegation were checked.")
    return _("Person and photo match.")


def comparison_lines(person: Applicant, width: int) -> Iterable[Line]:
    """Return what the clerk compares, one sentence a point, and what a picture cannot settle."""
    if person.is_organisation or person.photo is None:
        points = [what_to_check(person)]
    else:
        points = [
            _("Compare eyes, nose, mouth and ears; hair, glasses and beard change."),
            _("Compare the age in the photo with the date of issue."),
            _("If the picture does not settle it, ask for the identity document (F8)."),
        ]
    for point in points:
        first, *more = wrap(point, width - 2)
        yield [("- ", "dim"), (first, "")]
        yield from ([("  " + line, "")] for line in more)


def what_to_check(person: Applicant) -> str:
    """Return what the clerk checks where there is no photo to compare."""
    if person.is_organisation:
        return _(
            "The code is of an organisation: the person at the window is its agent. Check their identity document,"
            " and the delegation or that they represent it by law."
        )
    return _("The city has no photo of this person: compare name and number with an identity document.")


def check_word(check: LicenceCheck) -> str:
    """Return the result of the check as a word."""
    return {"green": _("valid"), "amber": _("doubtful"), "red": _("not valid")}[check.result]


def check_lines(check: LicenceCheck, width: int) -> Iterable[Line]:
    """Return the licence check as lines: symbol, word and sentence."""
    level = CHECK_LEVEL[check.result]
    yield from level_lines(level, format_list((check_word(check), check.headline), ":"), width)


def person_lines(person: Applicant, width: int) -> Iterable[Line]:
    """Return the name and number of a person, the check of their code with all warnings, and its facts."""
    if person.name:
        yield [(person.name, "strong")]
        yield [(person.number, "")]
        yield []
    yield from check_lines(person.check, width)
    for warning in person.check.warnings:
        yield from level_lines("warn", warning, width)
    yield []
    yield from fact_lines(person.check.facts, width)


def fact_lines(facts: Sequence[LabelledValue], width: int) -> Iterable[Line]:
    """Return facts with their labels in a column; a long value continues below itself."""
    longest = max((cell_len(fact.label) for fact in facts), default=0)
    label = min(max(8, longest), width // 2)
    for fact in facts:
        yield from labelled_lines(fact.label, fact.value, width, label)
