"""What lies on the disks of the windows: nothing that they may not see, not even in passing."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from clerk_app.simulate.city import City
from clerk_app.simulate.city_diary import Broken
from clerk_app.simulate.city_founding import CENTER, catalogue, credit_code, person_number
from clerk_app.simulate.city_node import Node
from clerk_app.simulate.city_plan import ENTERPRISES, PERSONS
from db.engines import Row

_NUMBERS = {person_number(at): f"139{at:08d}" for at in range(PERSONS)}
_MADE_UP = ("新生[0-9]{9}", "示范路[0-9]{9}号", "示范大道[0-9]{9}号", "雨水管[0-9]{9}", "62220000[0-9]{9}")
_TELLING = re.compile(
    "|".join([*_NUMBERS, *_NUMBERS.values(), *(credit_code(at) for at in range(ENTERPRISES)), *_MADE_UP]).encode()
)


def nothing_forbidden_was_held(city: City) -> None:
    """Whose data lies at a window was there in person, or has a case at that place; of a field, who needs it."""
    values = city.center.rows("field_values")
    centres = _centres(city)
    matters: dict[str, list[Row]] = {}
    for task in city.center.rows("tasks"):
        matters.setdefault(task["case_number"], []).append(task)
    for program in city.programs:
        allowed = _shown_in_person(city, program.place.node)
        if CENTER in city.diary.copied:  # it may have forgotten cases that others had seen rightly
            allowed |= _seen_before(city, program)
        for row in values:
            if centres[row["case_number"]].intersection(program.place.organs) or row["field"] in _needed(
                matters.get(row["case_number"], []), program.place.organs
            ):
                allowed.add(row["value"])
        for found in {one.decode() for one in _TELLING.findall(program.bytes())} - allowed:
            raise Broken("what a window may not see it never held", program=program.name, what=found)


def _centres(city: City) -> dict[str, set[str]]:
    """Where each case is, and where it was before it was brought there."""
    found = {row["number"]: {row["centre"]} for row in city.center.rows("cases")}
    for row in city.center.rows("ledger_entries", kind="BringCase", outcome="done"):
        found.setdefault(row["stream"].partition("/")[2], set()).add(msgspec.json.decode(row["decision"])["before"])
    return found


def _shown_in_person(city: City, node: str) -> set[str]:
    visitors = city.diary.visitors[node]
    typed = {value for value, (where, _field, _one_thing) in city.diary.typed.items() if where == node}
    return visitors | {_NUMBERS[number] for number in visitors if number in _NUMBERS} | typed


def _seen_before(city: City, program: Node) -> set[str]:
    """What was typed or shown anywhere in the same centre, or for a matter of one of its organs."""
    organs, found = program.place.organs, set()
    brought = {node for organ in organs for node in city.diary.brought[organ]}
    centres = {city.nodes[node][0].place.organs[0] for node in brought}.union(organs)
    for value, (where, field, one_thing) in city.diary.typed.items():
        matters = [catalogue().matter(name) for name in catalogue().one_thing(one_thing).matters]
        if city.nodes[where][0].place.organs[0] in centres or any(
            one.organ in organs and field in one.fields for one in matters
        ):
            found.add(value)
    for where, numbers in city.diary.visitors.items():
        if city.nodes[where][0].place.organs[0] in centres or program.place.at_organ:
            found |= numbers
    return found


def _needed(tasks: list[Row], organs: tuple[str, ...]) -> set[str]:
    """The fields that the matters of these organs look at, from the moment that they start."""
    begun = [task for task in tasks if task["organ"] in organs and task["started_at"] is not None]
    return {name for task in begun for name in _fields(task["matter"])}


@lru_cache(maxsize=64)
def _fields(matter: str) -> frozenset[str]:
    return frozenset(catalogue().matter(matter).fields)
