"""The release of entries that an excluded machine sent: two administrators state until when they are trusted.

The entries are in the table `kept_entries`, not in the log. The program that performs this command performs or rejects
them afterwards (`clerk_app/center/kept_entries.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.confirmations import require_two_administrators
from clerk_app.locales import mark
from db.engines import Row, Transaction

TABLE = "kept_entries"
KEPT, APPLIED, REFUSED, REJECTED = "kept", "applied", "refused", "rejected"
PERSON, MACHINE, FORGED = "person", "machine", "forged"
"""Signers of a kept entry. Who has the disk of a machine can sign as the machine, not as a person."""

RULES = RuleSet()


class KeptReleased(CommandDecision, frozen=True, kw_only=True):
    """Number of entries made until the time of the command (`in_time`), and number of later entries."""

    stored_name: ClassVar[str] = "KeptReleased"
    in_time: int
    later: int


class ReleaseKept(Command[KeptReleased], frozen=True, kw_only=True):
    """Releases the kept entries that an excluded machine made until a time (microseconds UTC); rejects later ones.

    `digest` is that of the kept entries that the person saw (`compute_kept_digest`).
    """

    stored_name: ClassVar[str] = "ReleaseKept"
    node: str
    until: int
    digest: str


def list_kept(tx: Transaction, node: str) -> list[Row]:
    """Return the entries of a machine that are kept apart, in their order."""
    return tx.select(TABLE, order=("incarnation", "number"), node=node, state=KEPT)


def compute_kept_digest(rows: Sequence[Row]) -> str:
    """Return the SHA-256 of the kept entries of persons, in hex. A thief who sends others cannot delay a release."""
    return sha256(b"".join(sha256(row["entry"]).digest() for row in rows if row["signer"] == PERSON)).hexdigest()


def find_in_time(rows: Sequence[Row], until: int) -> list[bool]:
    """Return for each row whether it counts as made until `until`.

    An entry after a later one of a person counts as later: the clock of the machine may have been set back. Entries
    that the machine signed say nothing about those of persons.
    """
    found, is_late = [], False
    for row in rows:
        is_in_time = not is_late and row["corrected_at"] <= until
        found.append(is_in_time)
        is_late = is_late or (row["signer"] == PERSON and not is_in_time)
    return found


def _decide(tx: Transaction, command: ReleaseKept, moment: Moment) -> KeptReleased:
    rows = list_kept(tx, command.node)
    if not rows:
        raise Refused("nothing_kept", "No entries of {node} are kept apart.", node=command.node)
    if compute_kept_digest(rows) != command.digest:
        raise Refused("changed", "The machine has sent more entries meanwhile. Look at them first.")
    require_two_administrators(tx, command, moment)
    in_time = sum(find_in_time(rows, command.until))
    return KeptReleased(in_time=in_time, later=len(rows) - in_time)


@RULES.register(
    ReleaseKept,
    KeptReleased,
    permission="node.release",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.CENTER,),
    label=mark("Release of the entries of an excluded machine"),
    decide=_decide,
    stream=lambda command, _: f"node/{command.node}",
    placement=Placement.REMOTE,
    survives_restore=False,
)
def _apply(tx: Transaction, entry: Entry[ReleaseKept, KeptReleased]) -> None:
    """Write nothing: the entries are performed or rejected after this command."""
    del tx, entry
