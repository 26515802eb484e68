"""Receipts of answered entries, and the decisions that a restored center takes over with them.

A restored center lacks what it decided since the backup. It takes a decision over from the entry's node only with its
own receipt: of the epoch before the restore, and of a position after the last one in the backup. Every other entry is
decided again; authorisation is checked in both cases.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.receipts import AnsweredEntry, Receipt, ReceiptKey
from clerk_app.ledger.remote_command import CommandKey, RemoteCommand
from db.engines import Row, Store, Transaction


class LostDecisions:
    """Makes the receipts of one center, and checks those that nodes send back after a restore."""

    def __init__(self, store: Store, key: ReceiptKey | None) -> None:
        """`key` is None at a center without a key: it gives no receipts and takes no decision over."""
        self._store = store
        self._key = key

    def make_receipts(self, batches: Sequence[Sequence[RemoteCommand]]) -> list[dict[int, Receipt]]:
        """Return the receipts of the answered commands of each batch, by number.

        The commands of a batch have consecutive numbers of one incarnation.
        """
        if self._key is None or not any(batches):
            return [{} for _batch in batches]
        with self._store.read() as tx:
            own = tx.get("nodes", here=True)
            return [self._make_batch(tx, own, batch) if own and batch else {} for batch in batches]

    def _make_batch(self, tx: Transaction, own: Row, batch: Sequence[RemoteCommand]) -> dict[int, Receipt]:
        assert self._key is not None
        chain, incarnation, first = batch[0].key
        last = batch[-1].key[2]
        rows = tx.query_all("ledger.answered_entries", node=chain, incarnation=incarnation, first=first, last=last)
        commands = {command.key[2]: command for command in batch}
        receipts: dict[int, Receipt] = {}
        for row in rows:
            command = commands.get(row["number"])
            if command is not None and row["actor"] == command.actor:
                answered = _answered_entry(own["id"], command, row["outcome"], row["decision"])
                receipts[row["number"]] = self._key.make_receipt(own["epoch"], answered, row)
        return receipts

    def keep_proven_decisions(
        self, commands: Sequence[RemoteCommand], final_kinds: frozenset[str]
    ) -> list[RemoteCommand]:
        """Drop each decision that is neither final nor proven by a receipt, so that the command is decided again.

        The final decisions of a node are its own (`final_kinds`), and need no receipt.
        """
        claimed = [command for command in commands if command.receipt is not None]
        restore = self._read_restore() if claimed and self._key is not None else None
        proven = {id(command) for command in claimed if restore is not None and self._is_proven(command, restore)}
        return [
            replace(
                command,
                decision=command.decision if id(command) in proven or command.sealed.kind in final_kinds else None,
                previously_refused=command.previously_refused and id(command) in proven,
                is_proven=id(command) in proven,
            )
            for command in commands
        ]

    def _read_restore(self) -> Row | None:
        """Return the own node if its store was restored, with its `previous_epoch` and `restored_after`; else None."""
        with self._store.read() as tx:
            own = tx.get("nodes", here=True)
        return own if own is not None and own["previous_epoch"] else None

    def _is_proven(self, command: RemoteCommand, restore: Row) -> bool:
        receipt = command.receipt
        if self._key is None or receipt is None:
            return False
        outcome = "refused" if command.previously_refused else "done"
        answered = _answered_entry(restore["id"], command, outcome, command.decision or b"")
        chain, incarnation, number = command.key
        is_call = chain.endswith(CALLS_SUFFIX)  # a call may be sent again with another number
        return (
            receipt.epoch == restore["previous_epoch"]
            and receipt.position > restore["restored_after"]
            and receipt.said_at == command.said_at
            and (receipt.number == number or (is_call and not self._is_known((chain, incarnation, receipt.number))))
            and self._key.is_valid(receipt, answered)
        )

    def _is_known(self, key: CommandKey) -> bool:
        chain, incarnation, number = key
        with self._store.read() as tx:
            return tx.query_one("ledger.entry_by_key", node=chain, incarnation=incarnation, number=number) is not None


def _answered_entry(center: str, command: RemoteCommand, outcome: str, decision: bytes) -> AnsweredEntry:
    chain, incarnation, _number = command.key
    return AnsweredEntry(center, chain, incarnation, command.actor, command.sealed.digest, outcome, decision)
