"""Publication of a trust list: an entry of the center's log that needs two administrators; then the list is signed."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.confirmations import require_second_person
from clerk_app.locales import mark
from db.engines import Transaction

ROOT = "root"
"""Value of `PublishTrustList.issuer` for the root key of the authority."""

RULES = RuleSet()


class TrustListPublished(CommandDecision, frozen=True, kw_only=True):
    """The list may be signed. `alone`: one person published it, because there is no second administrator."""

    stored_name: ClassVar[str] = "TrustListPublished"
    alone: bool = False


class PublishTrustList(Command[TrustListPublished], frozen=True, kw_only=True):
    """Publish a trust list in place of version `replaces` (0: the first one).

    With an `issuer`, it gets a new key, and `keep_seconds` is for how long the old key is trusted at least; 0 if it was
    stolen and is trusted no more. `issuer` is ROOT for a new root key, and empty for the issuers of a draft. `content`
    is the draft as text, or the new key if it was made elsewhere. Because the replaced version is named, a
    confirmation cannot be used for a second publication.
    """

    stored_name: ClassVar[str] = "PublishTrustList"
    issuer: str
    replaces: int
    keep_seconds: int
    content: str = ""


def _decide(tx: Transaction, command: PublishTrustList, moment: Moment) -> TrustListPublished:
    return TrustListPublished(alone=require_second_person(tx, command, moment))


@RULES.register(
    PublishTrustList,
    TrustListPublished,
    permission="trust.publish",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.CENTER,),
    label=mark("Publication of a trust list"),
    decide=_decide,
    stream=lambda command, _: f"trust/{command.issuer}",
)
def _apply(_: Transaction, __: Entry[PublishTrustList, TrustListPublished]) -> None:
    """Change no row: the list is a signed file, and the entry records who published it."""
