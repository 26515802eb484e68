"""Scenario 6 with pictures: a refused code brings no picture of a licence or paper to the window, in any way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from clerk_app.composition.office import ATTACHMENTS_FOLDER, Office
from clerk_app.errors import ClerkError, Refused
from clerk_app.views.case import MaterialView
from clerk_app.views.counter import CounterService, CounterView
from tests.roles.conftest import built_city
from tests.sample_data import CITY_PIN
from tests.sample_node import RunningCenter
from tests.sync.paper_machines import machine, served
from tests.sync.test_http_sync import wait_until

__all__ = ["built_city", "served"]
REFUSED = ("expired", "forged", "revoked")
MATERIALS = ("applicant-id", "lease", "applicant-photo")


@pytest.fixture
def window(served: RunningCenter, tmp_path: Path) -> Iterator[tuple[Office, CounterService]]:
    with machine(served, tmp_path / "w1", window="w1", organs=("centre",)) as (office, workstation):
        counter = workstation.sign_in("1001", CITY_PIN).counter
        assert counter is not None
        yield office, counter


@pytest.fixture
def code(tmp_path: Path) -> Callable[[str], str]:
    return lambda name: (tmp_path / "city" / "codes" / f"{name}.txt").read_text().strip()


def pictures_at(folder: Path) -> set[str]:
    """Return the digests of all pictures in the folder of an office."""
    return {path.name for path in (folder / ATTACHMENTS_FOLDER).glob("*/*")}


def open_everything(counter: CounterService) -> list[MaterialView]:
    """Begin an application and open each of its materials; return what is shown."""
    opened = []
    with suppress(ClerkError):
        counter.begin_draft("residence-permit")
    for material in MATERIALS:
        with suppress(ClerkError):
            opened.append(counter.open_material(material))
    return opened


def shows_nobody(view: CounterView) -> bool:
    return view.applicant is None or (view.applicant.photo is None and view.applicant.name == "")


@pytest.mark.many_cases
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_code_brings_no_picture(
    served: RunningCenter,
    window: tuple[Office, CounterService],
    code: Callable[[str], str],
    tmp_path: Path,
    name: str,
) -> None:
    office, counter = window
    assert pictures_at(tmp_path / "city")  # the center has pictures that could come
    counter.call_next()
    assert shows_nobody(counter.process_scan(code(name)))
    with pytest.raises(Refused):
        counter.confirm_person()
    assert open_everything(counter) == []
    wait_until(lambda: _knows_of(served, "RefuseCode"))
    assert shows_nobody(counter.read_view())
    assert pictures_at(office.folder) == set()


@pytest.mark.wide
def test_unreadable_text_brings_no_picture(window: tuple[Office, CounterService]) -> None:
    office, counter = window
    counter.call_next()
    assert shows_nobody(counter.process_scan("EL1:6BF\x1b[2J"))
    assert open_everything(counter) == []
    assert pictures_at(office.folder) == set()


@pytest.mark.wide
def test_the_code_of_another_person_brings_none_of_their_pictures(
    served: RunningCenter, window: tuple[Office, CounterService], code: Callable[[str], str]
) -> None:
    office, counter = window
    with served.service.authority.store.read() as tx:
        pictures = {row["holder"]: row["content"] for row in tx.select("licences") if row["content"]}
        served_person = tx.select("persons", name="林晓雯")
    own = {pictures[row["id"]] for row in served_person if row["id"] in pictures}
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    view = counter.process_scan(code("traveller"))
    assert view.applicant is not None
    assert "is being served" in view.applicant.notes[0]
    open_everything(counter)
    counter.read_view()
    assert pictures_at(office.folder) <= own


def _knows_of(served: RunningCenter, kind: str) -> bool:
    with served.service.authority.store.read() as tx:
        return any(row["kind"] == kind for row in tx.query_all("ledger.entries_after", position=0, many=100_000))
