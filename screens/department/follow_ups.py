"""Follow-up of promises at the department: the list in F8, and what an officer does with one of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from clerk_app.locales import _, format_list
from clerk_app.views.follow_ups import FollowUpRow
from screens.department.recording import TaskScreen
from screens.widgets.dialogs import ReadDialog
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

_DAYS = (3, 5, 10)


async def follow_up(screen: TaskScreen, promises: tuple[FollowUpRow, ...]) -> None:
    """Let the officer pick a promise that the department follows up, and act on it."""
    title = _("Promises to follow up")
    rows = [
        PickRow(row.id, f"{row.due} {row.what}", str(number), hint=_hint(row)) for number, row in enumerate(promises, 1)
    ]
    chosen = await screen.host.show(PickDialog(title, rows))
    promise = next((row for row in promises if row.id == chosen), None)
    if promise is None:
        return
    acts = [PickRow(act, name, str(number)) for number, (act, name) in enumerate(_list_acts(promise), 1)]
    if not acts:
        await screen.host.show(ReadDialog(title, sentences=[_describe(promise)]))
        return
    act = await screen.host.show(PickDialog(title, acts, sentence=_describe(promise)))
    if act is not None:
        await _perform(screen, promise, act)


def _hint(promise: FollowUpRow) -> str:
    """Return what is special about a promise, its applicant and its case."""
    states = (_("reported") * bool(promise.reported_by), _("overdue") * promise.is_overdue)
    return format_list(filter(None, (*states, promise.applicant, promise.case)))


def _list_acts(promise: FollowUpRow) -> Iterator[tuple[str, str]]:
    if promise.may_answer:
        yield "confirm", _("Confirm: revoke what relied on it")
        yield "reject", _("Reject the report, with a reason")
    if promise.reported_by:
        return
    if not promise.is_gap:
        yield "keep", _("The check was passed")
        if not promise.is_extended:
            yield "extend", _("Extend the term of the check, once")
    if not promise.is_gap or promise.is_overdue:
        yield "report", _("Not brought in time") if promise.is_gap else _("The promise is false")


def _describe(promise: FollowUpRow) -> str:
    sentence = _("{what}. Needed for: {matters}. {applicant}, case {case}, until {due}.").format(
        what=promise.what,
        matters=promise.matters,
        applicant=promise.applicant,
        case=promise.case,
        due=promise.due,
    )
    if not promise.reported_by:
        return sentence
    report = _("{name} reports: {reason} Evidence: {evidence}").format(
        name=promise.reported_by, reason=promise.reason, evidence=promise.evidence
    )
    return f"{sentence} {report}"


async def _perform(screen: TaskScreen, promise: FollowUpRow, act: str) -> None:
    service, title = screen.service, promise.what
    if act == "confirm":
        await screen.call_and_paint(partial(service.answer_report, promise.id, "", confirmed=True))
    elif act == "reject":
        sentence = _("Why is the report rejected? The colleague reads this.")
        action = partial(service.answer_report, promise.id, confirmed=False)
        await record_reasons(
            screen, f"reject {promise.id}", title, sentence, lambda note: screen.call_and_paint(partial(action, note))
        )
    elif act == "keep":
        sentence = _("What was checked, and with which result?")
        keep = partial(service.keep_promise, promise.id)
        await record_reasons(
            screen, f"keep {promise.id}", title, sentence, lambda note: screen.call_and_paint(partial(keep, note))
        )
    elif act == "extend":
        await _extend(screen, promise)
    else:
        await _report(screen, promise)


async def _extend(screen: TaskScreen, promise: FollowUpRow) -> None:
    rows = [PickRow(str(days), _("{count} working days").format(count=days), str(days)) for days in _DAYS]
    chosen = await screen.host.show(PickDialog(promise.what, rows))
    if chosen is None:
        return
    extend = partial(screen.service.extend_promise, promise.id, int(chosen))
    sentence = _("Why is the check extended?")
    await record_reasons(
        screen,
        f"extend {promise.id}",
        promise.what,
        sentence,
        lambda reason: screen.call_and_paint(partial(extend, reason)),
    )


async def _report(screen: TaskScreen, promise: FollowUpRow) -> None:
    """Ask for the reason, which the applicant reads, then for the evidence."""
    report = partial(screen.service.report_promise, promise.id)

    async def ask_evidence(reason: str) -> bool:
        sentence = _("What shows it? The colleague who confirms reads this.")
        return bool(
            await record_reasons(
                screen,
                f"evidence {promise.id}",
                promise.what,
                sentence,
                lambda evidence: screen.call_and_paint(partial(report, reason, evidence)),
            )
        )

    sentence = _("Why is the promise false? The citizen gets this in writing.")
    await record_reasons(screen, f"report {promise.id}", promise.what, sentence, ask_evidence)
