"""The file of a paper that staff open in another program of their machine, if the city allows it."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_site
from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class OriginalOpened(CommandDecision, frozen=True, kw_only=True):
    """The file may be opened by the actor."""

    stored_name: ClassVar[str] = "OriginalOpened"


class OpenOriginal(Command[OriginalOpened], frozen=True, kw_only=True):
    """Record that a staff member opens the file of a material of a case in another program.

    `content` is the digest of the file, `purpose` the one thing of the case.
    """

    stored_name: ClassVar[str] = "OpenOriginal"
    case: str
    material: str
    content: str
    purpose: str


def find_task_with_material(case: CaseRecord, actor: str, material: str) -> Row | None:
    """Return the task of a case that a person holds and whose matter needs a material; None without one."""
    needing = {planned.id for planned in case.plan.active_matters if material in planned.materials}
    return next((task for task in case.tasks if task["owner"] == actor and task["matter"] in needing), None)


def _decide(tx: Transaction, command: OpenOriginal, moment: Moment) -> OriginalOpened:
    case = read_case(tx, command.case)
    if moment.actor.role != Role.OFFICER:
        require_site(tx, moment, case.row)
    elif find_task_with_material(case, moment.actor.id, command.material) is None:
        raise Refused("not_held", "You hold no task of this case that needs the paper: claim it first.")
    if not read_policy(tx).open_originals and not moment.already_decided:
        raise Refused("originals", "The city does not allow papers to be opened in another program.")
    contents = {row["content"] for row in case.materials if row["material"] == command.material}
    if not command.content or command.content not in contents:
        raise Refused("nothing", "The case has no file of this paper.")
    return OriginalOpened()


@RULES.register(
    OpenOriginal,
    OriginalOpened,
    permission="case.original",
    roles=(Role.CLERK, Role.OFFICER),
    machines=(MachineKind.COUNTER, MachineKind.DEPARTMENT),
    label=mark("File of a paper opened in another program"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply(tx: Transaction, entry: Entry[OpenOriginal, OriginalOpened]) -> None:
    mark_case_changed(tx, entry.command.case)  # the history of the case has a new line
