"""Invariant: the disk of a node never holds personal data that the node may not see, not even for a moment."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from clerk_app.catalogue.data_sharing import find_release_scope
from db.engines import Row
from tests.simulation.city import SimulatedCity
from tests.simulation.city_files import catalogue, credit_code, person_id_number
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.programs import SimulatedNode
from tests.simulation.scenario import ENTERPRISES, PERSONS
from tests.simulation.sign_ins import CENTER

_PHONE_BY_NUMBER = {person_id_number(at): f"139{at:08d}" for at in range(PERSONS)}
_GENERATED_VALUES = (
    "新生[0-9]{9}",
    "示范路[0-9]{9}号",
    "示范大道[0-9]{9}号",
    "雨水管[0-9]{9}",
    "62220000[0-9]{9}",
    "登记人[0-9]{9}",
)
_PERSONAL_DATA = re.compile(
    "|".join(
        [
            *_PHONE_BY_NUMBER,
            *_PHONE_BY_NUMBER.values(),
            *(credit_code(at) for at in range(ENTERPRISES)),
            *_GENERATED_VALUES,
        ]
    ).encode()
)


def check_personal_data(city: SimulatedCity) -> None:
    """Check each personal value on the disk of each node.

    The value must have been shown or typed at that node, or belong to a case or field that the node may see.
    """
    values = city.center.rows("field_values")
    sites = _sites_by_case(city)
    matters: dict[str, list[Row]] = {}
    for task in city.center.rows("tasks"):
        matters.setdefault(task["case_number"], []).append(task)
    for program in city.programs:
        allowed = _values_shown_at(city, program.spec.node)
        if CENTER in city.truth.copied_nodes:  # the center may have lost cases that other nodes were allowed to see
            allowed |= _values_seen_before_restore(city, program)
        for row in values:
            if sites[row["case_number"]].intersection(program.spec.organs) or row["field"] in _needed_fields(
                matters.get(row["case_number"], []), program.spec.organs
            ):
                allowed.add(row["value"])
        for row in city.center.rows("materials", how="produced"):
            allowed |= _released_contents(row, matters.get(row["case_number"], []), program.spec.organs)
        for value in {match.decode() for match in _PERSONAL_DATA.findall(program.disk_bytes())} - allowed:
            raise InvariantViolation("a node never holds data that it may not see", program=program.name, what=value)


def _sites_by_case(city: SimulatedCity) -> dict[str, set[str]]:
    """Return the sites of each case: its current site, and its sites before transfers."""
    sites = {row["number"]: {row["centre"]} for row in city.center.rows("cases")}
    for row in city.center.rows("ledger_entries", kind="BringCase", outcome="done"):
        sites.setdefault(row["stream"].partition("/")[2], set()).add(msgspec.json.decode(row["decision"])["before"])
    return sites


def _values_shown_at(city: SimulatedCity, node: str) -> set[str]:
    visitors = city.truth.visitors[node]
    typed = {value for value, (where, _field, _one_thing) in city.truth.typed_values.items() if where == node}
    return visitors | {_PHONE_BY_NUMBER[number] for number in visitors if number in _PHONE_BY_NUMBER} | typed


def _values_seen_before_restore(city: SimulatedCity, program: SimulatedNode) -> set[str]:
    """Return the values typed or shown at the program's site, or for matters of its organs.

    Includes the sites of cases that were transferred to its organs. Used if the center was restored from a backup.
    """
    organs, values = program.spec.organs, set()
    brought = {node for organ in organs for node in city.truth.transfer_origins[organ]}
    sites = {city.nodes[node][0].spec.organs[0] for node in brought}.union(organs)
    for value, (where, field, one_thing) in city.truth.typed_values.items():
        matters = [catalogue().matter(name) for name in catalogue().one_thing(one_thing).matters]
        if city.nodes[where][0].spec.organs[0] in sites or any(
            matter.organ in organs and field in matter.fields for matter in matters
        ):
            values.add(value)
    for where, numbers in city.truth.visitors.items():
        if city.nodes[where][0].spec.organs[0] in sites or program.spec.is_department:
            values |= numbers
    return values


def _needed_fields(tasks: list[Row], organs: tuple[str, ...]) -> set[str]:
    """Return the fields of the matters of these organs whose tasks have started."""
    started = [task for task in tasks if task["organ"] in organs and task["started_at"] is not None]
    return {name for task in started for name in _matter_fields(task["matter"])}


def _released_contents(result: Row, tasks: list[Row], organs: tuple[str, ...]) -> set[str]:
    """Return what the organs may see of a result of another matter: the claims that the lists name for theirs."""
    started = frozenset(task["matter"] for task in tasks if task["organ"] in organs and task["started_at"] is not None)
    needed = frozenset(name for name in started if result["material"] in catalogue().matter(name).materials)
    kind = catalogue().material(result["material"]).licence_type
    if not needed or not result["claims"] or kind is None:
        return set()
    claims = msgspec.json.decode(result["claims"], type=dict[str, str])
    return set(find_release_scope(catalogue(), needed, kind).select(claims).values())


@lru_cache(maxsize=64)
def _matter_fields(matter: str) -> frozenset[str]:
    return frozenset(catalogue().matter(matter).fields)
