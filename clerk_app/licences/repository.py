"""Commands of the city's repository: licences, their attachments, and dynamic codes."""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.licences.identity_proof import SHOWN, record_proof
from clerk_app.licences.recognised_code import DEFAULT_CODE_LIFETIME
from clerk_app.licences.shared_materials import get_running_visit
from clerk_app.locales import mark
from db.engines import Transaction

DEFAULT_CODE_SECONDS = int(DEFAULT_CODE_LIFETIME.total_seconds())

RULES = RuleSet()


class LicenceRecorded(CommandDecision, frozen=True, kw_only=True):
    """The licence was registered or revoked."""

    stored_name: ClassVar[str] = "LicenceKept"


class LicenceStatements(MessagePart, frozen=True, kw_only=True):
    """The statements of a licence by claim id (personal data)."""

    claims: dict[str, str]


class RegisterLicence(Command[LicenceRecorded], frozen=True, kw_only=True):
    """Register an e-licence. `users` are other persons who may show it: family, or persons with a delegation."""

    stored_name: ClassVar[str] = "RegisterLicence"
    id: str
    licence_type: str
    identifier: str  # licence number by GB/T 36904
    holder: str
    issuer: str
    issuer_code: str
    valid_from: str
    valid_to: str = ""
    status_index: int
    users: tuple[str, ...] = ()
    content: str = ""
    personal: LicenceStatements | None = None


class RevokeLicence(Command[LicenceRecorded], frozen=True, kw_only=True):
    """Revoke a licence on behalf of its issuer."""

    stored_name: ClassVar[str] = "RevokeLicence"
    id: str
    reason: str


class AttachmentAdded(CommandDecision, frozen=True, kw_only=True):
    """The attachment is stored as a file named by its digest."""

    stored_name: ClassVar[str] = "ContentAdded"


class AddAttachment(Command[AttachmentAdded], frozen=True, kw_only=True):
    """Record an attachment (scan or picture) whose file has already been written."""

    stored_name: ClassVar[str] = "AddContent"
    digest: str
    media_type: str
    size: int


class DynamicCodeCreated(CommandDecision, frozen=True, kw_only=True):
    """The code was created. `expires_at` is in microseconds UTC."""

    stored_name: ClassVar[str] = "CodeMade"
    expires_at: int


class CreateDynamicCode(Command[DynamicCodeCreated], frozen=True, kw_only=True):
    """Create a dynamic code for a citizen's phone, valid for `seconds`. Only its digest is stored."""

    stored_name: ClassVar[str] = "MakeCode"
    digest: str
    subject: str
    seconds: int = DEFAULT_CODE_SECONDS


class DynamicCodeResolved(CommandDecision, frozen=True, kw_only=True):
    """The id of the person or organisation of a dynamic code, and the nonce of the request."""

    stored_name: ClassVar[str] = "CodeResolved"
    subject: str
    nonce: str = ""


class ResolveDynamicCode(Command[DynamicCodeResolved], frozen=True, kw_only=True):
    """Resolve a dynamic code to its person or organisation. A code can be resolved once, for one purpose.

    `one_thing` and `case` name the current one thing or case, if there is one. `nonce` is returned in the decision, so
    that a response is matched with its request.
    """

    stored_name: ClassVar[str] = "ResolveCode"
    digest: str
    visit: str
    window: str
    purpose: str
    one_thing: str = ""
    case: str = ""
    nonce: str = ""


def digest_dynamic_code(token: str) -> str:
    """Return the SHA-256 of a dynamic code, which is stored instead of the code."""
    return sha256(token.encode()).hexdigest()


def _decide_register(tx: Transaction, command: RegisterLicence, _: Moment) -> LicenceRecorded:
    row = tx.get("licences", id=command.id)
    if row is not None and row["state"] == "revoked":
        raise Refused(
            "revoked", "Licence {id} was revoked and cannot be registered again; issue a new one.", id=command.id
        )
    return LicenceRecorded()


@RULES.register(
    RegisterLicence,
    LicenceRecorded,
    permission="licence.register",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ISSUER,),
    label=mark("Registration of a licence"),
    decide=_decide_register,
    stream=lambda command, _: f"licence/{command.id}",
)
def _apply_register(tx: Transaction, entry: Entry[RegisterLicence, LicenceRecorded]) -> None:
    command: RegisterLicence = entry.command
    tx.upsert(
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
        updated_at=entry.decided_at,
    )
    given = tx.get("issuer_status_indexes", issuer_code=command.issuer_code)
    if given is not None and given["last"] < command.status_index:  # an import counts on from there
        tx.update("issuer_status_indexes", {"issuer_code": command.issuer_code}, last=command.status_index)
    tx.delete("licence_users", licence=command.id)
    for person in {command.holder, *command.users}:
        tx.upsert("licence_users", ("person", "licence"), person=person, licence=command.id)


def _decide_revoke(tx: Transaction, command: RevokeLicence, _: Moment) -> LicenceRecorded:
    if tx.get("licences", id=command.id) is None:
        raise Refused("no_licence", "The repository has no licence {id}.", id=command.id)
    return LicenceRecorded()


@RULES.register(
    RevokeLicence,
    LicenceRecorded,
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
def _apply_revoke(tx: Transaction, entry: Entry[RevokeLicence, LicenceRecorded]) -> None:
    tx.update("licences", {"id": entry.command.id}, state="revoked", updated_at=entry.decided_at)


def _decide_add_attachment(_: Transaction, __: AddAttachment, ___: Moment) -> AttachmentAdded:
    return AttachmentAdded()


@RULES.register(
    AddAttachment,
    AttachmentAdded,
    permission="content.add",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ISSUER,),
    label=mark("Storage of an attachment"),
    decide=_decide_add_attachment,
    stream=lambda command, _: f"content/{command.digest}",
)
def _apply_add_attachment(tx: Transaction, entry: Entry[AddAttachment, AttachmentAdded]) -> None:
    command: AddAttachment = entry.command
    tx.upsert(
        "contents",
        ("digest",),
        digest=command.digest,
        media_type=command.media_type,
        size=command.size,
        added_at=entry.decided_at,
    )


def _decide_create_code(_: Transaction, command: CreateDynamicCode, moment: Moment) -> DynamicCodeCreated:
    return DynamicCodeCreated(expires_at=moment.decided_at + command.seconds * 1_000_000)


@RULES.register(
    CreateDynamicCode,
    DynamicCodeCreated,
    permission="code.make",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ISSUER,),
    label=mark("Creation of a dynamic code"),
    decide=_decide_create_code,
    stream=lambda command, _: f"code/{command.digest}",
)
def _apply_create_code(tx: Transaction, entry: Entry[CreateDynamicCode, DynamicCodeCreated]) -> None:
    tx.insert(
        "dynamic_codes",
        digest=entry.command.digest,
        person=entry.command.subject,
        made_at=entry.decided_at,
        expires_at=entry.decision.expires_at,
        used_by="",
    )


def _decide_resolve_code(tx: Transaction, command: ResolveDynamicCode, moment: Moment) -> DynamicCodeResolved:
    get_running_visit(tx, command.visit, moment)  # a proof of identity belongs to the visit of who asks
    row = tx.get_for_update("dynamic_codes", digest=command.digest)
    if row is None:
        raise Refused("unknown_code", "The center does not know this code. Ask the citizen to show a fresh one.")
    if row["used_at"] is not None:
        raise Refused("used_code", "This code was used before. Ask the citizen to show a fresh one.")
    if row["expires_at"] < moment.decided_at:
        raise Refused("old_code", "This code is too old. Ask the citizen to refresh it.")
    return DynamicCodeResolved(subject=row["person"], nonce=command.nonce)


@RULES.register(
    ResolveDynamicCode,
    DynamicCodeResolved,
    permission="licence.resolve",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Resolution of a dynamic code"),
    decide=_decide_resolve_code,
    stream=lambda command, _: f"code/{command.digest}",
    documents=("visit",),
    placement=Placement.REMOTE,
)
def _apply_resolve_code(tx: Transaction, entry: Entry[ResolveDynamicCode, DynamicCodeResolved]) -> None:
    command: ResolveDynamicCode = entry.command
    tx.update("dynamic_codes", {"digest": command.digest}, used_at=entry.decided_at, used_by=command.visit)
    record_proof(tx, command.visit, entry.decision.subject, SHOWN, command.digest, entry.decided_at)
    tx.mark_changed(f"window/{command.window}", f"visit/{command.visit}")
