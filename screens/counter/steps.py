"""What is left to do in each situation of the counter, as rows that Enter carries out or leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clerk_app.locales import _, format_list
from clerk_app.views.applications import DraftOrigin
from clerk_app.views.case import CaseView, IntakeView
from clerk_app.views.counter import CounterView
from screens.counter.actions import Mode
from screens.counter.eligible_hint import describe_eligible
from screens.counter.materials_panel import NOT_GIVEN
from screens.counter.person import comparison_hint
from screens.widgets.paint import join_phrases

if TYPE_CHECKING:
    from clerk_app.views.shared import CaseLetter, Level, PendingPaper, PrintQuestion

_STEP_CAPS = {"exclusion": "F8 73"}
"""Keys of open steps by kind, where the sentence does not name the key."""


@dataclass(frozen=True)
class Step:
    """A step: what Enter does with it, the key that does the same, and whether something waits for it (`needed`).

    `target` is `kind:id`; the kinds are in `screens.counter.step_actions`.
    """

    target: str
    text: str
    cap: str = ""
    level: Level = "plain"
    needed: bool = False


def list_steps(mode: Mode, view: CounterView) -> list[Step]:
    """Return the steps of a situation, the most urgent first."""
    if mode == "hall":
        return list(_hall_steps(view))
    if mode == "called":
        return [
            Step("scan:", _("scans the code; a typed number does too"), "F7"),
            Step("choose:", _("continues without a code: with papers and an identity document (F8)"), "F5"),
        ]
    if mode == "person":
        return list(_person_steps(view))
    if mode == "intake" and view.intake is not None:
        return [*_intake_steps(view.intake), *_eligible_steps(view)]
    if mode == "case":
        return list(_case_steps(view))
    return list(_receipt_steps(view))


def _hall_steps(view: CounterView) -> Iterable[Step]:
    status = view.status
    if view.closed:
        yield Step("", view.closed, level="warn")
        return
    if status.connection_level == "good" and status.waiting:
        yield Step("next:", _describe_next(view), "F2")
    elif status.connection_level == "good":
        yield Step("", _("Nobody waits. A code or a case number can be scanned at any time."))
    else:
        yield Step("walk_in:", _("serves somebody without a ticket"), "F8 17", "warn")
    if view.held:
        yield Step("held:", _("takes a ticket back: {count} on hold").format(count=len(view.held)), "F4")
    yield from _paper_steps(view)
    if view.ended:
        yield Step("drafts:", _("reopens what was just ended: {count}").format(count=len(view.ended)), "F3")
    elif view.drafts:
        yield Step("drafts:", _("opens a draft again: {count} kept").format(count=len(view.drafts)), "F3")
    yield Step("find:", _("finds a case of today, a person or another case"), "F5")
    yield Step("scan:", _("scans a code; a case or ticket number can be typed"), "F7")
    if status.connection_level == "good":
        yield Step("walk_in:", _("serves somebody without a ticket"), "F8 17")


def _describe_next(view: CounterView) -> str:
    """Return how many wait, and the ticket that is called next, with its priority."""
    count = view.status.waiting
    if not view.waiting:
        return _("calls the next of {count}").format(count=count)
    first = view.waiting[0]
    ticket = " ".join(filter(None, (first.number, first.category, first.priority)))
    return _("calls the next of {count}: {ticket}").format(count=count, ticket=ticket)


def _person_steps(view: CounterView) -> Iterable[Step]:
    person = view.applicant
    if person is None:
        return
    if person.confirmed:
        yield Step("choose:", _("chooses what they came for"), "F5")
    elif person.needs_confirmation:
        yield Step("face:", comparison_hint(person), "Enter", "warn", needed=True)
        yield Step("choose:", _("chooses what they came for"), "F5")
    else:
        yield Step("scan:", _("scans another code"), "F7", "bad", needed=True)


def _intake_steps(intake: IntakeView) -> Iterable[Step]:
    if intake.can_fetch_materials:
        yield Step("fetch:", _("To be fetched: what the city holds for this case"), "F8 1", "warn")
    is_late = intake.application is not None and bool(intake.application.consequence)
    if is_late:  # its legal consequence concerns all that follows
        yield from _application_steps(intake)
    yield from (
        Step(f"{step.kind}:{step.id}", step.text, _STEP_CAPS.get(step.kind, ""), "warn", needed=True)
        for step in intake.open_steps
    )
    yield from (Step("", sentence, level="warn") for sentence in intake.unchecked_names)
    if not intake.open_steps:
        yield Step("submit:", _("accepts the case"), "F9", "good")
    if not is_late:
        yield from _application_steps(intake)
    named = {step.id for step in intake.open_steps}
    for row in intake.materials:
        if row.id in named:
            continue
        if row.consent == "asked":
            yield Step("consent:", _("Ask for consent: {name}").format(name=row.name))
        elif row.state in NOT_GIVEN:
            yield Step(f"material:{row.id}", _("May follow: {name}").format(name=row.name))


def _application_steps(intake: IntakeView) -> Iterable[Step]:
    origin = intake.application
    if origin is not None:
        can_answer = not intake.is_masked
        yield Step("answer:" * can_answer, describe_origin(origin), "F8 52" * can_answer, origin.level)


def describe_origin(origin: DraftOrigin) -> str:
    """Return from where an application came, until when it is to be answered, and who verified the applicant."""
    sentence = _("Application {number} ({source}) of {received}, to be answered until {due}").format(
        number=origin.number, source=origin.source, received=origin.received, due=origin.due
    )
    return join_phrases(sentence, origin.consequence, origin.identity)


def _case_steps(view: CounterView) -> Iterable[Step]:
    case = view.case
    if case is None:
        return
    for work in case.rejected:
        yield Step("settle:", f"{work.at}  {work.action}: {work.sentence}", "F8", "bad", needed=True)
    if case.requested_materials:
        asked = _("The citizen was asked to bring: {things}")
        takes_in = "take_in" in case.actions
        for thing in case.requested_materials:
            yield Step("take_in:", asked.format(things=thing), "F6" if takes_in else "", "warn", needed=True)
    yield from _paper_steps(view, case.number)
    yield from _result_steps(case)
    yield from _decision_steps(view)


def _result_steps(case: CaseView) -> Iterable[Step]:
    if case.collected:
        yield Step("", _("Handed over early: {things}").format(things=format_list(case.collected)), level="good")
    if not case.results:
        return
    if case.held:
        yield Step("", case.held, level="warn", needed=True)
    things = format_list(case.results)
    if "hand_over_part" in case.actions:
        text = _("Finished; handed over early only on request: {things}").format(things=things)
        yield Step("hand_over_part:", text, "F8 35")
    elif case.handed_over:
        text = _("Handed over: {things}").format(things=things)
        if case.received_by:
            text = format_list((text, _("to {person}").format(person=case.received_by)), ",")
        yield Step("", text, level="good")
    elif "hand_over" in case.actions:
        yield Step(
            "hand_over:", _("Ready to be handed over: {things}").format(things=things), "F9", "good", needed=True
        )
    else:
        yield Step("", _("Not to be handed over yet: {things}").format(things=things))


def _receipt_steps(view: CounterView) -> Iterable[Step]:
    paper = view.receipt
    if paper is not None and not paper.printed and not paper.is_unknown:
        again = _("prints it") if paper.pending_reason else _("prints it again")
        yield Step("reprint:", again, "F8 10", "bad", needed=True)
    yield from _paper_steps(view)
    yield from _decision_steps(view)
    yield from _eligible_steps(view)
    yield Step("close:", _("closes the paper"), "Esc")
    if view.status.waiting:
        yield Step("next:", _("calls the next of {count}").format(count=view.status.waiting), "F2")


def _eligible_steps(view: CounterView) -> Iterable[Step]:
    if sentence := describe_eligible(view):
        yield Step("also:", sentence, "F8 76")


def _decision_steps(view: CounterView) -> Iterable[Step]:
    count = len(unprinted_decisions(view))
    if count:
        yield Step("decisions:", _("Decisions to be printed: {count}").format(count=count), "F8 41", "warn")


def unprinted_decisions(view: CounterView) -> tuple[CaseLetter, ...]:
    """Return the letters of decisions that were not printed yet."""
    return tuple(
        letter for letter in view.letters if letter.is_decision and not letter.is_printed and not letter.is_asked
    )


def offered_papers(view: CounterView) -> tuple[PendingPaper, ...]:
    """Return the papers that can be printed now: all between visits, else those of the visit and of the open case."""
    if view.serving is None and view.case is None:
        return view.unprinted
    number = view.case.number if view.case is not None else ""
    return tuple(paper for paper in view.unprinted if paper.is_of_visit or paper.case_number == number)


def offered_questions(view: CounterView) -> tuple[PrintQuestion, ...]:
    """Return the open prints: all between visits, else those of visit, open case and shown paper."""
    if view.serving is None and view.case is None:
        return view.print_questions
    number = view.case.number if view.case is not None else ""
    shown = view.receipt.print if view.receipt is not None else ""
    return tuple(
        question
        for question in view.print_questions
        if question.is_of_visit or question.case_number == number or question.id == shown
    )


def _paper_steps(view: CounterView, number: str = "") -> Iterable[Step]:
    for question in offered_questions(view):
        text = _("Did it come out of the printer? {paper}, {case} {applicant}").format(
            paper=question.title, case=question.case_number, applicant=question.applicant
        )
        yield Step("print:", text, "F8 11", "warn", needed=True)
    for paper in offered_papers(view):
        if not number or paper.case_number == number:
            text = _("To be printed: {paper}, {case} {applicant}").format(
                paper=paper.title, case=paper.case_number, applicant=paper.applicant
            )
            yield Step("print:", text, "F8 11", "warn", needed=True)
