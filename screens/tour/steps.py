"""The steps of the tour as data: what to do, why, a hint, and the name of the check that it was done.

A check is a function of `screens.tour.checks`; it reads what the screens show, not the keys that were pressed. A test
compares the names and the lengths of the texts.
"""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.locales import mark


@dataclass(frozen=True)
class TourStep:
    """A step. `task`, `reason` and `hint` are message ids; `id` is stored as the progress, `check` names its check."""

    id: str
    check: str
    task: str
    reason: str
    hint: str


STEPS: tuple[TourStep, ...] = (
    TourStep(
        "sign_in",
        "counter_is_open",
        mark("Sign in as a clerk: 1001, Enter, 471902, Enter."),
        mark("Everything done here is recorded with the person who did it."),
        mark("The PIN is not shown. A wrong one is refused; type both again."),
    ),
    TourStep(
        "call",
        "ticket_is_called",
        mark("Press F2: it calls the next ticket."),
        mark("The order is that of the hall: priority first, then who came first."),
        mark("If a question is open, answer it or go back with Esc, then F2."),
    ),
    TourStep(
        "scan",
        "code_was_shown",
        mark("Press F7: the citizen holds a code before the camera. Wait until it is read."),
        mark("The signature of the code proves who issued it, without a network."),
        mark("The camera plays a film of a phone; it needs a few seconds."),
    ),
    TourStep(
        "confirm",
        "person_is_confirmed",
        mark("Compare the portrait with the person, then press F9."),
        mark("A code proves a licence, not who holds it: only you can compare."),
        mark("If you were wrong: F4 puts the ticket on hold, nothing was accepted."),
    ),
    TourStep(
        "choose",
        "draft_is_open",
        mark("Press F5, type birth (or xhcs), Enter: the citizen's child was born."),
        mark("One thing is a bundle of matters: one form, one receipt, nine results."),
        mark("Letters, initials or the number of the row find it."),
    ),
    TourStep(
        "consent",
        "consent_was_recorded",
        mark("Press a, Enter: the citizen agrees. Then 0001, Enter for the second factor."),
        mark("The city holds these papers; they are fetched for this case only if allowed."),
        mark("F8, 2 asks for the consent again; F8, 20 asks for the second factor."),
    ),
    TourStep(
        "form",
        "form_is_complete",
        mark("Fill what is left: 1 Enter, 1 Enter, a bank account (6200000000000000011)."),
        mark("Most fields are filled from the licences; a value is asked only once."),
        mark("Page Down goes to the next field that needs an answer. F1 names what is missing."),
    ),
    TourStep(
        "accept",
        "case_is_accepted",
        mark("Press F9: the case is accepted and the receipt is printed."),
        mark("Every department gets its task now, at the same time. Periods begin to run."),
        mark("What F9 still misses is in the list of what is left to do."),
    ),
    TourStep(
        "receipt",
        "receipt_is_closed",
        mark("Read the receipt and hand it over, then press Esc."),
        mark("The dates are promises: all results by this day, from one place."),
        mark("Esc closes the paper; it can be printed again with F8, 10."),
    ),
    TourStep(
        "hold",
        "ticket_is_held",
        mark("Press F2 for the next citizen, then F4: the ticket is put on hold."),
        mark("Somebody fetches a paper and comes back to you without waiting again."),
        mark("F2 first; when a ticket is called, F4 puts it on hold."),
    ),
    TourStep(
        "undo",
        "ticket_came_back",
        mark("Take it back: press F4 and choose the ticket if you are asked."),
        mark("A ticket that was held or ended a moment ago comes back: no act is a trap."),
        mark("With nobody at the window F4 takes a ticket back."),
    ),
    TourStep(
        "find",
        "case_was_found",
        mark("End the visit: F8, 18, Enter, 2, Enter. Then F5, Enter: today's case again."),
        mark("F5 once more finds anybody's case at the center; every search is recorded."),
        mark("F5 lists today's cases while nobody is served. Enter opens the marked one."),
    ),
    TourStep(
        "lock",
        "screen_is_locked",
        mark("You leave the desk: press F12."),
        mark("Everything stays as it is, and nobody can read it or act in your name."),
        mark("F12 locks from anywhere; first answer an open question."),
    ),
    TourStep(
        "officer",
        "queue_is_open",
        mark("Now you are an officer: sign in with 2001, PIN 471902."),
        mark("Another person signs in at this machine; the clerk's ticket goes back."),
        mark("Staff number 2001, Enter, 471902, Enter."),
    ),
    TourStep(
        "task",
        "task_is_open",
        mark("Press F2: the most urgent task of your department."),
        mark("You hold it for a while, so that nobody else decides it meanwhile."),
        mark("If the queue is empty, no case was accepted: begin the tour again."),
    ),
    TourStep(
        "decide",
        "task_is_decided",
        mark("Read it, press F9, choose to approve, and confirm what is asked."),
        mark("Nothing is preselected: a decision is yours, and signed with your name."),
        mark("F9, then a. A refusal needs a reason, which the applicant reads."),
    ),
    TourStep(
        "supervisor",
        "overview_is_open",
        mark("Now the supervisor: F12, then sign in with 3001, PIN 471902."),
        mark("The overview shows who waits, where it jams, and what will be late."),
        mark("Staff number 3001, Enter, 471902, Enter."),
    ),
    TourStep(
        "organ",
        "organ_is_open",
        mark("Press Enter on a department: its tasks. A task can be given to another officer."),
        mark("The same screen shows the cause and lets you act on it."),
        mark("Go to the list of departments with its digit or Tab, then Enter."),
    ),
)
