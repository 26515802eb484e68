"""Admission of a feed: the source, kinds of rows and types of licences that an organ's machine may write."""

from __future__ import annotations

from typing import ClassVar

from stdnum.cn import uscc

from clerk_app.catalogue.publication import load_newest
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role, machine_kinds
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.confirmations import require_second_person
from clerk_app.locales import format_list, mark
from clerk_app.registry.batches import MAX_SOURCE_LENGTH
from clerk_app.registry.rows import LICENCE, ROW_KINDS
from db.engines import Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()
GRANTED_KINDS = tuple(kind for kind in ROW_KINDS if kind != LICENCE)
"""Kinds of rows that are granted as a whole. Licences are granted by their type."""


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


def _decide(tx: Transaction, command: AdmitFeed, moment: Moment) -> FeedAdmitted:
    node = tx.get("nodes", id=command.node)
    if node is None or MachineKind.ISSUER not in machine_kinds(node["kind"]):
        raise Refused("no_node", "{node} is not a machine of the kind issuer.", node=command.node)
    if not 0 < len(command.source) <= MAX_SOURCE_LENGTH:
        raise Refused("source", "The source of these rows needs a name of at most {limit} characters.", limit=60)
    known = sorted({*GRANTED_KINDS, *(found.code for found in load_newest(tx).licence_types)})
    if not {*command.kinds} <= {*GRANTED_KINDS} or not {*command.licence_types} <= {*known} - {*GRANTED_KINDS}:
        raise Refused(
            "rows", "Rows of a feed are of these kinds and types of licence: {known}.", known=format_list(known)
        )
    codes = _list_issuers(command)
    if not all(map(uscc.is_valid, codes)):
        raise Refused("issuer", "This unified social credit code cannot exist: one character is wrong or missing.")
    if codes and command.any_issuer:
        raise Refused("issuer", "Name the issuers of the licences, or allow those of any issuer, not both.")
    if command.licence_types and not codes and not command.any_issuer:
        raise Refused("issuer", "Name the issuers whose licences this machine may write, or allow those of any issuer.")
    return FeedAdmitted(alone=require_second_person(tx, command, moment))


def _list_issuers(command: AdmitFeed) -> tuple[str, ...]:
    return command.issuer_codes or tuple(filter(None, (command.issuer_code,)))


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
    tx.upsert(
        "registry_feeds",
        ("node",),
        node=command.node,
        source=command.source,
        kinds=encode_json_list(command.kinds),
        licence_types=encode_json_list(command.licence_types),
        issuer_codes=encode_json_list(_list_issuers(command)),
        any_issuer=command.any_issuer,
        admitted_at=entry.decided_at,
    )
