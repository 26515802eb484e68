"""Co-signatures of the draft on the screen: those that are missing, printed sheets, and what was changed since."""

from __future__ import annotations

from clerk_app.cases.co_signatures import PartySignature, list_unsigned_roles, require_co_signatures
from clerk_app.cases.signed_form import build_signed_form
from clerk_app.errors import Refused
from clerk_app.locales import _
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.promise_state import find_signature
from clerk_app.roles.formatting import localize
from clerk_app.roles.signature_words import describe_signing, name_signed_keys
from clerk_app.views.shared import Option


def build_form(draft: DraftState, role: str) -> dict[str, str]:
    """Return what a further party of a draft signs."""
    details = draft.case_details()
    return build_signed_form(draft.plan, details.values, details.parties, role)


def list_unsigned(draft: DraftState) -> tuple[Option, ...]:
    """Return the roles whose co-signature the draft lacks, with their names, and what was changed after one."""
    return tuple(
        Option(role, _name_signer(draft, role), _describe_change(draft, draft.co_signatures.get(role)))
        for role in list_unsigned_roles(draft.plan, draft.co_signatures)
    )


def describe_unsigned(option: Option) -> str:
    """Return what is to be done about one of `list_unsigned`."""
    if option.hint:
        return _("Co-signature again: {role}. {changed}").format(role=option.name, changed=option.hint)
    return _("Co-signature: {role}").format(role=option.name)


def list_sheets(draft: DraftState) -> tuple[Option, ...]:
    """Return the roles for whom a sheet with the form as it is now was printed and is not signed, with its number.

    The sheet with the promises of the applicant has a role of its own.
    """
    promise = find_signature(draft)
    is_printed = promise is not None and promise.is_printed
    own = (Option(promise.role, draft.applicant.name, promise.sheet),) if promise is not None and is_printed else ()
    return own + tuple(
        Option(role, _name_signer(draft, role), signature.sheet)
        for role in list_unsigned_roles(draft.plan, draft.co_signatures)
        if (signature := draft.co_signatures.get(role)) is not None and signature.is_printed
    )


def describe_signature(draft: DraftState, role: str) -> str:
    """Return how and when a party of the draft co-signed it; empty if they did not, or something else is needed."""
    found = draft.co_signatures.get(role)
    if found is None or not found.counts:
        return ""
    zone = draft.catalogue.time_zone
    signing = describe_signing(found.how, found.sheet, found.signed_at, zone)
    return _("co-signed {how}").format(how=signing)


def require_signatures(draft: DraftState) -> None:
    """Raise Refused for a missing co-signature; the sentence names what was changed after one."""
    for option in list_unsigned(draft):
        if option.hint:
            raise Refused("co_signature", "Not accepted yet. {first}", first=describe_unsigned(option))
    require_co_signatures(draft.plan, draft.co_signatures)


def _name_signer(draft: DraftState, role: str) -> str:
    names = {known.id: localize(known.name) for known in draft.plan.one_thing.parties}
    return f"{names[role]} {draft.parties[role].name}".strip()


def _describe_change(draft: DraftState, signature: PartySignature | None) -> str:
    """Return what was changed after a signature, or after the print of a sheet; empty without a change."""
    if signature is None or not signature.changed:
        return ""
    names = name_signed_keys(draft.catalogue, draft.plan.one_thing.id, signature.changed)
    if signature.how:
        return _("Changed after the signature: {names}.").format(names=names)
    return _("Changed after sheet {number} was printed: {names}.").format(number=signature.sheet, names=names)
