"""Applications from outside at the counter: those that wait, one that came by post, and the answer to one."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, mark
from clerk_app.views.applications import ApplicationRow, PostedApplication
from clerk_app.views.counter import CounterView
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.counter.offers import find_offer
from screens.widgets.dialogs import ConfirmDialog, ask_text, drop_texts
from screens.widgets.paint import join_phrases, level_symbol
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons, record_stock_reasons

VISIT, REVIEW = "visit", "review"
INCOMPLETE, REFUSED, WITHDRAWN = "incomplete", "refused", "withdrawn"
_RECEIVED_KEY, _SENDER_KEY = "receipt of an application", "sender of an application"


async def choose_application(screen: CounterFrame) -> None:
    """List the applications that wait, and open the chosen one."""
    listed = await screen.host.ask(screen.service.list_applications)
    if not listed.rows:
        screen.host.notify(_("No application from outside waits for an answer."))
        return
    rows = [PickRow(row.number, row.one_thing, str(key), _describe_row(row)) for key, row in enumerate(listed.rows, 1)]
    sentence = _("The {shown} that are due first, of {total}.").format(shown=len(rows), total=listed.total)
    title = _("Applications from outside")
    number = await screen.host.show(PickDialog(title, rows, hint=_("opens it, recorded"), sentence=sentence))
    if number is not None:
        await open_application(screen, number)


async def open_application(screen: CounterFrame, number: str) -> None:
    """Open an application as a draft; with somebody at the window ask for the purpose."""
    title = _("Application {number}").format(number=number)
    purpose: str | None = REVIEW
    if screen.view is not None and screen.view.serving is not None:
        purposes = await screen.host.ask(screen.service.list_opening_purposes)
        choices = [PickRow(option.id, option.name, option.key) for option in purposes]
        purpose = await screen.host.show(PickDialog(title, choices, sentence=_("For what? The opening is recorded.")))
    if purpose is not None:
        await screen.call_and_paint(partial(screen.service.open_application, number, purpose))


def _describe_row(row: ApplicationRow) -> str:
    due = " ".join(filter(None, (level_symbol(row.level), _("answer until {day}").format(day=row.due))))
    found = _("{count} missing").format(count=row.findings) if row.findings else ""
    return join_phrases(due, row.assigned, row.age, row.source, found, row.state, row.number)


async def type_in(screen: CounterFrame) -> None:
    """Record a letter or an e-mail: its kind, the day of its receipt, sender and one thing; then open it as a draft."""
    title = _("Application by post")
    sources = await screen.host.ask(screen.service.list_application_sources)
    choices = [PickRow(option.id, option.name, option.key) for option in sources]
    source = await screen.host.show(PickDialog(title, choices, sentence=_("How did it arrive?")))
    if source is None or screen.view is None:
        return
    sentence = _("On which day did it arrive? The period for the answer counts from it.")
    today = f"{screen.view.status.now:%Y-%m-%d}"
    received_on = await ask_text(screen, _RECEIVED_KEY, title, sentence, value=today, kind="date")
    if received_on is None:
        return
    sender = await ask_text(screen, _SENDER_KEY, title, _("Who applies? The name, as the letter has it."))
    if sender is None:
        return

    one_thing = await find_offer(screen, title, hint=_("opens the draft"))
    if one_thing is not None:
        posted = PostedApplication(source, received_on, sender, one_thing)
        await screen.call_and_paint(partial(screen.service.receive_by_post, posted))
        drop_texts(screen, _RECEIVED_KEY, _SENDER_KEY)


async def answer(screen: CounterFrame) -> None:
    """Let the clerk choose the answer to the application of the draft: what is missing, or a refusal with reasons."""
    intake = screen.view.intake if screen.view is not None else None
    if intake is None or intake.application is None:
        return
    title = _("Answer application {number}").format(number=intake.application.number)
    rows = [
        PickRow(REFUSED, _("It is refused, with reasons"), "2"),
        PickRow(WITHDRAWN, _("The applicant withdraws it"), "3"),
    ]
    if intake.gaps:
        rows.insert(0, PickRow(INCOMPLETE, _("Something is missing: everything is named at once"), "1"))
    outcome = await screen.host.show(PickDialog(title, rows, sentence=_("The draft is deleted; no case is made.")))
    late = intake.application.consequence
    if outcome == INCOMPLETE and late:
        await record_reasons(
            screen,
            f"answer late {intake.application.number}",
            title,
            " ".join((late, _("Why is it answered, and not accepted? The applicant reads this."))),
            lambda reason: screen.call_and_paint(partial(screen.service.answer_application, INCOMPLETE, reason)),
        )
    elif outcome == INCOMPLETE:
        sentence = _("The applicant reads: {things}").format(things=join_phrases(*intake.gaps))
        if await screen.host.show(ConfirmDialog(title, sentence, hint=_("answers"))):
            await screen.call_and_paint(partial(screen.service.answer_application, INCOMPLETE))
    elif outcome == REFUSED:
        await record_stock_reasons(
            screen,
            f"answer {intake.application.number}",
            title,
            " ".join(filter(None, (late, _("Why is it refused? The applicant reads this.")))),
            lambda given: screen.call_and_paint(
                partial(screen.service.answer_application, REFUSED, given.text, given.codes)
            ),
            stock=intake.decline_reasons,
        )
    elif outcome == WITHDRAWN:
        await record_reasons(
            screen,
            f"withdraw {intake.application.number}",
            title,
            _("How did the applicant withdraw it?"),
            lambda reason: screen.call_and_paint(partial(screen.service.withdraw_application, reason)),
        )


def _answers_application(view: CounterView) -> bool:
    return view.intake is not None and view.intake.application is not None and not view.intake.is_masked


APPLICATION_ITEMS = (
    MenuItem(50, "applications", mark("Applications from outside"), lambda _view: True, choose_application),
    MenuItem(51, "post", mark("Type in an application by post"), lambda view: view.serving is None, type_in),
    MenuItem(52, "answer", mark("Answer the application"), _answers_application, answer),
)
