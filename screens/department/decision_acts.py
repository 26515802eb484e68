"""The acts of the decision form: letter, title, level, and the question that each asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from clerk_app.locales import _, format_list
from clerk_app.views.department import TaskAction, TaskView
from clerk_app.views.shared import Level, Option

ActId = Literal["approve", "note", "refuse", "return", "commit"]


@dataclass(frozen=True)
class Act:
    """An act with the letter that chooses it; `needs` is the action that the service must allow."""

    id: ActId
    letter: str
    level: Level
    needs: TaskAction


ACTS = (
    Act("approve", "a", "good", "approve"),
    Act("note", "n", "good", "approve"),
    Act("refuse", "r", "bad", "refuse"),
    Act("return", "p", "warn", "return"),
    Act("commit", "c", "plain", "commit"),
)


def act_title(act: ActId) -> str:
    """Return the title of an act in the current language."""
    titles: dict[ActId, str] = {
        "approve": _("Approve"),
        "note": _("Approve with a note"),
        "refuse": _("Refuse, with a reason"),
        "return": _("Return for papers"),
        "commit": _("Commit in writing: others may start"),
    }
    return titles[act]


def act_question(act: ActId, task: TaskView) -> str:
    """Return the question to the officer for an act on a task."""
    if act == "note" and task.undecided:
        sentence = _("{matters} is not decided yet. Why is this decided before?")
        return sentence.format(matters=format_list(task.undecided))
    matter = task.row.matter
    questions: dict[ActId, str] = {
        "approve": _("Approve"),
        "note": _("What is to be noted with the approval?"),
        "refuse": _("Why is {matter} refused? The applicant gets the reason in writing.").format(matter=matter),
        "return": _("What must the citizen bring? The time limit of this task is suspended until then.")
        + " "
        + _("What is wrong with it, and what is to be brought? The citizen reads this."),
        "commit": _("You commit in writing to approve this. State which condition is still open, or that none is."),
    }
    return questions[act]


def needed_act(act: ActId, task: TaskView) -> ActId:
    """Return the act that takes the place of `act`: an approval before a matter it may wait for has a note."""
    return "note" if act == "approve" and task.undecided else act


def kept_key(act: ActId, task: str) -> str:
    """Return the key under which the reasons of an act on a task are kept."""
    return f"{act} {task}"


def stock_of(act: ActId, task: TaskView) -> tuple[Option, ...]:
    """Return the stock reasons of an act."""
    stock: Mapping[ActId, tuple[Option, ...]] = {"refuse": task.refuse_reasons, "return": task.return_reasons}
    return stock.get(act, ())
