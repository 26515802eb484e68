"""The situation at the counter in each mode, as sentences for F1 and the linear mode."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.locales import _, format_list
from clerk_app.views.case import Applicant
from clerk_app.views.counter import CounterView, TicketRow
from screens.counter.actions import Mode
from screens.counter.intake_panel import describe_submit
from screens.counter.person import check_word, confirmation_request, confirmed_sentence
from screens.situation import Situation


def describe_situation(view: CounterView, mode: Mode) -> Situation:
    """Return the situation of a view in its mode."""
    describe = {
        "hall": _describe_hall,
        "called": _describe_called,
        "person": _describe_person,
        "intake": _describe_intake,
        "case": _describe_case,
        "receipt": _describe_receipt,
    }
    situation = describe[mode](view)
    undo = _("Ctrl+Z undoes the last act of the last two minutes; it asks first.")
    return situation._replace(undo=(*situation.undo, undo))


def _describe_hall(view: CounterView) -> Situation:
    if view.closed:
        return Situation(view.closed)
    waiting, reachable = view.status.waiting or 0, view.status.connection_level == "good"
    if waiting:
        now = _("Nobody is served at this window. {count} wait in the hall.").format(count=waiting)
    else:
        now = _("Nobody is served at this window, and nobody waits.")
    following = [_("F2 calls the next ticket.")] if waiting and reachable else []
    following += [
        _("A scanned or typed code, ticket number or case number opens what belongs to it."),
        _("F8 (17) serves somebody without a ticket; F3 opens a draft again."),
        _("F5 lists today's cases of this window; from there F5 finds a person or another case."),
        _("In the list of waiting tickets, F5 calls the marked one before its turn, for a reason."),
    ]
    if view.print_questions:
        following.append(_("F8 (11) records whether a paper came out of the printer."))
    if view.unprinted:
        following.append(
            _("F8 (11) prints papers that have not been printed: {count}.").format(count=len(view.unprinted))
        )
    blocked: tuple[str, ...] = ()
    if not reachable:
        blocked = (
            _("F2 may find nobody: {connection}. A ticket on paper can still be served.").format(
                connection=view.status.connection
            ),
        )
    elif not waiting:
        blocked = (_("F2 has nobody to call: no ticket waits."),)
    return Situation(now, tuple(following), blocked, _describe_return(view))


def _describe_return(view: CounterView) -> tuple[str, ...]:
    """Return how a ticket that was put on hold or ended a moment ago comes back."""
    if view.serving is not None:
        sentence = _("F8 (16) takes a ticket back that was ended or put on hold: {tickets}.")
        tickets = (*view.ended, *view.held)
        return (sentence.format(tickets=_name_tickets(tickets)),) if tickets else ()
    ended = _("F3 reopens a ticket that was just ended: {tickets}.").format(tickets=_name_tickets(view.ended))
    held = _("F4 takes a ticket back that was put on hold: {tickets}.").format(tickets=_name_tickets(view.held))
    return (*((ended,) if view.ended else ()), *((held,) if view.held else ()))


def _name_tickets(tickets: Sequence[TicketRow]) -> str:
    return format_list(ticket.number for ticket in tickets[:3])


def _describe_called(view: CounterView) -> Situation:
    ticket = view.serving
    if ticket is not None and ticket.number:
        now = _("A citizen was called with ticket {number} and has not shown a code yet.").format(number=ticket.number)
    else:
        now = _("A citizen without a ticket is served and has not shown a code yet.")
    following = (
        _("F7 scans the code; it can also be scanned by hand or typed."),
        _("F5 chooses the one thing without a code: the citizen then shows papers and an identity document."),
        _("F3 calls again; if nobody comes, F6 records it."),
    )
    blocked = (_("F9 has nothing to accept: no one thing was chosen yet."),)
    return Situation(now, following, blocked, (_("F4 puts the ticket on hold."), *_describe_return(view)))


def _describe_person(view: CounterView) -> Situation:
    person = view.applicant
    if person is None:
        return Situation(_("Nobody has shown a code yet."))
    return Situation(_describe_code(person), *_describe_steps_of_person(person), (_("F4 puts the ticket on hold."),))


def _describe_code(person: Applicant) -> str:
    if person.check.result == "red":
        return _("A code was shown and refused: {reason}").format(reason=person.check.headline)
    sentence = _("{name} has shown a code; it is {result}: {reason}")
    return sentence.format(name=person.name, result=check_word(person.check), reason=person.check.headline)


def _describe_steps_of_person(person: Applicant) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the next steps, and what is not possible yet."""
    if person.check.result == "red":
        return (_("F7 scans another code. F5 continues with papers and an identity document."),), (
            _("F9 cannot confirm anybody: a refused code identifies nobody."),
        )
    if person.needs_confirmation:
        return (f"{confirmation_request(person)} " + _("Then F9 confirms it."),), (
            _("Consent cannot be asked for, and no case accepted, before the person is confirmed."),
        )
    return (confirmed_sentence(person), _("F5 chooses what the citizen came for.")), (
        _("F9 has nothing to accept: no one thing was chosen yet."),
    )


def _describe_intake(view: CounterView) -> Situation:
    intake, person = view.intake, view.applicant
    if intake is None:
        return Situation(_("No draft is open."))
    needs_check = person is not None and person.needs_confirmation
    name = person.name if person is not None else _("a citizen who has shown no code")
    now = _("A draft is being filled: {one_thing}, for {name}. It is saved as you type; nothing is accepted yet.")
    following: list[str] = []
    if person is not None and needs_check:
        following.append(f"{confirmation_request(person)} " + _("Then F9 confirms it."))
    asked = [row.name for row in intake.materials if row.consent == "asked"]
    if asked:
        following.append(_("F8 (2) asks for the consent to use: {materials}.").format(materials=format_list(asked)))
    blocked: tuple[str, ...] = ()
    if intake.gaps:
        following.append(_("Fill what is missing; Page Down goes to the next field that needs an answer."))
        sentence = _("F9 cannot accept yet, {count} left: {things}")
        blocked = (sentence.format(count=len(intake.gaps), things=format_list(intake.gaps, ";")),)
    elif not needs_check:
        following.append(describe_submit(intake, needs_check=False))
    undo = (_("Ctrl+Z undoes what was typed in a field. F8 (14) discards the draft; F4 puts the ticket on hold."),)
    return Situation(now.format(one_thing=intake.one_thing, name=name), tuple(following), blocked, undo)


def _describe_case(view: CounterView) -> Situation:
    case = view.case
    if case is None:
        return Situation(_("No case is open."))
    now = _("Case {number} is open: {one_thing}, {state}.")
    following, blocked = [], []
    if "take_in" in case.actions:
        following.append(_("F6 takes in what the citizen brings."))
    if "hand_over" in case.actions and not case.held:
        following.append(_("F9 hands the results over."))
    elif case.held:
        blocked.append(case.held)
    else:
        blocked.append(_("F9 has nothing to hand over: the results are not complete, or were handed over."))
    if "hand_over_part" in case.actions:
        following.append(_("F8 (35) hands finished results over early, if the applicant asks for them."))
    if case.rejected:
        following.append(_("F8 (9) settles what the center rejected."))
    following.append(_("Esc closes the case; F2 calls the next ticket."))
    undo = (_("F8 (12) withdraws the application, with a reason."),) if "withdraw" in case.actions else ()
    described = now.format(number=case.number, one_thing=case.one_thing, state=case.state)
    return Situation(described, tuple(following), tuple(blocked), undo)


def _describe_receipt(view: CounterView) -> Situation:
    paper = view.receipt
    if paper is None:
        return Situation(_("No paper is shown."))
    state = paper.delivery or _("Printed.")
    if not paper.printed:
        state = paper.pending_reason or paper.error or _("It did not come out of the printer.")
    now = _("A paper is shown: {title}.").format(title=paper.title) + f" {state}"
    again = _("F8 (10) prints it again.") if paper.printed or not paper.pending_reason else _("F8 prints it.")
    following = (_("Hand it over. F2 ends the visit and calls the next ticket."), again)
    return Situation(now, following, (), (_("Esc closes the paper; the case stays as it is."), *_describe_return(view)))
