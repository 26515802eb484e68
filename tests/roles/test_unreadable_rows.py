"""A row that cannot be read does not stop the others: it is shown as "cannot be displayed", and can be left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, sign_in_officer
from tests.sample_data import CITY_PIN

Code = Callable[[str], str]


def publish_without(office: Office, one_thing: str) -> None:
    """Publish a new version of the catalogue that no longer has a one thing."""
    city = office.catalogue()
    left = tuple(thing for thing in city.one_things if thing.id != one_thing)
    newer: Catalogue = city.model_copy(update={"version": city.version + 1, "one_things": left})
    content = newer.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=newer.id, version=newer.version, content=content), SYSTEM)


def leave_drafts(counter: CounterService, code: str) -> tuple[str, str]:
    """Leave a draft of a passport and one of a birth; return both ids."""
    ids = []
    for one_thing in ("passport", "birth"):
        counter.serve_walk_in()
        counter.process_scan(code)
        counter.confirm_person()
        view = counter.begin_draft(one_thing)
        assert view.intake is not None
        ids.append(view.intake.draft)
        counter.finish_visit()
    return ids[0], ids[1]


def spoil_draft(office: Office, draft: str, **change: object) -> None:
    with office.store.write() as tx:
        tx.update("drafts", {"id": draft}, **change)


def test_a_draft_is_read_with_its_own_version_after_its_one_thing_left_the_catalogue(
    counter: CounterService, office: Office, code: Code
) -> None:
    passport, _birth = leave_drafts(counter, code("mother"))
    publish_without(office, "passport")
    assert sorted(row.one_thing for row in counter.list_drafts()) == ["A child is born", "Passport"]
    counter.serve_walk_in()
    view = counter.reopen_draft(passport)
    assert view.intake is not None
    assert view.intake.one_thing == "Passport"
    assert "Passport" not in [row.name for row in counter.find_offers("", {}).rows]


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "change",
    [
        {"catalogue_version": 99},
        pytest.param({"catalogue": "another-city"}, marks=pytest.mark.wide),
        {"one_thing": "gone"},
        {"content": b"{not json"},
        pytest.param({"content": b'{"values": [1]}'}, marks=pytest.mark.wide),
    ],
    ids=str,
)
def test_one_unreadable_draft_does_not_hide_the_others(
    counter: CounterService, office: Office, code: Code, change: dict[str, object]
) -> None:
    passport, birth = leave_drafts(counter, code("mother"))
    spoil_draft(office, passport, **change)
    rows = {row.id: row for row in counter.list_drafts()}
    assert rows[birth].readable
    assert (rows[passport].readable, rows[passport].one_thing) == (False, "cannot be displayed")
    counter.serve_walk_in()
    with pytest.raises(Refused, match="cannot be displayed"):
        counter.reopen_draft(passport)
    assert counter.read_view().intake is None
    assert counter.reopen_draft(birth).intake is not None
    counter.discard_draft("it cannot be displayed", passport)
    assert [row.id for row in counter.list_drafts()] == [birth]


@pytest.mark.wide
def test_a_visit_whose_draft_cannot_be_read_goes_on(counter: CounterService, office: Office, code: Code) -> None:
    counter.serve_walk_in()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    view = counter.begin_draft("birth")
    assert view.intake is not None
    spoil_draft(office, view.intake.draft, catalogue_version=99)
    assert counter.read_view().intake is None
    assert counter.begin_draft("passport").intake is not None


def accept_two(counter: CounterService, code: Code) -> tuple[str, str]:
    """Accept two births; return their case numbers."""
    first = accept_birth(counter, code("mother"))
    counter.close_case_view()
    return first, accept_birth(counter, code("mother-uninsured"))


def spoil_case(office: Office, number: str, **change: object) -> None:
    with office.store.write() as tx:
        tx.update("cases", {"number": number}, **(change or {"catalogue_version": 99}))


@pytest.mark.parametrize("change", [{"catalogue_version": 99}, {"one_thing": "gone"}], ids=str)
@pytest.mark.wide
def test_an_unreadable_case_does_not_hide_the_tasks_of_others(
    workstation: Workstation, counter: CounterService, office: Office, code: Code, change: dict[str, object]
) -> None:
    spoiled, sound = accept_two(counter, code)
    spoil_case(office, spoiled, **change)
    supervisor = workstation.sign_in("3001", CITY_PIN).supervisor
    assert supervisor is not None
    officer = sign_in_officer(workstation, "2001")
    for page in (officer.list_tasks("open", 0, 50), supervisor.list_tasks("health", 0, 50)):
        shown = {row.number[:12]: row.matter for row in reversed(page.rows)}  # the first task of each case
        assert shown[spoiled] == "cannot be displayed"
        assert shown[sound] in ("Birth certificate", "Maternity certificate")
    assert supervisor.read_view().queues


def test_f2_goes_on_after_a_task_that_cannot_be_displayed(
    workstation: Workstation, counter: CounterService, office: Office, code: Code
) -> None:
    spoiled, sound = accept_two(counter, code)
    spoil_case(office, spoiled)
    officer = sign_in_officer(workstation, "2001")
    seen = []
    while True:
        view = officer.claim_next()
        if view.task is not None:
            seen.append(view.task.row.number[:12])
            break
        assert "cannot be displayed" in view.message
    assert seen == [sound]
    (lost, *_) = [row for row in officer.list_tasks("mine", 0, 50).rows if row.number.startswith(spoiled)]
    with pytest.raises(Refused, match="cannot be displayed"):
        officer.open_task(lost.id)
    assert officer.read_view().held >= 1


@pytest.mark.wide
def test_an_unreadable_case_is_refused_in_words_and_the_screen_goes_on(
    counter: CounterService, office: Office, code: Code
) -> None:
    spoiled, sound = accept_two(counter, code)
    with office.store.write() as tx:
        tx.update("notices", {"case_number": spoiled}, state="pending")
        tx.update("notices", {"case_number": sound}, state="pending")
    counter.close_case_view()
    spoil_case(office, spoiled)
    with pytest.raises(Refused, match="cannot be displayed"):
        counter.open_case(spoiled)
    view = counter.open_case(sound)
    assert view.case is not None
    papers = {paper.id[:12]: paper for paper in view.unprinted}
    assert "cannot be displayed" in papers[spoiled].reason
    assert papers[sound].case_number == sound


@pytest.mark.wide
def test_a_material_and_an_entry_that_cannot_be_read_leave_the_rest_of_the_case(
    counter: CounterService, office: Office, code: Code
) -> None:
    number = accept_birth(counter, code("mother"))
    with office.store.write() as tx:
        row = tx.select("materials", case_number=number)[0]
        tx.insert("materials", **{**row, "material": "a-cat"})
    view = counter.open_case(number)
    assert view.case is not None
    states = {row.id: row.state_name for row in view.case.materials}
    assert states.pop("a-cat") == "cannot be displayed"
    assert set(states.values()) == {"held"}


@pytest.mark.wide
def test_a_material_is_named_by_the_version_of_its_case(counter: CounterService, office: Office, code: Code) -> None:
    number = accept_birth(counter, code("mother"))
    city = office.catalogue()
    materials = tuple(
        material.model_copy(update={"name": material.name.model_copy(update={"en": "Renamed"})})
        for material in city.materials
    )
    newer = city.model_copy(update={"version": city.version + 1, "materials": materials})
    content = newer.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=newer.id, version=newer.version, content=content), SYSTEM)
    counter.open_case(number)
    assert counter.open_material("mother-id").name == "Mother's identity card"
