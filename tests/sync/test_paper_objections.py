"""Papers and earlier materials of an acceptance that no honest window sends: kept, with an objection."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.ledger.replication.messages import ABSENT, EntryMessage
from clerk_app.roles.connection_view import read_connection_view
from tests.cases.test_earlier_materials import PLAN, list_materials, prepare_road
from tests.office import find_faults, paper_materials
from tests.sync.city import City, SampleWindow
from tests.sync.test_forged_acceptances import altered_command, altered_decision, newest_acceptance, push

REASON = {"paper_code": "differs", "paper_reason": "名字写错了"}


def altered_material(entry: EntryMessage, name: str, **fields: Any) -> EntryMessage:
    materials = msgspec.json.decode(entry.plain)["materials"]
    changed = [material | fields if material["material"] == name else material for material in materials]
    return altered_command(entry, materials=changed)


def objections(city: City) -> dict[str, str]:
    rows = city.center.select("objections")
    return {row["reason"]: msgspec.json.decode(row["facts"]).get("materials", "") for row in rows}


@pytest.mark.many_cases
@pytest.mark.parametrize("reason", [{}, {"paper_code": "differs"}, REASON])
def test_paper_for_a_held_licence_without_a_reason_gets_an_objection(
    city: City, counter: SampleWindow, reason: dict[str, str]
) -> None:
    prepared = counter.prepare_birth()
    counter.client.flush()
    counter.transport.down = True
    number = counter.accept(prepared)
    counter.transport.down = False
    entry = altered_material(newest_acceptance(counter), "mother-id", how="paper", licence="", **reason)
    consents = msgspec.json.decode(entry.decision)["consents"]
    entry = altered_decision(entry, consents={name: how for name, how in consents.items() if name != "mother-id"})
    assert push(counter, entry).refused == {}
    assert [row["number"] for row in city.center.select("cases")] == [number]
    expected = {} if reason == REASON else {"paper_of_held": "mother-id"}
    assert {name: facts for name, facts in objections(city).items() if name == "paper_of_held"} == expected
    supervisor = city.join("s1", kind="supervisor")
    sentences = [work.sentence for work in read_connection_view(supervisor.office).rejected]
    assert any("母亲身份证" in sentence for sentence in sentences) == (reason != REASON)
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_paper_that_had_expired_gets_an_objection(city: City, counter: SampleWindow) -> None:
    command = prepare_road(counter, counter.serve("enterprise"), paper_materials(PLAN)[0])
    counter.client.flush()
    counter.transport.down = True
    number = counter.accept(command)
    counter.transport.down = False
    entry = altered_material(newest_acceptance(counter), PLAN, valid_to="2020-01-31")
    assert push(counter, entry).refused == {}
    assert [row["number"] for row in city.center.select("cases")] == [number]
    assert objections(city)["paper_validity"] == PLAN


@pytest.mark.wide
@pytest.mark.parametrize(("end", "is_usable"), [("2026-05-31", False), ("2035-12-31", True)])
def test_an_earlier_material_that_had_ended_or_was_used_without_consent_gets_an_objection(
    city: City, counter: SampleWindow, end: str, is_usable: bool
) -> None:
    (paper,) = paper_materials(PLAN, valid_to=end)
    first = counter.accept(prepare_road(counter, counter.serve("enterprise"), paper))
    counter.client.flush()
    counter.clock.advance(days=40)
    visit = counter.serve("enterprise")
    counter.prove(visit)
    listed = list_materials(counter, visit)
    (plan,) = (found for found in listed.earlier if found.material == PLAN)
    command = prepare_road(counter, visit, paper_materials(PLAN)[0])
    counter.client.flush()
    counter.transport.down = True
    counter.accept(command)
    counter.transport.down = False
    entry = altered_material(
        newest_acceptance(counter),
        PLAN,
        how="earlier",
        origin=plan.id,
        valid_to=end,
        learnt_at=plan.learnt_at,
        grade="B",
    )
    assert push(counter, entry).refused == {}
    found = objections(city)
    assert found["consent"] == PLAN
    assert found.get("earlier_material") == (None if is_usable else PLAN)
    assert first in {row["number"] for row in city.center.select("cases")}


def test_a_supplement_with_an_expired_paper_or_with_what_nobody_agreed_to_gets_an_objection(
    city: City, counter: SampleWindow
) -> None:
    """The window of an older version does not check it; the authority keeps what was taken in."""
    number = counter.accept(prepare_road(counter, counter.serve("enterprise"), paper_materials(PLAN)[0]))
    counter.client.flush()
    counter.transport.down = True
    papers = paper_materials(PLAN, "safety-plan")
    counter.door.perform(TakeInMaterials(case=number, materials=papers, window="w1"), "clerk-1")
    counter.transport.down = False
    row = counter.select("ledger_entries", kind="TakeIn", order=("position",))[-1]
    entry = EntryMessage(
        kind="TakeIn",
        actor=row["actor"],
        said_at=row["said_at"],
        plain=msgspec.Raw(row["command"]),
        personal=ABSENT,
        salt=None,
        decision=ABSENT,
    )
    entry = altered_material(entry, PLAN, valid_to="2020-01-31")
    entry = altered_material(entry, "safety-plan", how="licence", licence="nobody-agreed")
    assert push(counter, entry).refused == {}
    stored = {row["material"]: row["version"] for row in city.center.select("materials", case_number=number)}
    assert (stored[PLAN], stored["safety-plan"]) == (2, 1)
    assert objections(city) == {"paper_validity": PLAN, "supplement_use": "safety-plan"}
    assert find_faults(city.center.store) == []
