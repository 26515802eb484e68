"""What an excluded machine still sends: all entries that the center lacks, which are kept apart there."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.errors import ClerkError, Refused
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.replication.messages import PushRequest
from clerk_app.sync.outbox import next_push_request
from clerk_app.sync.rebase import follow_epoch
from clerk_app.sync.transport import Transport
from db.engines import Store

_MAX_FORKS = 20  # incarnations that an excluded machine begins at one try


def push_remaining_if_shut(
    store: Store,
    rules: Rules,
    transport: Transport,
    push: PushRequest,
    error: ClerkError,
    recover_from_fork: Callable[[int], None],
) -> None:
    """Send the batches after `push` if the center has excluded this machine and keeps its entries apart.

    Where it has other entries under these numbers, a copy of this machine has sent them: all entries are sent again in
    the next incarnation. If it was restored, all entries are sent again, because it lacks some that it had answered.
    The batches are sent at each try, because the copy may have sent any number of entries.
    """
    sent, forks_left = len(push.entries), _MAX_FORKS
    while isinstance(error, Refused) and error.reason == "shut" and "kept" in error.facts:
        fork = str(error.facts.get("fork", 0))
        if follow_epoch(store, str(error.facts.get("epoch", "")), push.sent_at):
            sent = 0
        elif fork.isdecimal() and int(fork) and forks_left:
            recover_from_fork(int(fork))
            sent, forks_left = 0, forks_left - 1
        with store.read() as tx:
            rest = next_push_request(tx, rules, {"epoch": push.epoch, "sent_at": push.sent_at}, sent)
        if rest is None:
            return
        sent += len(rest.entries)
        try:
            transport.push(rest)
            return
        except Refused as refused:
            error = refused
