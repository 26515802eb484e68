"""The city's repository of e-licences: what is registered, revoked, and which dynamic codes were made."""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Part, Reach, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

CODE_SECONDS = 60  # how long a dynamic code lives (configuration; the field's usual value)


RULES = RuleSet()


class LicenceKept(Decided, frozen=True, kw_only=True):
    """The repository knows it."""

    stored_name: ClassVar[str] = "LicenceKept"


class Statements(Part, frozen=True, kw_only=True):
    """What a licence says, by claim id."""

    claims: dict[str, str]


class RegisterLicence(Command[LicenceKept], frozen=True, kw_only=True):
    """An e-licence, its issuer and life, and who may show it (its holder, the family, somebody with a delegation)."""

    stored_name: ClassVar[str] = "RegisterLicence"
    id: str
    licence_type: str
    identifier: str  # GB/T 36904
    holder: str
    issuer: str
    issuer_code: str
    valid_from: str
    valid_to: str = ""
    status_index: int
    users: tuple[str, ...] = ()
    content: str = ""
    personal: Statements | None = None


class RevokeLicence(Command[LicenceKept], frozen=True, kw_only=True):
    """The issuer takes it back."""

    stored_name: ClassVar[str] = "RevokeLicence"
    id: str
    reason: str


class ContentAdded(Decided, frozen=True, kw_only=True):
    """The file lies beside the store under its digest."""

    stored_name: ClassVar[str] = "ContentAdded"


class AddContent(Command[ContentAdded], frozen=True, kw_only=True):
    """A scan or picture; the file itself was written before."""

    stored_name: ClassVar[str] = "AddContent"
    digest: str
    media_type: str
    size: int


class CodeMade(Decided, frozen=True, kw_only=True):
    """When it ends."""

    stored_name: ClassVar[str] = "CodeMade"
    expires_at: int


class MakeCode(Command[CodeMade], frozen=True, kw_only=True):
    """The citizen's phone shows a dynamic code; only its digest is kept. `seconds` it lives, as the city has it."""

    stored_name: ClassVar[str] = "MakeCode"
    digest: str
    subject: str
    seconds: int = CODE_SECONDS


class CodeResolved(Decided, frozen=True, kw_only=True):
    """Whose code it is; `nonce` as it was asked."""

    stored_name: ClassVar[str] = "CodeResolved"
    subject: str
    nonce: str = ""


class ResolveCode(Command[CodeResolved], frozen=True, kw_only=True):
    """A window asks whose code this is, once, for one purpose: the one thing or case at hand, where there is one.

    `nonce` ties the answer to this question: the same code in another question is another question.
    """

    stored_name: ClassVar[str] = "ResolveCode"
    digest: str
    visit: str
    window: str
    purpose: str
    one_thing: str = ""
    case: str = ""
    nonce: str = ""


def code_digest(token: str) -> str:
    """What is kept of a dynamic code."""
    return sha256(token.encode()).hexdigest()


def _decide_licence(tx: Transaction, command: RegisterLicence, _: Moment) -> LicenceKept:
    known = tx.row("licences", id=command.id)
    if known is not None and known["state"] == "revoked":
        raise Refused("revoked", "Licence {id} was revoked and does not come back; issue a new one.", id=command.id)
    return LicenceKept()


@RULES.register(
    RegisterLicence,
    LicenceKept,
    permission="licence.register",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ISSUER,),
    label=mark("Registration of a licence"),
    decide=_decide_licence,
    stream=lambda command, _: f"licence/{command.id}",
)
def _apply_licence(tx: Transaction, entry: Entry[RegisterLicence, LicenceKept]) -> None:
    command: RegisterLicence = entry.command
    tx.put(
        "licences",
        ("id",),
        id=command.id,
        kind=command.licence_type,
        identifier=command.identifier,
        holder=command.holder,
        issuer=command.issuer,
        issuer_code=command.issuer_code,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        state="valid",
        status_index=command.status_index,
        claims=msgspec.json.encode(command.personal.claims) if command.personal else None,
        content=command.content or None,
        updated_at=entry.at,
    )
    tx.remove("licence_users", licence=command.id)
    for person in {command.holder, *command.users}:
        tx.put("licence_users", ("person", "licence"), person=person, licence=command.id)


def _decide_revoke(tx: Transaction, command: RevokeLicence, _: Moment) -> LicenceKept:
    if tx.row("licences", id=command.id) is None:
        raise Refused("no_licence", "The repository has no licence {id}.", id=command.id)
    return LicenceKept()


@RULES.register(
    RevokeLicence,
    LicenceKept,
    permission="licence.revoke",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ISSUER,),
    label=mark("Revocation of a licence"),
    decide=_decide_revoke,
    stream=lambda command, _: f"licence/{command.id}",
)
def _apply_revoke(tx: Transaction, entry: Entry[RevokeLicence, LicenceKept]) -> None:
    tx.change("licences", {"id": entry.command.id}, state="revoked", updated_at=entry.at)


def _decide_content(_: Transaction, __: AddContent, ___: Moment) -> ContentAdded:
    return ContentAdded()


@RULES.register(
    AddContent,
    ContentAdded,
    permission="content.add",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ISSUER,),
    label=mark("Storage of an attachment"),
    decide=_decide_content,
    stream=lambda command, _: f"content/{command.digest}",
)
def _apply_content(tx: Transaction, entry: Entry[AddContent, ContentAdded]) -> None:
    command: AddContent = entry.command
    tx.put(
        "contents",
        ("digest",),
        digest=command.digest,
        media_type=command.media_type,
        size=command.size,
        added_at=entry.at,
    )


def _decide_make(_: Transaction, command: MakeCode, moment: Moment) -> CodeMade:
    return CodeMade(expires_at=moment.decided_at + command.seconds * 1_000_000)


@RULES.register(
    MakeCode,
    CodeMade,
    permission="code.make",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ISSUER,),
    label=mark("Creation of a dynamic code"),
    decide=_decide_make,
    stream=lambda command, _: f"code/{command.digest}",
)
def _apply_make(tx: Transaction, entry: Entry[MakeCode, CodeMade]) -> None:
    tx.insert(
        "dynamic_codes",
        digest=entry.command.digest,
        person=entry.command.subject,
        made_at=entry.at,
        expires_at=entry.decision.expires_at,
        used_by="",
    )


def _decide_resolve(tx: Transaction, command: ResolveCode, moment: Moment) -> CodeResolved:
    row = tx.locked("dynamic_codes", digest=command.digest)
    if row is None:
        raise Refused("unknown_code", "The center does not know this code. Ask the citizen to show a fresh one.")
    if row["used_at"] is not None:
        raise Refused("used_code", "This code was used before. Ask the citizen to show a fresh one.")
    if row["expires_at"] < moment.decided_at:
        raise Refused("old_code", "This code is too old. Ask the citizen to refresh it.")
    return CodeResolved(subject=row["person"], nonce=command.nonce)


@RULES.register(
    ResolveCode,
    CodeResolved,
    permission="licence.resolve",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Resolution of a dynamic code"),
    decide=_decide_resolve,
    stream=lambda command, _: f"code/{command.digest}",
    documents=("visit",),
    reach=Reach.ASKED,
)
def _apply_resolve(tx: Transaction, entry: Entry[ResolveCode, CodeResolved]) -> None:
    command: ResolveCode = entry.command
    tx.change("dynamic_codes", {"digest": command.digest}, used_at=entry.at, used_by=command.visit)
    tx.touch(f"window/{command.window}", f"visit/{command.visit}")
