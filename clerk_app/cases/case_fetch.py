"""Fetching a case that the machines of its site no longer hold, because it has not changed for a while."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.checks import require_site
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class CaseFetched(CommandDecision, frozen=True, kw_only=True):
    """The case is sent to the machine that asked. The entry is the access record."""

    stored_name: ClassVar[str] = "CaseFetched"


class FetchCase(Command[CaseFetched], frozen=True, kw_only=True):
    """Asks the authority for a case of the actor's site that this machine does not hold."""

    stored_name: ClassVar[str] = "FetchCase"
    case: str


def _decide(tx: Transaction, command: FetchCase, moment: Moment) -> CaseFetched:
    case = tx.get("cases", number=command.case)
    if case is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=command.case)
    require_site(tx, moment, case)
    if case["state"] == "archived":
        raise Refused("archived", "Case {number} is archived and can no longer be changed.", number=command.case)
    return CaseFetched()


@RULES.register(
    FetchCase,
    CaseFetched,
    permission="case.fetch",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.COUNTER, MachineKind.SUPERVISOR),
    label=mark("Case fetched to a window"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[FetchCase, CaseFetched]) -> None:
    # only for this machine: the other windows of the site do not get the case
    tx.mark_changed(f"node/{node_of_chain(entry.moment.node)}", f"case/{entry.command.case}")
