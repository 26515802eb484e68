"""View of the content of a material: facts and picture."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.case_record import read_case
from clerk_app.composition.office import Office
from clerk_app.errors import ClerkError, Refused
from clerk_app.locales import _
from clerk_app.roles.formatting import localize
from clerk_app.roles.picture_client import PICTURE_CLIENT
from clerk_app.views.case import MaterialView
from clerk_app.views.shared import LabelledValue, Picture
from db.engines import Row
from db.errors import StoreError, StoreUnreadable
from scanners import ScanError

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_MAX_SIDE = 400  # pixels; a terminal of 200 x 60 cells shows 400 x 120


def read_material_view(
    office: Office,
    *,
    licence: Row | None = None,
    catalogue: Catalogue | None = None,
    purpose: str = "",
    case: str = "",
    material: str = "",
) -> MaterialView:
    """Read the view of a licence, or of a material of a case. The caller must record the access before the call.

    The names are those of `catalogue`, the version of a draft, or of the version of the case.
    """
    if licence is not None:
        catalogue = catalogue or office.catalogue()
        row, kind = licence, licence["kind"]
        is_earlier = bool(licence.get("material"))
        name = localize(
            catalogue.material(licence["material"]).name if is_earlier else catalogue.licence_type(kind).name
        )
    else:
        catalogue, row = _read_case_material(office, case, material)
        definition = catalogue.material(material)
        kind, name = definition.licence_type or "", localize(definition.name)
    claims = msgspec.json.decode(row["claims"], type=dict[str, str]) if row["claims"] else {}
    labels = claim_labels(catalogue, kind)
    facts = [LabelledValue(labels.get(claim, claim), value) for claim, value in claims.items()]
    facts += [LabelledValue(_("Issuer"), row["issuer"]), LabelledValue(_("Valid to"), row["valid_to"] or _("no end"))]
    return MaterialView(
        name=name,
        facts=tuple(fact for fact in facts if fact.value),
        picture=load_picture(office, row["content"], wait=True) if row["content"] else None,
        watermark=_("For {purpose} only").format(purpose=purpose) if purpose else "",
    )


def load_picture(office: Office, digest: str, *, wait: bool = False) -> Picture | None:
    """Load a picture and scale it down for a terminal; None if it is missing, damaged or not a picture.

    A window that lacks the picture fetches it from the center: during the call if `wait`, otherwise in the background
    for a later call.
    """
    try:
        return _decode_picture(_read_attachment(office, digest, wait=wait))
    except (StoreError, ScanError, OSError):
        return None


@lru_cache(maxsize=2)
def _decode_picture(content: bytes) -> Picture | None:
    """Return a picture scaled down, None if it cannot be read. A screen shows the same one again every few seconds."""
    decoded = PICTURE_CLIENT.decode(content, _MAX_SIDE)
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


def _read_case_material(office: Office, case: str, material: str) -> tuple[Catalogue, Row]:
    with office.store.read() as tx:
        record = read_case(tx, case)
    held = [row for row in record.materials if row["material"] == material]
    if not held:
        raise Refused("nothing", "There is nothing to show: it has not come in yet.")
    return record.catalogue, held[-1]


def claim_labels(catalogue: Catalogue, kind: str) -> dict[str, str]:
    """Return the names of the claims of a licence type; of a claim that it lacks, the name in another type."""
    types = sorted(catalogue.licence_types, key=lambda licence_type: licence_type.code == kind)
    return {claim.id: localize(claim.name) for licence_type in types for claim in licence_type.claims}
