"""Acts on the time limit of a task: begin and end a special procedure, ask for an extension and decide on one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from clerk_app.locales import _
from clerk_app.views.department import DepartmentView, ExtensionRow, TaskRow, TaskView
from screens.courier import courier_rows, run_courier_act
from screens.department.bulk import BULK_NUMBER, approve_of_queue
from screens.department.ended_tasks import acknowledge_ended
from screens.department.follow_ups import follow_up
from screens.department.recording import TaskScreen
from screens.department.requested import TAKE_IN, take_in_requested
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

_USUAL_DAYS = (5, 10, 15, 20, 30, 45, 60)  # of a special procedure; any other number can be typed
_EXTENSION_DAYS = range(1, 11)


async def begin_procedure(screen: TaskScreen, task: TaskView) -> None:
    """Ask which procedure begins, how long it is expected to take and what is examined, then record it."""
    title = _("Special procedure")
    options = await screen.host.ask(screen.service.list_procedures)
    rows = [PickRow(option.id, option.name, str(number)) for number, option in enumerate(options, 1)]
    sentence = _("Its time is not counted. Which procedure does {matter} need?").format(matter=task.row.matter)
    kind = await screen.host.show(PickDialog(title, rows, sentence=sentence))
    if kind is None:
        return
    days = await pick_days(
        screen, title, _("How long is it expected to take? The citizen gets this in writing."), _USUAL_DAYS
    )
    if days is None:
        return
    await record_reasons(
        screen,
        f"procedure {task.row.id}",
        title,
        _("What is examined or heard, and why? The citizen reads this."),
        lambda reason: screen.call_and_paint(partial(screen.service.begin_procedure, kind, days, reason)),
    )


async def end_procedure(screen: TaskScreen, row: TaskRow) -> None:
    """Ask for the result of a procedure, and let the time limit of its task run again."""
    sentence = _("{number} {matter}: the special procedure ends, the time limit runs again. What is its result?")
    await record_reasons(
        screen,
        f"result {row.id}",
        _("End the special procedure"),
        sentence.format(number=row.number, matter=row.matter),
        lambda result: screen.call_and_paint(partial(screen.service.end_procedure, row.id, result)),
    )


async def ask_extension(screen: TaskScreen, task: TaskView) -> None:
    """Ask by how many working days the time limit is to be extended and why, then record the request."""
    title = _("Extend the time limit")
    sentence = _("The time limit is extended once, by up to ten working days, if a colleague approves it.")
    days = await pick_days(screen, title, sentence, _EXTENSION_DAYS)
    if days is None:
        return
    await record_reasons(
        screen,
        f"extend {task.row.id}",
        title,
        _("Why is more time needed? The citizen reads this."),
        lambda reason: screen.call_and_paint(partial(screen.service.ask_extension, days, reason)),
    )


async def pick_days(screen: TaskScreen, title: str, sentence: str, choices: tuple[int, ...] | range) -> int | None:
    """Let the officer pick or type a number of working days; None if none was picked."""
    rows = [PickRow(str(days), _("{count} working days").format(count=days), str(days)) for days in choices]
    chosen = await screen.host.show(PickDialog(title, rows, sentence=sentence))
    return None if chosen is None else int(chosen)


async def decide_extensions(screen: TaskScreen, extensions: tuple[ExtensionRow, ...]) -> None:
    """Let the officer pick one of the extensions that colleagues ask for, and approve or decline it."""
    title = _("Extensions to approve")
    rows = [
        PickRow(row.task, f"{row.number} {row.matter}, {row.days}", str(number), hint=row.asked_by)
        for number, row in enumerate(extensions, 1)
    ]
    chosen: str | None = rows[0].id
    if len(rows) > 1:
        chosen = await screen.host.show(PickDialog(title, rows))
    row = next((row for row in extensions if row.task == chosen), None)
    if row is None:
        return
    sentence = _(
        "{number} {matter}, {applicant}: {name} asks for {days}. Reason: {reason} Promised: {promised}; by law:"
        " {statutory}."
    ).format(
        number=row.number,
        matter=row.matter,
        applicant=row.applicant,
        name=row.asked_by,
        days=row.days,
        reason=row.reason,
        promised=row.promised,
        statutory=row.statutory,
    )
    answers = [
        PickRow("approve", _("Approve the extension"), "1"),
        PickRow("decline", _("Decline, with a reason"), "2"),
    ]
    answer = await screen.host.show(PickDialog(title, answers, sentence=sentence))
    decide: Callable[..., DepartmentView] = screen.service.decide_extension
    if answer == "approve":
        await screen.call_and_paint(partial(decide, row.task, "", approved=True))
    elif answer == "decline":
        await record_reasons(
            screen,
            f"decline {row.task}",
            title,
            _("Why is the extension declined? The officer of the task reads this."),
            lambda note: screen.call_and_paint(partial(decide, row.task, note, approved=False)),
        )


async def show_queue_acts(screen: TaskScreen, view: DepartmentView) -> None:
    """F8 at the queue: tasks that ended without a decision, extensions and several tasks to approve, papers."""
    chosen = await screen.host.show(PickDialog(_("More"), [*_list_queue_acts(view), *courier_rows()]))
    if chosen == "ended":
        await acknowledge_ended(screen, view.ended)
    elif chosen == "extensions":
        await decide_extensions(screen, view.extensions)
    elif chosen == "promises":
        await follow_up(screen, view.follow_ups)
    elif chosen == "escalations":
        await answer_escalations(screen, view)
    elif chosen == "referred":
        await show_referred(screen)
    elif chosen == "bulk":
        await approve_of_queue(screen)
    elif chosen == "papers":
        await take_in_requested(screen)
    elif chosen is not None:
        await run_courier_act(screen, screen.service, chosen)


def _list_queue_acts(view: DepartmentView) -> Iterator[PickRow]:
    """Yield the acts for which there is something to do, and the list of what was referred."""
    offered = (
        ("ended", _("Your tasks that ended without a decision: {count}"), view.ended),
        ("extensions", _("Extensions to approve: {count}"), view.extensions),
        ("promises", _("Promises to follow up: {count}"), view.follow_ups),
        ("escalations", _("Overdue tasks escalated to your organ: {count}"), view.escalations),
    )
    for number, (act, words, found) in enumerate(offered, 1):
        if found:
            yield PickRow(act, words.format(count=len(found)), str(number))
    yield PickRow("referred", _("Referred to the superior organ by yours"), "5")
    yield PickRow("bulk", _("Approve several tasks of one matter"), str(BULK_NUMBER))
    if view.returned:
        yield PickRow("papers", _(TAKE_IN[1]), str(TAKE_IN[0]))


async def show_referred(screen: TaskScreen) -> None:
    """Show what the organ has referred, with its state; nothing is changed."""
    referred = await screen.host.ask(screen.service.list_referred)
    if not referred:
        screen.host.notify(_("Your organ has referred nothing."))
        return
    rows = [PickRow(row.id, row.name, hint=row.hint) for row in referred]
    sentence = _("The superior organ decides them; a matter that it sends back is in your queue again.")
    await screen.host.show(PickDialog(_("Referred by your organ"), rows, sentence=sentence))


async def answer_escalations(screen: TaskScreen, view: DepartmentView) -> None:
    """Let the officer pick an overdue task that was escalated to the organ, and record what is arranged."""
    title = _("Overdue tasks to act on")
    rows = [PickRow(row.id, row.name, str(number), hint=row.hint) for number, row in enumerate(view.escalations, 1)]
    chosen = await screen.host.show(PickDialog(title, rows))
    if chosen is not None:
        await record_reasons(
            screen,
            f"escalation {chosen}",
            title,
            _("What do you arrange, so that it is decided? The department of the task reads this."),
            lambda note: screen.call_and_paint(partial(screen.service.answer_escalation, chosen, note)),
        )
