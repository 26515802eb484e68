"""A material opened: its fields, its text and its picture."""

from __future__ import annotations

import io

import msgspec

from clerk_app.cases.case_record import read_case
from clerk_app.catalogue.model import Catalogue
from clerk_app.composition.office import Office
from clerk_app.errors import ClerkError, Refused
from clerk_app.locales import _
from clerk_app.roles.formatting import localize
from clerk_app.views import LabelledValue, MaterialView, Picture
from db.engines import Row
from db.errors import StoreError, StoreUnreadable

_WIDEST, _HIGHEST = 160, 120  # pixels: half blocks of a large terminal


def read_material_view(
    office: Office,
    *,
    licence: Row | None = None,
    purpose: str = "",
    case: str = "",
    material: str = "",
) -> MaterialView:
    """A licence laid before a visit, or a material that a case holds. The look was recorded by the caller."""
    catalogue = office.catalogue()
    if licence is not None:
        row, kind, name = licence, licence["kind"], localize(catalogue.licence_type(licence["kind"]).name)
    else:
        row = _of_case(office, case, material)
        found = catalogue.material(material)
        kind, name = found.licence_type or "", localize(found.name)
    claims = msgspec.json.decode(row["claims"], type=dict[str, str]) if row["claims"] else {}
    labels = _labels(catalogue, kind)
    facts = [LabelledValue(labels.get(claim, claim), value) for claim, value in claims.items()]
    facts += [LabelledValue(_("Issuer"), row["issuer"]), LabelledValue(_("Valid to"), row["valid_to"] or _("no end"))]
    return MaterialView(
        name=name,
        facts=tuple(pair for pair in facts if pair.value),
        text="\n".join(f"{pair.label}: {pair.value}" for pair in facts if pair.value),
        picture=load_picture(office, row["content"], wait=True) if row["content"] else None,
        watermark=_("For {purpose} only").format(purpose=purpose) if purpose else "",
    )


def load_picture(office: Office, digest: str, *, wait: bool = False) -> Picture | None:
    """A picture, made small enough for a terminal; None when it is missing, damaged or no picture.

    A window fetches what is not kept here from its center: at once, if somebody waits for it, else when it can.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(_bytes_of(office, digest, wait=wait))) as image:
            image.thumbnail((_WIDEST, _HIGHEST))
            small = image.convert("RGB")
            return Picture(small.width, small.height, small.tobytes())
    except (StoreError, UnidentifiedImageError, OSError):
        return None


def _bytes_of(office: Office, digest: str, *, wait: bool) -> bytes:
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


def _of_case(office: Office, case: str, material: str) -> Row:
    with office.store.read() as tx:
        held = [row for row in read_case(tx, case).materials if row["material"] == material]
    if not held:
        raise Refused("nothing", "There is nothing to look at: it has not come in yet.")
    return held[-1]


def _labels(catalogue: Catalogue, kind: str) -> dict[str, str]:
    try:
        return {claim.id: localize(claim.name) for claim in catalogue.licence_type(kind).claims}
    except KeyError:
        return {}
