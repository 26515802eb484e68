"""A row that cannot be read does not stop the others: it is shown as "cannot be displayed", and can be left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.composition.office import Office
from clerk_app.people import SYSTEM
from clerk_app.views import CounterService, Refused

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
    assert "Passport" not in [option.name for option in counter.find_one_things("")]


@pytest.mark.parametrize(
    "change",
    [
        {"catalogue_version": 99},
        {"catalogue": "another-city"},
        {"one_thing": "gone"},
        {"content": b"{not json"},
        {"content": b'{"values": [1]}'},
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


def test_a_visit_whose_draft_cannot_be_read_goes_on(counter: CounterService, office: Office, code: Code) -> None:
    counter.serve_walk_in()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    view = counter.begin_draft("birth")
    assert view.intake is not None
    spoil_draft(office, view.intake.draft, catalogue_version=99)
    assert counter.read_view().intake is None
    assert counter.begin_draft("passport").intake is not None
