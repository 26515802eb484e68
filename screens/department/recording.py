"""Recording of a decision on a task: approval, refusal, return for papers, commitment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from clerk_app.locales import _, format_list
from clerk_app.views.department import DepartmentService, DepartmentView, TaskView
from clerk_app.views.shared import GivenReasons
from screens.department.decision_acts import ActId
from screens.host import ScreenHost
from screens.kept_reasons import ReasonKeeper
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

ANOTHER_PAPER = "another-paper"
"""Key of the row with which a paper is chosen that the matter does not require."""


def list_papers(task: TaskView | None) -> list[tuple[str, str, str]]:
    """Return what can be asked for, as key, name and state: missing and expired materials first, another paper last."""
    if task is None:
        return []
    materials = sorted(task.materials, key=lambda row: row.state not in ("missing", "expired"))
    papers = [(row.id, row.name, row.state_name) for row in materials]
    if task.other_materials:
        papers.append((ANOTHER_PAPER, _("Another paper of the catalogue"), _("needs a basis")))
    return papers


class TaskScreen(Protocol):
    """The screen, as the actions on a task use it."""

    service: DepartmentService
    kept_reasons: ReasonKeeper
    kept_texts: dict[str, str]

    @property
    def host(self) -> ScreenHost:
        """The app."""
        ...

    async def call_and_paint(self, call: Callable[[], DepartmentView]) -> None:
        """Call the service and paint the view that it returns."""
        ...


async def record_act(
    screen: TaskScreen,
    task: TaskView,
    act: ActId,
    given: GivenReasons,
    papers: Sequence[str],
    results: Mapping[str, str],
) -> bool:
    """Record what was entered in the decision form; return whether it was recorded.

    `results` are the values that the officer filled in for the results of an approval.
    """
    service, keeper = screen.service, screen.kept_reasons
    if act == "return":
        if not await record_return(screen, task, tuple(papers), given):
            return False
    elif act == "commit":
        await screen.call_and_paint(partial(service.commit_to_approve, given.text))
    elif act == "refuse":
        await screen.call_and_paint(partial(service.refuse, given.text, given.codes))
    else:
        await screen.call_and_paint(partial(service.approve, given.text, results))
    if act in ("return", "commit"):
        keeper.drop(screen.host, f"{act} {task.row.id}")
    else:
        await keeper.drop_subject(screen.host, task.row.id)
    return True


async def record_return(screen: TaskScreen, task: TaskView, papers: tuple[str, ...], given: GivenReasons) -> bool:
    """Return a task for papers; ask for the legal basis of those that its matter does not require, and why some are
    requested only now. Return whether it was recorded.
    """
    names = {option.id: option.name for option in task.other_materials}
    names |= {row.id: row.name for row in task.materials}
    if ANOTHER_PAPER in papers:
        chosen = await _choose_another(screen, task)
        if chosen is None:
            return False
        papers = (*(name for name in papers if name != ANOTHER_PAPER), chosen)
    required = {row.id for row in task.materials}.difference(task.outside_materials)
    outside = [names[name] for name in papers if name not in required]
    if not outside:
        return await _record_papers(screen, task, papers, names, given, "")
    sentence = _("The matter does not require this: {materials}. Give the legal basis; the citizen reads it.")
    return await record_reasons(
        screen,
        f"basis {task.row.id}",
        _("Legal basis"),
        sentence.format(materials=format_list(outside)),
        lambda basis: _record_papers(screen, task, papers, names, given, basis),
    )


async def _choose_another(screen: TaskScreen, task: TaskView) -> str | None:
    """Let the officer choose a material that the matter does not require; None if none was chosen."""
    sentence = _("Which paper? The matter does not require it, so its legal basis is asked for next.")
    rows = [PickRow(option.id, option.name) for option in task.other_materials]
    return await screen.host.show(PickDialog(_("Another paper of the catalogue"), rows, sentence=sentence))


async def _record_papers(
    screen: TaskScreen,
    task: TaskView,
    papers: tuple[str, ...],
    names: Mapping[str, str],
    given: GivenReasons,
    legal_basis: str,
) -> bool:
    late = [names[name] for name in papers if name in task.late_materials]
    return_task = partial(
        screen.service.return_task, papers, given.text, codes=given.codes, legal_basis=" ".join(legal_basis.split())
    )
    if late:
        return await _record_late(screen, task, late, return_task)
    await screen.call_and_paint(return_task)
    return True


async def _record_late(
    screen: TaskScreen, task: TaskView, materials: list[str], return_task: Callable[[str, str], DepartmentView]
) -> bool:
    """Ask why materials are requested that were visible at the previous notice, and pass on code and words.

    Returns whether the return was recorded.

    The first notice had to list everything (一次性告知).
    """
    title = _("Asked for late")
    options = await screen.host.ask(screen.service.list_late_reasons)
    sentence = _("This was visible at your previous notice: {materials}. Why is it requested only now?")
    rows = [PickRow(option.id, option.name, str(index + 1)) for index, option in enumerate(options)]
    names = format_list(materials)
    code = await screen.host.show(PickDialog(title, rows, sentence=sentence.format(materials=names)))
    if code is None:
        return False
    words = _("Explain it. The citizen and the supervisor read this.")
    return await record_reasons(
        screen,
        f"late {task.row.id}",
        title,
        words,
        lambda reason: screen.call_and_paint(partial(return_task, code, reason)),
    )
