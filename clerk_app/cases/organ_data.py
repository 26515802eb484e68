"""What of a case an organ needs for its matters: form fields, materials, and the released part of a licence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.case_record import cached_plan, plan_inputs
from clerk_app.cases.paper_readings import is_paper_source, parse_paper_source
from clerk_app.cases.result_materials import PRODUCED
from clerk_app.catalogue.data_sharing import find_release_scope
from clerk_app.catalogue.derived_answers import is_rule_source
from db.engines import Row
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


def material_for_matters(catalogue: Catalogue, matters: frozenset[str], row: Row) -> Row:
    """Return the row of a material with what the lists of the catalogue let these matters see of a licence.

    The result of another matter counts as the licence that it becomes.
    """
    licence_type = catalogue.material(row["material"]).licence_type if row["how"] in ("licence", PRODUCED) else None
    scope = find_release_scope(catalogue, matters, licence_type) if licence_type is not None else None
    if scope is None or (scope.claims is None and scope.has_picture):
        return row
    claims = row["claims"]
    if claims:
        claims = msgspec.json.encode(scope.select(msgspec.json.decode(claims, type=dict[str, str])))
    return {**row, "claims": claims, "content": row["content"] if scope.has_picture else None}


def differences_for_matters(
    catalogue: Catalogue,
    matters: frozenset[str],
    fields: frozenset[str],
    materials: frozenset[str],
    rows: Iterable[Row],
) -> list[Row]:
    """Return the rows of `field_differences` of these fields, without values that these matters may not see."""
    return [_hide_source(catalogue, matters, materials, row) for row in rows if row["field"] in fields]


def _hide_source(catalogue: Catalogue, matters: frozenset[str], materials: frozenset[str], row: Row) -> Row:
    if is_paper_source(row["source"]) and parse_paper_source(row["source"])[0] in materials:
        return row  # the organ has the paper
    if is_rule_source(row["source"]):
        return row  # the organ has the answers that decide
    kind, _colon, rest = row["source"].partition(":")
    name, _dot, claim = rest.partition(".")
    licence_type = catalogue.material(name).licence_type if kind == "licence" and name in materials else None
    if licence_type is not None:
        claims = find_release_scope(catalogue, matters, licence_type).claims
        if claims is None or claim in claims:
            return row
    return {**row, "known": None}


def needed_fields_and_materials(
    catalogue: Catalogue,
    one_thing: str,
    chosen: frozenset[str],
    plan_values: tuple[tuple[str, str], ...],
    matters: frozenset[str],
    requests: Iterable[Row] = (),
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the fields and materials that an organ needs for these matters of a plan.

    Its `requests` (supplements) add what it asked for with a legal basis, although the matters do not require it.
    """
    fields, materials = _find_needed(catalogue, one_thing, chosen, plan_values, matters)
    return fields, materials.union(name for row in requests for name in decode_json_list(row["outside_materials"]))


@lru_cache(maxsize=4096)
def _find_needed(
    catalogue: Catalogue,
    one_thing: str,
    chosen: frozenset[str],
    plan_values: tuple[tuple[str, str], ...],
    matters: frozenset[str],
) -> tuple[frozenset[str], frozenset[str]]:
    plan = cached_plan(catalogue, one_thing, chosen, plan_values)
    fields = {planned.field.id for planned in plan.fields if matters & set(planned.needed_by)}
    fields |= set(plan_inputs(catalogue, one_thing, chosen))  # the reader computes the plan from them
    return frozenset(fields), frozenset(
        material for planned in plan.active_matters if planned.id in matters for material in planned.materials
    )


def rows_of_received(rows: dict[str, list[Row]], plan_fields: Collection[str]) -> dict[str, list[Row]]:
    """Return the rows of a received case without the content of the application, which its record has.

    `plan_fields` are those on which the plan depends: every reader computes it.
    """
    return {
        **rows,
        "parties": [],
        "field_values": [row for row in rows["field_values"] if row["field"] in plan_fields],
        "field_differences": [],
        "materials": [{**row, "claims": None, "content": None} for row in rows["materials"]],
    }
