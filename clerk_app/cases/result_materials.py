"""Results as materials: what an approval makes becomes a material of its case, with its content.

The organs that decide later open it like any other material. Its content comes from the form, the parties, and the
fields that the deciding officer fills in. It is personal data: the decision lists only where each claim comes from, and
`store_result_materials` builds the content from the rows of the case and the personal part of the command.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import MessagePart
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from datetime import date

    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.matter_result import MatterResult
    from clerk_app.catalogue.model import Catalogue

PRODUCED = "produced"
"""How a material came into its case: as the result of another of its matters."""
_GRADE = "A"  # issued by an organ


class ResultValues(MessagePart, frozen=True, kw_only=True):
    """What the deciding officer filled in for the results of a task: values by field of the catalogue."""

    values: dict[str, str]


class ResultMaterial(MessagePart, frozen=True, kw_only=True):
    """A result that becomes a material of its case; `product` is its place in the results of its matter.

    `sources` has the origin of each claim: `field:ID`, `party:ROLE.name`, `party:ROLE.number`, or `text:VALUE` for
    a value without personal data.
    """

    product: int
    material: str
    version: int
    organ: str
    valid_to: str = ""
    sources: dict[str, str] = {}
    issued_on: str = ""


def list_result_fields(catalogue: Catalogue, matter: str) -> tuple[Field, ...]:
    """Return the fields that the officer who approves a matter fills in for its results, in the catalogue's order."""
    wanted = {name for product in catalogue.matter(matter).produces for name in product.fields}
    return tuple(field for field in catalogue.fields if field.id in wanted) if wanted else ()


def require_result_values(tx: Transaction, case: CaseRecord, matter: str, values: Mapping[str, str], at: int) -> None:
    """Raise Refused if a value that the results of a matter need is missing, is not valid, or belongs to none.

    `at` is the time of the decision, microseconds UTC.
    """
    fields = list_result_fields(case.catalogue, matter)
    unknown = values.keys() - {field.id for field in fields}
    if unknown:
        raise Refused("result_field", "The results of this matter have no field {name}.", name=min(unknown))
    missing = [field for field in fields if field.required and not values.get(field.id)]
    if missing:
        raise Refused("result_fields", "Fill in first: {names}.", names=join_names(field.name for field in missing))
    today = to_local_time(at, case.catalogue.time_zone).date()
    for field in fields:
        value = values.get(field.id, "")
        if value and normalize_result_value(tx, case, field, value, values, today) != value:
            raise Refused("result_value", "{name} is not in the form in which it is stored.", name=field.name.zh)


def normalize_result_value(
    tx: Transaction, case: CaseRecord, field: Field, text: str, values: Mapping[str, str], today: date
) -> str:
    """Return `text` as it is stored for a field of a result; `values` are those filled in so far. Raises Refused."""
    form = {row["field"]: row["value"] or "" for row in tx.select("field_values", case_number=case.number)}
    try:
        return normalize_form_value(case.plan, field, text, {**form, **values}, today)
    except BadData as error:
        raise Refused("result_value", error.sentence, **error.facts) from None


def plan_result_materials(
    tx: Transaction, case: CaseRecord, task: Row, values: Mapping[str, str], at: int
) -> tuple[ResultMaterial, ...]:
    """Return the results of an approval that become materials: new ones, and those whose content has changed.

    `values` are those of the officer; `at` is the time of the decision, microseconds UTC.
    """
    newest = {row["material"]: row for row in case.materials}
    found: list[ResultMaterial] = []
    for place, product in enumerate(case.catalogue.matter(task["matter"]).produces):
        if product.material is None:
            continue
        decided_on = to_local_time(at, case.catalogue.time_zone).date()
        valid_to = product.end_of_validity(decided_on)
        old = newest.get(product.material)
        result = ResultMaterial(
            product=place,
            material=product.material,
            version=old["version"] + 1 if old is not None else 1,
            organ=task["organ"],
            valid_to=valid_to.isoformat() if valid_to is not None else "",
            sources=list_sources(case, product, decided_on),
            issued_on=decided_on.isoformat(),
        )
        if old is None or old["how"] != PRODUCED or _has_changed(tx, case, product, old, values):
            found.append(result)
    return tuple(found)


def list_sources(case: CaseRecord, product: MatterResult, decided_on: date) -> dict[str, str]:
    """Return where each claim of a result comes from, see `ResultMaterial`; the number of a licence is left out."""
    role = product.holder or case.plan.one_thing.applicant_role().id
    valid_to = product.end_of_validity(decided_on)
    known = {
        "holder_name": f"party:{role}.name",
        "holder_number": f"party:{role}.number",
        "decided_on": f"text:{decided_on.isoformat()}",
        "valid_to": f"text:{valid_to.isoformat()}" if valid_to is not None else "",
        "number": "",
    }
    sources = {claim: known.get(source, source) for claim, source in product.claims.items()}
    unmapped = [name for name in product.fields if f"field:{name}" not in product.claims.values()]
    return {claim: source for claim, source in sources.items() if source} | {name: f"field:{name}" for name in unmapped}


def build_content(tx: Transaction, case: str, sources: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Return the claims of a result that have a value, by id; `values` are those of the officer.

    Empty if nothing personal is known of it: so a rebuild after the erasure of the case gives no content either.
    """
    form = {row["field"]: row["value"] or "" for row in tx.select("field_values", case_number=case)}
    parties = {row["role"]: row for row in tx.select("parties", case_number=case)}
    found: dict[str, str] = {}
    is_known = False
    for claim, source in sources.items():
        kind, _colon, rest = source.partition(":")
        role, _dot, fact = rest.partition(".")
        if kind == "text":
            found[claim] = rest
            continue
        value = (
            values.get(rest) or form.get(rest) or "" if kind == "field" else str(parties.get(role, {}).get(fact) or "")
        )
        if value:
            found[claim], is_known = value, True
    return found if is_known else {}


def read_result_values(case: CaseRecord, matter: str) -> dict[str, str]:
    """Return what an officer filled in for the results of a matter at its last approval, by field."""
    newest = {row["material"]: row for row in case.materials if row["how"] == PRODUCED}
    found: dict[str, str] = {}
    for product in case.catalogue.matter(matter).produces:
        content = decode_content(newest[product.material]) if product.material in newest else {}
        claims = {source.removeprefix("field:"): claim for claim, source in product.claims.items()}
        found |= {name: value for name in product.fields if (value := content.get(claims.get(name, name)))}
    return found


def decode_content(row: Row) -> dict[str, str]:
    """Return the claims of a material of a case, by id; empty without any."""
    return msgspec.json.decode(row["claims"], type=dict[str, str]) if row["claims"] else {}


def store_result_materials(
    tx: Transaction, case: str, results: Iterable[ResultMaterial], values: ResultValues | None, at: int, signer: str
) -> None:
    """Insert the results of an approval as materials of the case, taken in at `at` (microseconds UTC)."""
    for result in results:
        content = build_content(tx, case, result.sources, values.values if values is not None else {})
        tx.insert(
            "materials",
            case_number=case,
            material=result.material,
            version=result.version,
            how=PRODUCED,
            licence=None,
            issuer=result.organ,
            issued_on=result.issued_on,
            valid_to=result.valid_to,
            grade=_GRADE,
            claims=msgspec.json.encode(content) if content else None,
            content=None,
            taken_at=at,
            taken_by=signer,
        )


def _has_changed(tx: Transaction, case: CaseRecord, product: MatterResult, old: Row, values: Mapping[str, str]) -> bool:
    """Return whether another approval would give a result another content, apart from its dates."""
    decided_on = to_local_time(old["taken_at"], case.catalogue.time_zone).date()
    return build_content(tx, case.number, list_sources(case, product, decided_on), values) != decode_content(old)
