"""Inserts the rows of the materials of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.overruled_findings import encode_overruled
from clerk_app.cases.overruled_photos import encode_flaws
from clerk_app.cases.promises.rows import keep_brought
from clerk_app.ledger.commands import Entry
from db.engines import Transaction


def insert_materials(
    tx: Transaction,
    number: str,
    materials: Sequence[GivenMaterial],
    versions: Sequence[int],
    entry: Entry[Any, Any],
    claims: Mapping[str, str],
    taken_at: int,
) -> None:
    """Insert materials of a case, each with its version, taken in at `taken_at` (microseconds UTC).

    Open promises to bring one of them are settled. `claims` has the licence claims as JSON, by material id.
    """
    tx.insert_many(
        "materials",
        [
            {
                "case_number": number,
                "material": material.material,
                "version": version,
                "how": material.how,
                "licence": material.licence or None,
                "issuer": material.issuer,
                "valid_to": material.valid_to,
                "grade": material.grade,
                "claims": claims[material.material].encode() if claims.get(material.material) else None,
                "content": material.content or None,
                "taken_at": taken_at,
                "taken_by": entry.moment.actor.id,
                "origin": material.origin,
                "learnt_at": material.learnt_at or None,
                "paper_code": material.paper_code,
                "paper_reason": material.paper_reason,
                "issued_on": material.issued_on,
                "media_type": material.media_type,
                "pages": material.pages,
                "source": material.source or None,
                "overruled": encode_overruled(material.overruled),
                "photo_findings": encode_flaws(material.photo.flaws) if material.photo is not None else "",
                "photo_code": material.photo.code if material.photo is not None else "",
                "photo_reason": material.photo.reason if material.photo is not None else "",
            }
            for material, version in zip(materials, versions, strict=True)
        ],
    )
    keep_brought(tx, number, {material.material for material in materials}, entry)
