"""A part of a published version gives the same plan as the whole; a store of an earlier program gets its rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.publication import load_frame, load_materials, load_part, load_version
from clerk_app.catalogue.rows import delete_rows, ensure_rows
from clerk_app.errors import BadData
from db.engines import Store
from tests.catalogue.catalogue_builder import make_catalogue, make_matter, make_text
from tests.catalogue.module_store import open_module_store, publish
from tests.catalogue.test_random_catalogues import answers, bundles
from tests.empty_store import create_empty_store
from tests.engines import ENGINES

CITY = load_folder(SAMPLE_CITY)
VERSIONS = count(1)
ALL = [*(thing.id for thing in CITY.one_things), *(f"matter.{matter.id}" for matter in CITY.matters if matter.alone)]


@pytest.fixture(scope="module", params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_module_store(request, tmp_path_factory) as store:
        with store.write() as tx:
            publish(tx, CITY)
        yield store


@given(st.sampled_from(ALL), st.data())
def test_a_plan_of_a_part_is_that_of_the_whole(store: Store, one_thing: str, data: st.DataObject) -> None:
    with store.read() as tx:
        part = load_part(tx, CITY.id, CITY.version, one_thing)
    whole = CITY.one_thing(one_thing)
    facts = {}
    for planned in make_plan(CITY, one_thing, None, {}).fields:
        if data.draw(st.booleans()) and planned.field.fixed_answers():
            facts[planned.field.id] = data.draw(st.sampled_from(planned.field.fixed_answers()))
    some = st.sets(st.sampled_from(whole.matters), min_size=1).map(frozenset)
    chosen = data.draw(some) if data.draw(st.booleans()) else None
    assert make_plan(part, one_thing, chosen, facts) == make_plan(CITY, one_thing, chosen, facts)


@given(bundles(), answers, st.data())
def test_a_plan_of_a_part_of_a_random_catalogue_is_that_of_the_whole(
    store: Store, drawn: Catalogue, facts: dict[str, str], data: st.DataObject
) -> None:
    matters = [matter.model_copy(update={"alone": True}) for matter in drawn.matters]
    whole = Catalogue.from_bytes(drawn.model_copy(update={"matters": tuple(matters)}).to_bytes())
    version = next(VERSIONS)
    with store.write() as tx:
        publish(tx, whole, "random", version)
    one_thing = data.draw(st.sampled_from(["bundle", *(f"matter.{matter.id}" for matter in matters)]))
    with store.read() as tx:
        part = load_part(tx, "random", version, one_thing)
    assert make_plan(part, one_thing, None, facts) == make_plan(whole, one_thing, None, facts)


def test_a_part_has_what_its_one_thing_needs_and_nothing_of_others(store: Store) -> None:
    with store.read() as tx:
        part = load_part(tx, CITY.id, CITY.version, "birth")
        assert [thing.id for thing in part.one_things] == ["birth"]
        assert {matter.id for matter in part.matters} == set(CITY.one_thing("birth").matters)
        assert len(part.materials) < len(CITY.materials) / 2
        assert part.organs == CITY.organs
        assert load_part(tx, CITY.id, CITY.version, "birth") is part


def test_the_frame_has_policy_calendars_and_organs_and_no_matters(store: Store) -> None:
    with store.read() as tx:
        frame = load_frame(tx)
    assert (frame.city_policy, frame.calendars, frame.hall) == (CITY.city_policy, CITY.calendars, CITY.hall)
    assert not frame.matters
    assert not frame.one_things


def test_materials_that_an_organ_asks_for_are_added(store: Store) -> None:
    with store.read() as tx:
        part = load_part(tx, CITY.id, CITY.version, "birth")
        other = next(found for found in CITY.materials if found not in part.materials)
        more = load_part(tx, CITY.id, CITY.version, "birth", [other.id])
        assert more.material(other.id) == other
        assert load_materials(tx, [other.id, "unknown"]) == {other.id: other}


def test_an_unknown_one_thing_has_no_part(store: Store) -> None:
    with store.read() as tx:
        part = load_part(tx, CITY.id, CITY.version, "unknown")
        with pytest.raises(KeyError):
            part.one_thing("unknown")
        with pytest.raises(BadData):
            load_part(tx, CITY.id, 99, "birth")


def test_a_store_of_an_earlier_program_gets_its_rows_once(tmp_path: Path) -> None:
    store = Store(create_empty_store(tmp_path / "store.db"))
    with store.write() as tx:
        publish(tx, make_catalogue([make_matter("a")]))
        delete_rows(tx, "small", 1)
    ensure_rows(store)
    with store.read() as tx:
        assert {row["section"] for row in tx.select("catalogue_entries")} >= {"frame", "matters", "one_things"}
        before = tx.select("catalogue_names")
    ensure_rows(store)
    with store.read() as tx:
        assert tx.select("catalogue_names") == before
        assert [matter.id for matter in load_version(tx, "small", 1).matters] == ["a"]
    store.close()


def test_content_that_is_no_catalogue_has_no_rows_and_is_reported_when_it_is_read(tmp_path: Path) -> None:
    store = Store(create_empty_store(tmp_path / "store.db"))
    row = {"catalogue": "small", "version": 1, "digest": "x", "published_at": 1, "published_by": "system"}
    with store.write() as tx:
        tx.insert("catalogue_versions", content=b"not JSON", **row)
    ensure_rows(store)
    with store.read() as tx, pytest.raises(BadData):
        load_part(tx, "small", 1, "thing")
    store.close()


@given(st.permutations(["agent", "owner", "worker"]), st.sampled_from(["agent", "owner", "worker"]))
def test_a_matter_of_no_one_thing_has_the_roles_that_the_whole_catalogue_gives_it(
    tmp_path_factory: pytest.TempPathFactory, roles: list[str], used: str
) -> None:
    city = make_catalogue(
        [make_matter("a"), make_matter("b", alone=True, fields=["wage"])],
        fields=[{"id": "wage", "name": make_text("wage"), "kind": "money", "party": used}],
    )
    first = city.one_things[0]
    more = [
        first.model_copy(
            update={
                "id": f"thing-{place}",
                "matters": ("a",),
                "parties": (first.parties[0].model_copy(update={"id": role, "required": place % 2 == 0}),),
            }
        )
        for place, role in enumerate(roles)
    ]
    city = city.model_copy(update={"one_things": tuple(more)})
    store = Store(create_empty_store(tmp_path_factory.mktemp("roles") / "store.db"))
    with store.write() as tx:
        publish(tx, city)
    with store.read() as tx:
        part = load_part(tx, city.id, city.version, "matter.b")
    assert part.one_thing("matter.b") == city.one_thing("matter.b")
    store.close()
