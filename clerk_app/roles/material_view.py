"""View of the content of a material: facts and picture."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.overruled_photos import decode_flaws
from clerk_app.cases.result_materials import PRODUCED, decode_content
from clerk_app.composition.office import Office
from clerk_app.errors import ClerkError, Refused
from clerk_app.locales import _
from clerk_app.people.earlier_materials import parse_earlier_id
from clerk_app.roles.case_answers import format_answer
from clerk_app.roles.formatting import localize
from clerk_app.roles.material_origin import name_issuer
from clerk_app.roles.papers.originals import make_opener
from clerk_app.roles.papers.photo_check import advise_on_material, is_photo_type, list_photo_facts
from clerk_app.roles.papers.viewing import make_terms, open_stored_pages
from clerk_app.roles.picture_client import PICTURE_CLIENT
from clerk_app.views.case import MaterialView
from clerk_app.views.shared import LabelledValue, Picture
from db.engines import Row, Transaction
from db.errors import StoreError, StoreUnreadable
from scanners import ScanError

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_MAX_SIDE = 400  # pixels; a terminal of 200 x 60 cells shows 400 x 120
_PORTRAIT_SIDE = 1200  # pixels; a face is a small part of the picture of a licence


def read_material_view(
    office: Office,
    staff: Row,
    *,
    licence: Row | None = None,
    catalogue: Catalogue | None = None,
    purpose: str = "",
    case: str = "",
    material: str = "",
) -> MaterialView:
    """Read the view of a licence, or of a material of a case. The caller must record the access before the call.

    `staff` is the person who opens it, `purpose` the name of a one thing; without it, that of the case.

    The names are those of `catalogue`, the version of a draft, or of the version of the case.
    """
    if licence is not None:
        catalogue = catalogue or office.catalogue_frame()
        row, kind = licence, licence["kind"]
        if licence.get("material"):
            earlier = catalogue.material(licence["material"])
            name, photo_type = localize(earlier.name), earlier.licence_type or ""
        else:
            name, photo_type = localize(catalogue.licence_type(kind).name), kind
    else:
        with office.store.read() as tx:
            record = read_case(tx, case)
            row = _find_material(record, material)
            if row["how"] == PRODUCED:
                return _build_result_view(office, tx, record, row)
        catalogue, definition = record.catalogue, record.catalogue.material(material)
        kind, name = definition.licence_type or "", localize(definition.name)
        photo_type = kind
        purpose = purpose or localize(record.plan.one_thing.name)
    claims = _list_claims(catalogue, kind, row)
    terms = make_terms(office, purpose, staff["number"])
    opener = make_opener(office, staff["id"], case, material) if case else None
    facts = [
        *claims,
        LabelledValue(_("Issuer"), name_issuer(catalogue, row)),
        LabelledValue(_("Earlier case"), _find_case(row)),
        LabelledValue(_("Valid to"), row["valid_to"] or _("no end")),
    ]
    if row.get("photo_findings"):
        facts += list_photo_facts(decode_flaws(row["photo_findings"]), row["photo_code"], row["photo_reason"])
    is_paper = bool(row["content"]) and not claims
    checks = bool(row["content"]) and is_photo_type(photo_type) and not row.get("photo_findings")
    return MaterialView(
        name=name,
        facts=tuple(fact for fact in facts if fact.value),
        picture=load_picture(office, row["content"], wait=True) if row["content"] and not is_paper else None,
        watermark=terms.watermark,
        pages=open_stored_pages(office, row["content"], terms, opener, photo_type if checks and is_paper else "")
        if row["content"]
        else None,
        is_paper=is_paper,
        find_advice=partial(_check_held_photo, office, kind, row["content"]) if checks and not is_paper else None,
    )


def _check_held_photo(office: Office, licence_type: str, digest: str) -> tuple[str, ...]:
    """Return what a photo lacks that the city holds, as advice; empty if its file is not here."""
    try:
        return advise_on_material(licence_type, _read_attachment(office, digest, wait=True))
    except StoreError:
        return ()


def load_picture(office: Office, digest: str, *, wait: bool = False) -> Picture | None:
    """Load a picture and scale it down for a terminal; None if it is missing, damaged or not a picture.

    A window that lacks the picture fetches it from the center: during the call if `wait`, otherwise in the background
    for a later call.
    """
    return _load(office, digest, _MAX_SIDE, wait=wait)


def load_portrait(office: Office, digest: str) -> Picture | None:
    """Load a picture with a face, in the pixels that its crop needs; None like `load_picture`."""
    return _load(office, digest, _PORTRAIT_SIDE, wait=False)


def _load(office: Office, digest: str, side: int, *, wait: bool) -> Picture | None:
    try:
        return _decode_picture(_read_attachment(office, digest, wait=wait), side)
    except (StoreError, ScanError, OSError):
        return None


@lru_cache(maxsize=2)
def _decode_picture(content: bytes, side: int) -> Picture | None:
    """Return a picture scaled down, None if it cannot be read. A screen shows the same one again every few seconds."""
    decoded = PICTURE_CLIENT.decode(content, side)
    return Picture(*decoded) if decoded is not None else None


def _read_attachment(office: Office, digest: str, *, wait: bool) -> bytes:
    try:
        return office.attachments.read(digest)
    except StoreError:
        if office.connection is None:
            raise
        if not wait:
            office.connection.prefetch(digest)
            raise
    try:
        return office.connection.fetch(digest)
    except ClerkError as error:
        raise StoreUnreadable("The picture is not kept here.") from error


def _find_material(case: CaseRecord, material: str) -> Row:
    held = [row for row in case.materials if row["material"] == material]
    if not held:
        raise Refused("nothing", "There is nothing to show: it has not come in yet.")
    return held[-1]


def _find_case(row: Row) -> str:
    """Return the number of the earlier case of a material that is used again; empty for another."""
    if row.get("given_how"):
        return str(row["case_number"])
    origin = parse_earlier_id(row.get("origin") or "")
    return origin[0] if origin is not None else ""


def _build_result_view(office: Office, tx: Transaction, case: CaseRecord, row: Row) -> MaterialView:
    """Build the view of a result that is a material of its case, with the page of its certificate."""
    from clerk_app.paper.printers.preview import preview_lines  # loads Pillow: not before the first certificate
    from clerk_app.roles.result_view import build_certificate_page, list_result_facts

    definition = case.catalogue.material(row["material"])
    kind = definition.licence_type or ""
    claims = _list_claims(case.catalogue, kind, row)
    page = build_certificate_page(tx, case, row, lambda only: _list_claims(case.catalogue, kind, row, only))
    facts = (*claims, *list_result_facts(tx, case, row))
    return MaterialView(
        name=localize(definition.name),
        facts=tuple(fact for fact in facts if fact.value),
        picture=None,
        watermark="",
        page=tuple(preview_lines(page, office.settings.paper_mm)) if page is not None else (),
    )


def _list_claims(catalogue: Catalogue, kind: str, row: Row, only: Collection[str] | None = None) -> list[LabelledValue]:
    """Return the claims of a licence or result with their labels, those of the licence type `kind` first.

    A field of a result has its own label. With `only`, no other claims.
    """
    labels = claim_labels(catalogue, kind)
    own = [claim.id for found in catalogue.licence_types if found.code == kind for claim in found.claims]
    stated = {claim: value for claim, value in decode_content(row).items() if only is None or claim in only}
    content = {claim: stated[claim] for claim in (*own, *stated) if claim in stated}
    fields = {field.id: field for field in catalogue.fields if field.id in content and field.id not in labels}
    return [
        LabelledValue(localize(fields[claim].name), format_answer(fields[claim], value))
        if claim in fields
        else LabelledValue(labels.get(claim, claim), value)
        for claim, value in content.items()
    ]


def claim_labels(catalogue: Catalogue, kind: str) -> dict[str, str]:
    """Return the names of the claims of a licence type; of a claim that it lacks, the name in another type."""
    types = sorted(catalogue.licence_types, key=lambda licence_type: licence_type.code == kind)
    return {claim.id: localize(claim.name) for licence_type in types for claim in licence_type.claims}
