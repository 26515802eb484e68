"""The city's repository of e-licences: what is registered, revoked, and which dynamic codes were made."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Part, Reach, Rule
from db.engines import Transaction

CODE_SECONDS = 60  # how long a dynamic code lives (configuration; the field's usual value)


class LicenceKept(Decided, frozen=True, kw_only=True):
    """The repository knows it."""


class Statements(Part, frozen=True, kw_only=True):
    """What a licence says, by claim id."""

    claims: dict[str, str]


class RegisterLicence(Command[LicenceKept], frozen=True, kw_only=True):
    """An e-licence, its issuer and life, and who may show it (its holder, the family, somebody with a delegation)."""

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

    id: str
    reason: str


class ContentAdded(Decided, frozen=True, kw_only=True):
    """The file lies beside the store under its digest."""


class AddContent(Command[ContentAdded], frozen=True, kw_only=True):
    """A scan or picture; the file itself was written before."""

    digest: str
    media_type: str
    size: int


class CodeMade(Decided, frozen=True, kw_only=True):
    """When it ends."""

    expires_at: int


class MakeCode(Command[CodeMade], frozen=True, kw_only=True):
    """The citizen's phone shows a dynamic code; only its digest is kept. `seconds` it lives, as the city has it."""

    digest: str
    subject: str
    seconds: int = CODE_SECONDS


class CodeResolved(Decided, frozen=True, kw_only=True):
    """Whose code it is; `nonce` as it was asked."""

    subject: str
    nonce: str = ""


class ResolveCode(Command[CodeResolved], frozen=True, kw_only=True):
    """A window asks whose code this is, once, for one purpose: the one thing or case at hand, where there is one.

    `nonce` ties the answer to this question: the same code in another question is another question.
    """

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


def _apply_licence(tx: Transaction, entry: Entry[LicenceKept]) -> None:
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


def _apply_revoke(tx: Transaction, entry: Entry[LicenceKept]) -> None:
    tx.change("licences", {"id": entry.command.id}, state="revoked", updated_at=entry.at)


def _decide_content(_: Transaction, __: AddContent, ___: Moment) -> ContentAdded:
    return ContentAdded()


def _apply_content(tx: Transaction, entry: Entry[ContentAdded]) -> None:
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


def _apply_make(tx: Transaction, entry: Entry[CodeMade]) -> None:
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


def _apply_resolve(tx: Transaction, entry: Entry[CodeResolved]) -> None:
    command: ResolveCode = entry.command
    tx.change("dynamic_codes", {"digest": command.digest}, used_at=entry.at, used_by=command.visit)
    tx.touch(f"window/{command.window}", f"visit/{command.visit}")


REPOSITORY_RULES = (
    Rule(
        RegisterLicence,
        LicenceKept,
        permission="licence.register",
        decide=_decide_licence,
        apply=_apply_licence,
        stream=lambda command, _: f"licence/{command.id}",
    ),
    Rule(
        RevokeLicence,
        LicenceKept,
        permission="licence.revoke",
        decide=_decide_revoke,
        apply=_apply_revoke,
        stream=lambda command, _: f"licence/{command.id}",
    ),
    Rule(
        AddContent,
        ContentAdded,
        permission="content.add",
        decide=_decide_content,
        apply=_apply_content,
        stream=lambda command, _: f"content/{command.digest}",
    ),
    Rule(
        MakeCode,
        CodeMade,
        permission="code.make",
        decide=_decide_make,
        apply=_apply_make,
        stream=lambda command, _: f"code/{command.digest}",
    ),
    Rule(
        ResolveCode,
        CodeResolved,
        permission="licence.resolve",
        decide=_decide_resolve,
        apply=_apply_resolve,
        stream=lambda command, _: f"code/{command.digest}",
        reach=Reach.ASKED,
    ),
)
