"""What the pages of an application at the kiosk state: the lines and buttons of each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from clerk_app.locales import _
from clerk_app.views.kiosk_matters import MatterChoice, MatterOffer, MatterQuestion, MatterSummary
from screens.kiosk.buttons import ButtonItem
from screens.kiosk.pages import constant_text
from screens.widgets.paint import Line, wrap

TextContent = tuple[Callable[[int], Iterable[Line]], Sequence[ButtonItem]]
"""The lines of a page for a width, and its buttons."""


def in_groups(number: str) -> str:
    """Return a case number in groups of four digits."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def matters_content(matters: Sequence[MatterChoice]) -> TextContent:
    """Return the page on which a matter is chosen."""
    items = [
        ButtonItem(f"matter-{matter.id}", constant_text(matter.name), constant_text(matter.description))
        for matter in matters
    ]
    return lambda width: paragraph(_("What do you want to apply for?"), "title", width), items


def offer_content(offer: MatterOffer) -> TextContent:
    """Return the page that names what the city holds and asks for consent, or what has to be brought to a window."""

    def lines(width: int) -> Iterable[Line]:
        yield [(offer.name, "title")]
        yield []
        if offer.held:
            yield from paragraph(_("The city holds this of you:"), "strong", width)
            for held in offer.held:
                yield from listed(held.label, held.value, width)
            yield []
        if not offer.is_complete:
            sentence = _("This machine cannot accept the application, because the city does not hold:")
            yield from paragraph(sentence, "warn", width)
            for name in offer.missing:
                yield from listed(name, "", width)
            yield from paragraph(_("Please bring it to any window. Nothing was applied for."), "strong", width)
            return
        question = _(
            "May it be used for this application? Name, number and address in the form are filled in from it, and the "
            "department that decides sees it. Without it, please go to a window with your papers."
        )
        yield from paragraph(question, "strong", width)

    if not offer.is_complete:
        return lines, ()
    return lines, (ButtonItem("agree", lambda: _("Yes, use it")), ButtonItem("decline", lambda: _("No")))


def declined_content(names: Sequence[str]) -> TextContent:
    """Return the page for somebody who does not agree: what to bring to a window."""

    def lines(width: int) -> Iterable[Line]:
        sentence = _("Nothing of yours was used, and nothing was applied for. At any window you can apply with:")
        yield from paragraph(sentence, "strong", width)
        for name in names:
            yield from listed(name, "", width)

    return lines, ()


def choice_content(question: MatterQuestion) -> TextContent:
    """Return the page of a question that is answered with a button."""
    items = [
        ButtonItem(f"answer-{number}", constant_text(choice.name), constant_text(choice.hint))
        for number, choice in enumerate(question.choices)
    ]
    if not question.is_required:
        items.append(ButtonItem("skip", lambda: _("Leave it out")))
    return partial(question_lines, question), items


def question_lines(question: MatterQuestion, width: int) -> Iterable[Line]:
    """Return number, text and hint of a question."""
    number = _("Question {number} of {count}").format(number=question.number, count=question.count)
    yield [(number, "dim")]
    yield from paragraph(question.name, "title", width)
    if question.hint:
        yield from paragraph(question.hint, "dim", width)


def summary_content(summary: MatterSummary) -> TextContent:
    """Return the page that shows everything that is applied for."""

    def lines(width: int) -> Iterable[Line]:
        yield [(summary.name, "title")]
        yield from paragraph(_("Please read it. This is applied for:"), "strong", width)
        for answer in summary.answers:
            yield from listed(answer.label, answer.value, width)
        for material in summary.materials:
            yield from listed(_("Used from the city"), material, width)
        yield from listed(_("Time until the decision"), summary.promise, width)

    buttons = (
        ButtonItem("accept", lambda: _("Apply now")),
        ButtonItem("previous", lambda: _("Correct an answer")),
    )
    return lines, buttons


def paragraph(text: str, style: str, width: int) -> list[Line]:
    """Return the lines of a text in one style."""
    return [[(line, style)] for line in wrap(text, width)]


def listed(label: str, value: str, width: int) -> Iterable[Line]:
    """Return the lines of a listed fact."""
    text = _("{label}: {value}").format(label=label, value=value) if value else label
    for number, line in enumerate(wrap(text, width - 4)):
        yield [("  - " if not number else "    ", "mark"), (line, "")]


def unknown_content(error: str) -> TextContent:
    """Return the page after a line that was cut while an application was sent: it is sent again, or looked up."""

    def lines(width: int) -> Iterable[Line]:
        yield from paragraph("x " + error, "bad", width)
        yield []
        sentence = _("It is not known whether your application was accepted. Send it again: it is accepted only once.")
        yield from paragraph(sentence, "strong", width)
        yield from paragraph(_("Or ask at a window, or look up your cases here later."), "", width)

    return lines, (ButtonItem("accept", lambda: _("Send it again")),)
