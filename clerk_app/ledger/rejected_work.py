"""Rejected work: entries of a window that its authority rejected, listed until a person has settled them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import STAFF_MACHINES, Role
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, Rule, RuleSet
from clerk_app.ledger.remote_command import RemoteCommand
from clerk_app.ledger.tries import REJECTED, count_failure
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import decode_json_list

RULES = RuleSet()
SITE = "site"  # fact of a refusal: where the supervisor has to settle the entry
DAY_UNTIL = "day_until"  # fact of a refusal: end of the day in which those of the machine are counted
_DAY = 86_400_000_000  # microseconds
_OF_ROLE_AND_PLACE = frozenset(
    {"permission", "unknown_staff", "dismissed", "other_place", "other_site", "organ", "stolen", "revoked"}
)
"""Reasons for which an entry is rejected although it may be honest: a supervisor of the site settles it."""


def add_site(
    tx: Transaction, rule: Rule[Any, Any], remote: RemoteCommand, error: Refused | BadData, now: int
) -> Refused | BadData:
    """Return the rejection of a pushed entry with the site of its machine, if a supervisor has to settle it.

    So it is for role and place, and for a form that this program does not accept. Rules that keep their rejected
    commands themselves (acceptances) name the site already.
    """
    is_shared = rule.placement is Placement.LOCAL_FIRST and not remote.key[0].endswith(CALLS_SUFFIX)
    if not is_shared or SITE in error.facts:
        return error
    if isinstance(error, Refused) and error.reason not in _OF_ROLE_AND_PLACE:
        return error
    name = node_of_chain(remote.key[0])
    node = tx.get("nodes", id=name)
    organs = decode_json_list(node["organs"]) if node is not None else ()
    if not organs:
        return error
    reason = error.reason if isinstance(error, Refused) else "form"
    return Refused(reason, error.sentence, **{**error.facts, SITE: organs[0], DAY_UNTIL: find_day_end(tx, name, now)})


def find_day_end(tx: Transaction, node: str, now: int) -> int:
    """Return the end of the day in which the rejected entries of a node are counted (microseconds UTC)."""
    row = tx.get("tries", what=REJECTED, who=node)
    return int(row["until"]) if row is not None and row["until"] > now else now + _DAY


def count_rejected(tx: Transaction, node: str, facts: Mapping[str, Any], now: int) -> int:
    """Count an entry that became work for a supervisor; return the number of the day, 0 for earlier versions."""
    if DAY_UNTIL not in facts:
        return 0
    count_failure(tx, REJECTED, node, now, int(facts[DAY_UNTIL]))
    row = tx.get("tries", what=REJECTED, who=node)
    return int(row["failures"]) if row is not None else 0


class RejectedWorkSettled(CommandDecision, frozen=True, kw_only=True):
    """The work is removed from the list; the rejected entry with its data stays in the log."""

    stored_name: ClassVar[str] = "RefusalSettled"


class SettleRejectedWork(Command[RejectedWorkSettled], frozen=True, kw_only=True):
    """Settle rejected work that was done again, done otherwise, or is not needed any more."""

    stored_name: ClassVar[str] = "SettleRefusal"
    position: int  # of the rejected entry in this store's log
    note: str


def _decide(tx: Transaction, command: SettleRejectedWork, _: Moment) -> RejectedWorkSettled:
    row = tx.get("refusals", position=command.position)
    if row is None or row["settled_at"] is not None:
        raise Refused("settled", "This was settled before.")
    if not command.note.strip():
        raise Refused("reason", "Say what was done about it: that is kept with it.")
    return RejectedWorkSettled()


@RULES.register(
    SettleRejectedWork,
    RejectedWorkSettled,
    permission="refusal.settle",
    roles=(Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR),
    machines=STAFF_MACHINES,
    label=mark("Settling of rejected work"),
    decide=_decide,
    stream=lambda command, _: f"refusal/{command.position}",
    placement=Placement.PRIVATE,
)
def _apply(tx: Transaction, entry: Entry[SettleRejectedWork, RejectedWorkSettled]) -> None:
    tx.update("refusals", {"position": entry.command.position}, settled_at=entry.decided_at)
