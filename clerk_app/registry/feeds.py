"""Admission of a feed: the source, kinds of rows, types of licences and issuers that an organ's machine may write.

A machine is admitted by its invitation, or after it has joined; a later admission replaces the one before.
"""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec.structs import replace
from stdnum.cn import uscc

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role, machine_kinds
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.confirmations import require_second_person
from clerk_app.locales import format_list, mark
from clerk_app.registry.batches import MAX_SOURCE_LENGTH
from clerk_app.registry.rows import LICENCE, ROW_KINDS
from db.engines import Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()
GRANTED_KINDS = tuple(kind for kind in ROW_KINDS if kind != LICENCE)
"""Kinds of rows that are granted as a whole. Licences are granted by their type."""


class FeedTerms(MessagePart, frozen=True, kw_only=True):
    """What a machine may write: rows of these kinds, licences of these types and of these issuers or of any issuer."""

    source: str
    kinds: tuple[str, ...] = ()
    licence_types: tuple[str, ...] = ()
    issuer_codes: tuple[str, ...] = ()
    any_issuer: bool = False

    def to_columns(self) -> dict[str, Any]:
        """Return the values of the columns of `registry_feeds` and `invited_feeds`."""
        return {
            "source": self.source,
            "kinds": encode_json_list(self.kinds),
            "licence_types": encode_json_list(self.licence_types),
            "issuer_codes": encode_json_list(self.issuer_codes),
            "any_issuer": self.any_issuer,
        }


class FeedAdmitted(CommandDecision, frozen=True, kw_only=True):
    """The machine may write. `alone`: there was no second administrator to confirm it."""

    stored_name: ClassVar[str] = "FeedAdmitted"
    alone: bool = False


class AdmitFeed(Command[FeedAdmitted], frozen=True, kw_only=True):
    """Set what the machine of an issuing organ may write, in place of what it could before.

    Licences and status lists are those of the issuers with these credit codes, or of every issuer with `any_issuer`.
    """

    stored_name: ClassVar[str] = "AdmitFeed"
    node: str
    source: str
    kinds: tuple[str, ...] = ()
    licence_types: tuple[str, ...] = ()
    issuer_code: str = ""  # of entries of earlier versions: the only one of `issuer_codes`
    issuer_codes: tuple[str, ...] = ()
    any_issuer: bool = False

    @property
    def terms(self) -> FeedTerms:
        """What the machine may write."""
        return FeedTerms(
            source=self.source,
            kinds=self.kinds,
            licence_types=self.licence_types,
            issuer_codes=self.issuer_codes or tuple(filter(None, (self.issuer_code,))),
            any_issuer=self.any_issuer,
        )


class FeedInvited(CommandDecision, frozen=True, kw_only=True):
    """The machine is invited; its code expires at `expires_at`, microseconds UTC."""

    stored_name: ClassVar[str] = "FeedInvited"
    expires_at: int
    alone: bool = False  # whether there was no second administrator to confirm it


class InviteFeed(Command[FeedInvited], frozen=True, kw_only=True):
    """Invite the machine of an issuing organ, and admit it to a feed as soon as it has joined."""

    stored_name: ClassVar[str] = "InviteFeed"
    digest: str  # hex: the public key derived from the code
    name: str
    hall: str
    organs: tuple[str, ...]
    seconds: int  # validity of the code
    feed: FeedTerms


def require_feed_terms(tx: Transaction, terms: FeedTerms) -> None:
    """Raise Refused if a machine cannot be admitted to a feed with these terms."""
    if not 0 < len(terms.source) <= MAX_SOURCE_LENGTH:
        raise Refused("source", "The source of these rows needs a name of at most {limit} characters.", limit=60)
    known = sorted({*GRANTED_KINDS, *(found.code for found in load_frame(tx).licence_types)})
    if not {*terms.kinds} <= {*GRANTED_KINDS} or not {*terms.licence_types} <= {*known} - {*GRANTED_KINDS}:
        raise Refused(
            "rows", "Rows of a feed are of these kinds and types of licence: {known}.", known=format_list(known)
        )
    if not all(map(uscc.is_valid, terms.issuer_codes)):
        raise Refused("issuer", "This unified social credit code cannot exist: one character is wrong or missing.")
    if terms.issuer_codes and terms.any_issuer:
        raise Refused("issuer", "Name the issuers of the licences, or allow those of any issuer, not both.")
    if terms.licence_types and not terms.issuer_codes and not terms.any_issuer:
        raise Refused("issuer", "Name the issuers whose licences this machine may write, or allow those of any issuer.")


def _decide(tx: Transaction, command: AdmitFeed, moment: Moment) -> FeedAdmitted:
    node = tx.get("nodes", id=command.node)
    if node is None or MachineKind.ISSUER not in machine_kinds(node["kind"]):
        raise Refused("no_node", "{node} is not a machine of the kind issuer.", node=command.node)
    require_feed_terms(tx, command.terms)
    return FeedAdmitted(alone=require_second_person(tx, command, moment))


@RULES.register(
    AdmitFeed,
    FeedAdmitted,
    permission="registry.admit",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.CENTER, MachineKind.ADMIN),
    label=mark("Admission of a feed of the registry"),
    decide=_decide,
    stream=lambda command, _: f"node/{command.node}",
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[AdmitFeed, FeedAdmitted]) -> None:
    command = entry.command
    terms = command.terms.to_columns()
    tx.upsert("registry_feeds", ("node",), node=command.node, **terms, admitted_at=entry.decided_at)


def _decide_invite(tx: Transaction, command: InviteFeed, moment: Moment) -> FeedInvited:
    require_feed_terms(tx, command.feed)
    if not command.feed.kinds and not command.feed.licence_types:
        raise Refused("rows", "Name what the machine may write.")
    # the code is new each time, so that the second person confirms the rest
    alone = require_second_person(tx, command, moment, replace(command, digest=""))
    return FeedInvited(expires_at=moment.decided_at + command.seconds * 1_000_000, alone=alone)


@RULES.register(
    InviteFeed,
    FeedInvited,
    permission="registry.admit",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.CENTER, MachineKind.ADMIN),
    label=mark("Invitation of a machine to a feed of the registry"),
    decide=_decide_invite,
    stream=lambda command, _: f"invitation/{command.digest}",
    placement=Placement.REMOTE,
)
def _apply_invite(tx: Transaction, entry: Entry[InviteFeed, FeedInvited]) -> None:
    command = entry.command
    tx.insert(
        "invitations",
        digest=command.digest,
        name=command.name,
        kind=MachineKind.ISSUER.value,
        hall=command.hall,
        window_id="",
        organs=encode_json_list(command.organs),
        made_at=entry.decided_at,
        expires_at=entry.decision.expires_at,
        node="",
    )
    tx.insert("invited_feeds", invitation=command.digest, **command.feed.to_columns())
