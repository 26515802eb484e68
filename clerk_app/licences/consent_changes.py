"""Consent that a citizen does not give, or takes back before the acceptance: both are recorded for each licence.

What was not released by then stays unknown to the window; what was released leaves it with the next response of the
authority. `consents.how` of a licence without consent has the last answer: DECLINED, WITHDRAWN, or empty for none.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.licences.shared_materials import SIGNED, get_running_visit, mark_visit_changed
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

DECLINED, WITHDRAWN = "declined", "withdrawn"

RULES = RuleSet()


class ConsentDeclined(CommandDecision, frozen=True, kw_only=True):
    """The answer was recorded."""

    stored_name: ClassVar[str] = "ConsentDeclined"


class DeclineConsent(Command[ConsentDeclined], frozen=True, kw_only=True):
    """Record that the citizen does not agree to the use of `licences` for `purpose`, the id of a one thing."""

    stored_name: ClassVar[str] = "DeclineConsent"
    visit: str
    licences: tuple[str, ...]
    purpose: str


class ConsentWithdrawn(CommandDecision, frozen=True, kw_only=True):
    """The consent ended. `lists` are printed lists that were not signed and name more than is agreed to now."""

    stored_name: ClassVar[str] = "ConsentWithdrawn"
    lists: tuple[str, ...] = ()


class WithdrawConsent(Command[ConsentWithdrawn], frozen=True, kw_only=True):
    """Record that the citizen takes back a consent that was given in this visit, before the case is accepted."""

    stored_name: ClassVar[str] = "WithdrawConsent"
    visit: str
    licences: tuple[str, ...]
    purpose: str


def find_refused_licences(rows: list[Row]) -> dict[str, str]:
    """Return DECLINED or WITHDRAWN by licence, for rows with the columns of `consents` and the id of the licence."""
    return {row["id"]: row["how"] for row in rows if row["given_at"] is None and row["how"] in (DECLINED, WITHDRAWN)}


def _read_answers(tx: Transaction, command: DeclineConsent | WithdrawConsent, moment: Moment) -> dict[str, Row]:
    """Return the rows of `consents` of a visit and purpose by licence. Raises Refused for a licence without one."""
    if not moment.already_decided:  # after a restore the visit may have ended
        get_running_visit(tx, command.visit, moment)
    offered = {row["licence"]: row for row in tx.select("consents", visit=command.visit, purpose=command.purpose)}
    if not command.licences or not set(command.licences) <= offered.keys():
        raise Refused("not_offered", "This licence was not offered for this visit.")
    return offered


def _decide_decline(tx: Transaction, command: DeclineConsent, moment: Moment) -> ConsentDeclined:
    offered = _read_answers(tx, command, moment)
    if any(offered[licence]["given_at"] is not None for licence in command.licences):
        raise Refused("given", "The citizen has agreed to the use of this licence: a consent is withdrawn (F8).")
    return ConsentDeclined()


@RULES.register(
    DeclineConsent,
    ConsentDeclined,
    permission="licence.fetch",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Consent declined by a citizen"),
    decide=_decide_decline,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_decline(tx: Transaction, entry: Entry[DeclineConsent, ConsentDeclined]) -> None:
    for licence in entry.command.licences:
        tx.update("consents", {"visit": entry.command.visit, "licence": licence}, how=DECLINED)
    mark_visit_changed(tx, entry.command.visit)


def _decide_withdraw(tx: Transaction, command: WithdrawConsent, moment: Moment) -> ConsentWithdrawn:
    offered = _read_answers(tx, command, moment)
    rows = [offered[licence] for licence in command.licences]
    if any(row["given_at"] is None for row in rows):
        raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")
    unsigned = {row["list_number"] for row in rows if row["how"] != SIGNED} - {""}
    return ConsentWithdrawn(lists=tuple(sorted(unsigned)))


@RULES.register(
    WithdrawConsent,
    ConsentWithdrawn,
    permission="licence.fetch",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Consent withdrawn before the acceptance"),
    decide=_decide_withdraw,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_withdraw(tx: Transaction, entry: Entry[WithdrawConsent, ConsentWithdrawn]) -> None:
    visit = entry.command.visit
    for licence in entry.command.licences:
        end_consent(tx, visit, licence)
    for number in entry.decision.lists:
        tx.update("consents", {"visit": visit, "list_number": number}, list_number="")
    mark_visit_changed(tx, visit)


def end_consent(tx: Transaction, visit: str, licence: str) -> None:
    """Mark a consent as withdrawn: the window of the visit may not hold the content any more."""
    tx.update(
        "consents",
        {"visit": visit, "licence": licence},
        given_at=None,
        how=WITHDRAWN,
        released_at=None,
        released_claims=encode_json_list(()),
        picture=False,
        list_number="",
    )
    tx.update("earlier_materials", {"visit": visit, "id": licence}, content=None)
