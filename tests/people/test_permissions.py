"""Permissions: every command of the program is refused to roles without its permission."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from clerk_app.composition.registry import all_rules
from clerk_app.errors import ClerkError, Refused
from clerk_app.ledger.access import Role
from clerk_app.ledger.commands import Command, Rule
from clerk_app.people import SCHEDULE, SYSTEM
from db.engines import Store
from db.tables import METADATA
from tests.office import SampleOffice

RULES = all_rules()
ACTORS = {"clerk": "clerk-1", "officer": "health-1", "supervisor": "supervisor", "kiosk": "kiosk"}
ACTORS["administrator"] = "admin"
ROLES = {role: {rule.permission for rule in RULES if Role(role) in rule.roles} for role in ACTORS}


def sample_value(kind: Any) -> Any:
    """Return a value that fits the type of a command's field."""
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if isinstance(kind, UnionType):
        return None
    if get_origin(kind) in (tuple, dict):
        return get_origin(kind)()
    if issubclass(kind, msgspec.Struct):
        return sample_struct(kind)
    return {str: "x", int: 1, bool: False}[kind]


def sample_command(rule: Rule[Any, Any]) -> Command[Any]:
    """Return a well-formed command of a rule."""
    command: Command[Any] = sample_struct(rule.command)
    return command


def sample_struct(struct: type[msgspec.Struct]) -> Any:
    """Return a struct with values that fit its required fields."""
    kinds = get_type_hints(struct)
    needed = [field.name for field in msgspec.structs.fields(struct) if field.required]
    return struct(**{name: sample_value(kinds[name]) for name in needed})


@pytest.fixture(scope="module")
def office(office_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleOffice]:
    opened = SampleOffice.open_copy(office_template, tmp_path_factory.mktemp("permissions") / "office")
    yield opened
    opened.close()


def table_contents(store: Store) -> dict[str, list[Any]]:
    """Return the rows of every table except the ledger."""
    with store.read() as tx:
        return {table: tx.select(table) for table in METADATA.tables if table != "ledger_entries"}


def permission_refusal(office: SampleOffice, rule: Rule[Any, Any], actor: str) -> str:
    """Return the reason when a command of the rule is refused because of its actor; otherwise an empty text."""
    try:
        office.door.perform(sample_command(rule), actor)
    except Refused as refused:
        return refused.reason if refused.reason in ("permission", "unknown_staff") else ""
    except ClerkError:
        return ""
    return ""


def test_a_role_without_the_permission_is_refused_and_the_refusal_recorded(office: SampleOffice) -> None:
    before, recorded = table_contents(office.store), len(office.entries())
    expected = []
    for rule in RULES:
        outsiders = [ACTORS[role] for role in ROLES if rule.permission not in ROLES[role]]
        for actor in outsiders:
            assert permission_refusal(office, rule, actor) == "permission", (rule.kind, actor)
        assert permission_refusal(office, rule, "unknown") == "unknown_staff", rule.kind
        expected += [(rule.kind, "refused", actor) for actor in (*outsiders, "unknown")]
    entries = office.entries()[recorded:]
    assert [(row["kind"], row["outcome"], row["actor"]) for row in entries] == expected
    assert table_contents(office.store) == before


@pytest.mark.wide  # the permission matrix has each rule; here its check is reached through the door, with an own office
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_a_role_with_the_permission_is_not_refused_for_its_actor(
    office_template: Path, tmp_path: Path, rule: Rule[Any, Any]
) -> None:
    office = SampleOffice.open_copy(office_template, tmp_path / "office")
    insiders = [ACTORS[role] for role in ROLES if rule.permission in ROLES[role]]
    insiders += [SCHEDULE] if Role.SCHEDULE in rule.roles else []
    assert insiders or {Role.SYSTEM, Role.NODE} & rule.roles, f"nobody may {rule.permission}"
    assert [permission_refusal(office, rule, actor) for actor in insiders] == [""] * len(insiders)
    office.close()


def test_the_system_actor_may_only_set_up(office: SampleOffice) -> None:
    for rule in RULES:
        if Role.SYSTEM not in rule.roles:
            assert permission_refusal(office, rule, SYSTEM) == "permission", rule.kind


def test_no_role_both_accepts_and_decides() -> None:
    for role, permissions in ROLES.items():
        assert not {"case.accept", "task.decide"} <= permissions, role
