"""Acts of the department screen when a task is not decided at once: refer up, send back, wait for another office."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from clerk_app.locales import _
from clerk_app.views.course import WaitOutcome, WaitStep, WaitView
from clerk_app.views.department import TaskRow, TaskView
from screens.department.recording import TaskScreen
from screens.department.term_acts import pick_days
from screens.widgets.dialogs import ConfirmDialog, TextDialog
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

_WAIT_DAYS = (5, 10, 15, 20, 30, 45, 60)  # any other number can be typed


async def refer_task(screen: TaskScreen, task: TaskView) -> None:
    """Ask for the officer's opinion and refer the task to the superior organ."""
    sentence = _("You agree to {matter}, and {organ} decides it. What is your opinion? {organ} reads it.")
    await record_reasons(
        screen,
        f"refer {task.row.id}",
        _("Refer to the superior organ"),
        sentence.format(matter=task.row.matter, organ=task.superior),
        lambda opinion: screen.call_and_paint(partial(screen.service.refer_task, opinion)),
    )


async def send_back(screen: TaskScreen, task: TaskView) -> None:
    """Ask why the matter is sent back to the organ that has referred it, and send it back."""
    sentence = _("{matter} goes back to the organ that referred it. Why? Its officer reads this.")
    await record_reasons(
        screen,
        f"send back {task.row.id}",
        _("Send back"),
        sentence.format(matter=task.row.matter),
        lambda reason: screen.call_and_paint(partial(screen.service.send_back, reason)),
    )


async def begin_wait(screen: TaskScreen, task: TaskView) -> None:
    """Ask for office, document, expected days and reason, and begin to wait for another office."""
    title = _("Wait for another office")
    step = await _choose_step(screen, title, task.wait_steps)
    if step is None:
        return
    sentence = _("From which office is a document needed? It gets a letter.")
    office = await screen.host.show(TextDialog(title, sentence, value=step.office))
    if office is None:
        return
    sentence = _("Which document does {matter} need from it?").format(matter=task.row.matter)
    document = await screen.host.show(TextDialog(title, sentence, value=step.document))
    if document is None:
        return
    sentence = _("How long is it expected to take? The citizen gets this in writing.")
    others = tuple(days for days in _WAIT_DAYS if days != step.days)
    days = await pick_days(screen, title, sentence, (step.days, *others) if step.days else others)
    if days is None:
        return
    await record_reasons(
        screen,
        f"wait {task.row.id}",
        title,
        _("Why is the document needed? The citizen and the office read this."),
        lambda reason: screen.call_and_paint(partial(screen.service.begin_wait, office, document, days, reason)),
    )


async def _choose_step(screen: TaskScreen, title: str, steps: Sequence[WaitStep]) -> WaitStep | None:
    """Let the officer choose a wait that the catalogue foresees, or another one; None if none was chosen."""
    other = WaitStep("", "", "", 0)
    if not steps:
        return other
    rows = [
        PickRow(str(key), step.name, str(key), _("{count} working days").format(count=step.days))
        for key, step in enumerate(steps, 1)
    ]
    rows.append(PickRow("", _("Another document"), str(len(rows) + 1)))
    sentence = _("The service guide foresees this wait. What it names can be changed.")
    chosen = await screen.host.show(PickDialog(title, rows, sentence=sentence))
    return None if chosen is None else steps[int(chosen) - 1] if chosen else other


async def act_on_wait(screen: TaskScreen, row: TaskRow) -> None:
    """Show for what a task waits, and let the officer remind, extend or end the wait."""
    wait = await screen.host.ask(partial(screen.service.read_wait, row.id))
    title = _("Wait for another office")
    sentence = _("{number} {matter}: {document} from {office}, asked for {since}; until {until}; {reminders}; {clock}.")
    rows = [
        PickRow("arrived", _("The document has arrived"), "1"),
        PickRow("remind", _("Remind the office, by letter"), "2"),
        PickRow("extend", _("Wait longer, with a reason"), "3"),
        PickRow("without", _("Go on without it, with a reason"), "4"),
        PickRow("not_come", _("It did not come: ask the citizen"), "5"),
    ]
    shown = sentence.format(
        number=wait.number,
        matter=wait.matter,
        document=wait.document,
        office=wait.office,
        since=wait.since,
        until=wait.until,
        reminders=wait.reminders,
        clock=wait.clock,
    )
    chosen = await screen.host.show(PickDialog(title, rows, sentence=shown))
    if chosen == "arrived":
        question = ConfirmDialog(title, _("{document} has arrived: the task goes back into the queue.").format(
            document=wait.document))  # fmt: skip
        if await screen.host.show(question):
            await screen.call_and_paint(partial(screen.service.end_wait, wait.id, "arrived"))
    elif chosen == "remind":
        await screen.call_and_paint(partial(screen.service.remind_office, wait.id))
    elif chosen == "extend":
        await _extend(screen, wait, title)
    elif chosen == "without":
        await _end(screen, wait, "without", _("Why can it be decided without the document? This stays with the case."))
    elif chosen == "not_come":
        await _end(screen, wait, "not_come", _("What did the office answer? This stays with the case."))


async def _extend(screen: TaskScreen, wait: WaitView, title: str) -> None:
    days = await pick_days(screen, title, _("By how many working days? The citizen gets this in writing."), _WAIT_DAYS)
    if days is not None:
        await record_reasons(
            screen,
            f"wait longer {wait.id}",
            title,
            _("Why does it take longer? The citizen reads this."),
            lambda reason: screen.call_and_paint(partial(screen.service.extend_wait, wait.id, days, reason)),
        )


async def _end(screen: TaskScreen, wait: WaitView, outcome: WaitOutcome, question: str) -> None:
    await record_reasons(
        screen,
        f"{outcome} {wait.id}",
        _("End the wait"),
        question,
        lambda note: screen.call_and_paint(partial(screen.service.end_wait, wait.id, outcome, note)),
    )
