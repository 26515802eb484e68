"""Promises of the draft on the screen: what is promised, what may be promised, and the sheet to be signed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from clerk_app.cases.promises.acceptance import list_promised_papers
from clerk_app.cases.promises.offers import (
    GAP,
    MATERIAL,
    MATTER,
    GivenPromise,
    PromiseOffer,
    find_bar,
    list_offers,
    split_promised,
)
from clerk_app.cases.promises.signed_promise import build_promise_form, find_promise_signature, sign_promises
from clerk_app.catalogue.plan import NO_COMMITMENT
from clerk_app.errors import Refused
from clerk_app.locales import _, format_list, plural_form
from clerk_app.roles.formatting import localize
from clerk_app.views.promises import PromiseRow, PromiseView

if TYPE_CHECKING:
    from clerk_app.cases.co_signatures import PartySignature
    from clerk_app.roles.counter.draft_state import DraftState


def list_promises(draft: DraftState) -> tuple[tuple[str, str], ...]:
    """Return the promises of a draft by kind and subject: commitments that its variants ask for, and those chosen."""
    by_commitment = [(MATTER, planned.id) for planned in draft.plan.active_matters if planned.by_commitment]
    needed = {need.material.id for need in draft.plan.materials}
    given = {given.material for given in draft.given_materials} - set(_list_promised(draft))
    chosen = [pair for pair in split_promised(draft.content.promised) if pair[1] in needed and pair[1] not in given]
    papers = [(MATERIAL, name) for name in _list_papers(draft)]
    return (*by_commitment, *chosen, *papers)


def _list_promised(draft: DraftState) -> tuple[str, ...]:
    """Return the materials for which a commitment on the sheet was chosen."""
    return tuple(name for kind, name in split_promised(draft.content.promised) if kind == MATERIAL)


def _list_papers(draft: DraftState) -> tuple[str, ...]:
    """Return the materials whose signed commitment was handed in itself."""
    chosen = set(_list_promised(draft))
    return tuple(name for name in list_promised_papers(draft.catalogue, draft.given_materials) if name not in chosen)


def build_draft_form(draft: DraftState) -> dict[str, str]:
    """Return what the applicant signs; empty if nothing is promised on a sheet."""
    pairs = _list_on_sheet(draft)
    if not pairs:
        return {}
    details = draft.case_details()
    return build_promise_form(draft.catalogue, draft.plan, details.values, details.parties, pairs)


def _list_on_sheet(draft: DraftState) -> list[tuple[str, str]]:
    papers = {(MATERIAL, name) for name in _list_papers(draft)}
    return [pair for pair in list_promises(draft) if pair not in papers]


def find_signature(draft: DraftState) -> PartySignature | None:
    """Return the sheet that was printed or signed in this visit, compared with the draft; None without one."""
    return find_promise_signature(draft.signature_rows, build_draft_form(draft))


def needs_signature(draft: DraftState) -> bool:
    """Return whether something is promised and the sheet for it is not signed."""
    signature = find_signature(draft)
    return bool(_list_on_sheet(draft)) and (signature is None or not signature.counts)


def build_given_promises(draft: DraftState) -> tuple[GivenPromise, ...]:
    """Return the promises as an acceptance states them. Raises Refused if they are not signed, or not allowed."""
    if needs_signature(draft):
        raise Refused("unsigned_promise", "Not accepted yet. {first}", first=describe_unsigned(draft))
    promises = list_promises(draft)
    if promises and draft.promise_bar is not None:
        raise draft.promise_bar
    return sign_promises(promises, find_signature(draft), _list_papers(draft))


def describe_unsigned(draft: DraftState) -> str:
    """Return what is to be signed, in the current language."""
    if draft.promise_bar is not None:
        return str(draft.promise_bar)
    unsigned = _list_on_sheet(draft)
    names = format_list(_name(draft, kind, subject) for kind, subject in unsigned)
    key = "F8 67" if all(kind == GAP for kind, _subject in unsigned) else "F8 66"
    return _("Signature under the promise ({key}): {names}").format(key=key, names=names)


def _name(draft: DraftState, kind: str, subject: str) -> str:
    known = draft.catalogue.matter(subject) if kind == MATTER else draft.catalogue.material(subject)
    return localize(known.name)


def build_promise_view(draft: DraftState) -> PromiseView | None:
    """Build the view of promises; None where nothing is or may be promised."""
    made = set(list_promises(draft))
    held = {name for name, match in draft.matches.items() if match.state == "held"}
    given = {given.material for given in draft.given_materials} - set(_list_promised(draft))
    rows = tuple(
        PromiseRow(
            id=f"{offer.kind}:{offer.subject}",
            kind=offer.kind,
            name=localize(offer.name),
            term=_describe_term(offer),
            is_made=(offer.kind, offer.subject) in made,
        )
        for offer in list_offers(draft.catalogue, draft.plan, given | held)
    )
    is_declined = bool(draft.content.values.get(NO_COMMITMENT))
    reviewed = _find_reviewed(draft, given | held)
    if not rows and not is_declined and not reviewed:
        return None
    signature = find_signature(draft)
    is_printed = signature is not None and signature.is_printed
    return PromiseView(
        rows=rows,
        sheet=signature.sheet if signature is not None and (is_printed or signature.counts) else "",
        is_signed=signature is not None and signature.counts,
        needs_signature=needs_signature(draft),
        excluded=str(draft.promise_bar) if draft.promise_bar is not None else "",
        is_declined=is_declined,
        reviewed=reviewed,
    )


def _describe_term(offer: PromiseOffer) -> str:
    """Return when a missing paper is brought, or when a commitment is checked."""
    if offer.kind == GAP:
        words = plural_form(offer.days, _("within {count} working day"), _("within {count} working days"))
    else:
        words = plural_form(
            offer.days, _("checked within {count} working day"), _("checked within {count} working days")
        )
    return words.format(count=offer.days)


def _find_reviewed(draft: DraftState, given: Collection[str]) -> str:
    """Return why a missing material that a commitment usually replaces is needed here; empty without one."""
    for need in draft.plan.materials:
        if need.material.promise_allowed and need.material.id not in given:
            bar = find_bar(draft.catalogue, draft.plan, MATERIAL, need.material.id)
            if bar is not None and bar.reason == "excluded":
                return str(bar)
    return ""
