"""What was offered in a visit for a one thing: licences, and earlier materials as rows with the same columns."""

from __future__ import annotations

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.licences.shared_materials import list_offered_licences, list_offered_materials
from clerk_app.people.earlier_materials import EARLIER, GRADE_ISSUED, grade_after_use, needs_confirmation
from clerk_app.people.replaced_results import REPLACED
from db.engines import Row, Transaction


def list_offered_rows(tx: Transaction, visit: str, purpose: str) -> list[Row]:
    """Return the licences and earlier materials offered in a visit for a one thing.

    An earlier material has no licence type (`kind` is empty); `material` is the id of its material, None for a licence.
    """
    licences = [{**row, "material": None, "grade": GRADE_ISSUED} for row in list_offered_licences(tx, visit)]
    earlier = [build_earlier_row(row) for row in list_offered_materials(tx, visit)]
    return [row for row in (*licences, *earlier) if row["purpose"] == purpose and not row.get("too_old")]


def build_earlier_row(row: Row) -> Row:
    """Return an earlier material with the columns of a licence."""
    return {
        **row,
        "kind": "",
        "identifier": "",
        "valid_from": "",
        "state": REPLACED if row.get("is_replaced") else "valid",
        "updated_at": row["learnt_at"],
        "given_how": row["how"],
        "how": row["confirmed"],
    }


def awaits_confirmation(row: Row, material: str, confirmed: tuple[str, ...]) -> bool:
    """Return whether the clerk has to look at the original of an earlier material, or have its promise made again."""
    return bool(row["material"]) and needs_confirmation(row["grade"]) and material not in confirmed


def build_shared_material(material: str, row: Row) -> GivenMaterial:
    """Return the material of an acceptance that uses an offered licence or earlier material."""
    if row["material"]:
        return GivenMaterial(
            material=material,
            how=EARLIER,
            origin=row["id"],
            issuer=row["issuer"],
            valid_to=row["valid_to"],
            grade=grade_after_use(row["grade"]),
            content=row["content"] or "",
            learnt_at=row["learnt_at"],
            issued_on=row["issued_on"],
            is_confirmed=needs_confirmation(row["grade"]),
        )
    return GivenMaterial(
        material=material,
        how="licence",
        licence=row["id"],
        issuer=row["issuer"],
        valid_to=row["valid_to"],
        grade=GRADE_ISSUED,
        content=row["content"] or "",
    )
