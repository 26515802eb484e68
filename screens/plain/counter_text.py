"""The counter's view as sentences: what has changed after an act, and everything when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _, format_list
from clerk_app.views.case import CaseView, FieldRow, IntakeView
from clerk_app.views.counter import CounterView, TicketRow
from screens.counter.actions import Mode
from screens.counter.eligible_hint import describe_eligible
from screens.counter.frame import needs_face_check
from screens.counter.intake_panel import describe_submit
from screens.counter.steps import describe_origin
from screens.plain.reading import (
    describe_photo,
    material_sentence,
    matter_sentence,
    paper_lines,
    paper_state,
    person_sentences,
    with_level,
)
from screens.widgets.field_line import field_choices
from screens.widgets.paint import join_phrases


def state_lines(view: CounterView, mode: Mode) -> Iterable[str]:
    """Return the sentences that an act may change; those that are new are written after it."""
    if view.closed:
        yield with_level("warn", view.closed)
    if mode == "hall":
        yield _("Hall. Nobody is served here.")
    elif mode == "called":
        yield from _ticket_lines(view.serving)
        yield _("No code was shown yet. Scan or type the code, or F5 chooses the one thing without a code.")
    elif mode == "person" and view.applicant is not None:
        yield from person_sentences(view.applicant)
        if view.applicant.needs_confirmation:
            yield describe_photo(view.applicant) + " " + _("F9 confirms it.")
        elif view.applicant.confirmed:
            yield _("The person is confirmed. F5 chooses what they came for.")
    elif mode == "intake" and view.intake is not None:
        yield from _intake_lines(view, view.intake)
    elif mode == "case" and view.case is not None:
        yield from _case_lines(view.case)
    elif mode == "receipt" and view.receipt is not None:
        yield paper_state(view.receipt)
        yield from filter(None, (describe_eligible(view),))
        yield _("read reads the paper, F2 calls the next ticket, < closes the paper.")


def all_lines(view: CounterView, mode: Mode) -> Iterable[str]:
    """Return everything about the present state, for `read`."""
    yield from state_lines(view, mode)
    if mode in ("hall", "called"):
        yield _("Waiting {count}").format(count=view.status.waiting)
        for ticket in view.waiting:
            yield _ticket_sentence(ticket)
        if view.held:
            yield _("On hold") + ": " + format_list(_ticket_sentence(ticket) for ticket in view.held)
    if mode == "intake" and view.intake is not None:
        yield from _all_intake_lines(view.intake)
    elif mode == "case" and view.case is not None:
        yield from _all_case_lines(view.case)
    elif mode == "receipt" and view.receipt is not None:
        yield from paper_lines(view.receipt)
    yield _("Connection: {state}. Unsent: {count}.").format(state=view.status.connection, count=view.status.unsent)
    yield f"{view.status.now:%Y-%m-%d %H:%M}"


def _ticket_sentence(ticket: TicketRow) -> str:
    waited = _("waited {time}").format(time=ticket.waited) if ticket.waited else ""
    return format_list(filter(None, (ticket.number, ticket.category, ticket.priority, waited)))


def _ticket_lines(ticket: TicketRow | None) -> Iterable[str]:
    if ticket is None or not ticket.number:
        yield _("Somebody without a ticket is served.")
        return
    yield _("Ticket {ticket} is served.").format(ticket=format_list(filter(None, (ticket.number, ticket.category))))
    if ticket.priority:
        yield with_level("warn", ticket.priority)


def _intake_lines(view: CounterView, intake: IntakeView) -> Iterable[str]:
    yield _("Draft: {one_thing}.").format(one_thing=intake.one_thing)
    if intake.application is not None:
        yield describe_origin(intake.application)
    for party in intake.parties:
        yield format_list((party.role_name, join_phrases(party.name, party.number, party.known_by)), ":")
    needs_check = needs_face_check(view)
    if needs_check and view.applicant is not None:
        yield describe_photo(view.applicant) + " " + _("F9 confirms it.")
    for row in intake.materials:
        if row.consent == "asked" or row.level in ("warn", "bad"):
            yield material_sentence(row)
    for field in intake.fields:
        if field.error:
            yield with_level("bad", format_list((field.label, field.error), ":"))
    yield describe_submit(intake, needs_check=needs_check)
    yield from filter(None, (describe_eligible(view),))
    yield _("Promised {promised}, statutory {statutory}").format(promised=intake.promised, statutory=intake.statutory)


def _all_intake_lines(intake: IntakeView) -> Iterable[str]:
    if len(intake.gaps) > 1:
        yield _("Left: {things}").format(things=format_list(intake.gaps, ";"))
    yield _("Fields:")
    for field in intake.fields:
        yield f"{field.number}. " + field_sentence(field)
    yield _("Materials:")
    yield from (material_sentence(row) for row in intake.materials)
    yield _("Matters:")
    yield from (matter_sentence(row) for row in intake.matters)
    fees = intake.fees
    for fee in fees.rows if fees is not None else ():
        amount = fee.amount if fee.certain else _("{amount}, may be due").format(amount=fee.amount)
        yield format_list((_("Fee"), join_phrases(fee.name, amount, fee.basis)), ":")
    if fees is not None and fees.rows:
        yield format_list((_("Fees in all"), fees.total), ":")
    yield from (f"{saving.name}: {saving.before} > {saving.after}" for saving in intake.savings)


def shown_value(field: FieldRow) -> str:
    """Return the value of a field as a person reads it: the name of an answer, or the text."""
    return next((choice.name for choice in field_choices(field) if choice.id == field.value), field.value)


def field_sentence(field: FieldRow) -> str:
    """Return the label of a field, its value with the source, its warning and its error."""
    described = join_phrases(shown_value(field) or _("empty"), field.source)
    sentence = format_list((field.label, described), ":")
    warned = with_level("warn", field.warning) if field.warning else ""
    return join_phrases(sentence, warned, with_level("bad", field.error) if field.error else "")


def _case_lines(case: CaseView) -> Iterable[str]:
    yield _("Case {number}: {facts}").format(
        number=" ".join(case.number[at : at + 4] for at in range(0, len(case.number), 4)),
        facts=join_phrases(case.one_thing, case.state, case.applicant),
    )
    if case.represented_by:
        yield format_list((_("Acts for the applicant"), case.represented_by), ":")
    for signed in (*case.acted_for, *case.co_signed):
        yield format_list((signed.label, signed.value), ":")
    for work in case.rejected:
        yield with_level("bad", join_phrases(work.action, work.sentence))
    for line in case.requested_materials:
        yield _("The citizen was asked to bring") + ": " + line
    if case.held:
        yield with_level("warn", case.held)
    if case.collected:
        yield format_list((_("Handed over early"), format_list(case.collected, ";")), ":")
    if case.results:
        heading = _("Ready to be handed over") if "hand_over" in case.actions else _("Not to be handed over yet")
        yield format_list((_("Handed over") if case.handed_over else heading, format_list(case.results, ";")), ":")
    if case.received_by:
        yield _("to {person}").format(person=case.received_by)


def _all_case_lines(case: CaseView) -> Iterable[str]:
    dates = _("Accepted {accepted}, promised {promised}, statutory {statutory}")
    yield dates.format(accepted=case.accepted, promised=case.promised, statutory=case.statutory or case.results_by)
    for label, value in ((_("Fees"), case.fees), (_("Answers now"), case.answers_now)):
        if value:
            yield format_list((label, value), ":")
    yield _("Matters:")
    yield from (matter_sentence(row) for row in case.matters)
    if case.materials:
        yield _("Materials:")
        yield from (material_sentence(row) for row in case.materials)
    yield _("History:")
    for entry in case.history:
        yield format_list((f"{entry.at:%Y-%m-%d %H:%M}", entry.actor, entry.action))
    yield case.as_of
