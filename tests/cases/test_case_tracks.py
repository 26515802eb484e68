"""Tracks of a case: what happened, what is expected, who holds it and why it waits."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.locales import set_language
from clerk_app.roles.case_tracks import RESULTS, build_case_tracks
from clerk_app.views.tracks import CaseTracks, Track
from tests.office import SampleOffice
from tests.printed_notices import print_notices

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])

PLANNING, ROAD, TRAFFIC = "excavation-planning", "excavation-road", "excavation-traffic"


def tracks_of(office: SampleOffice, number: str) -> CaseTracks:
    with office.store.read() as tx:
        return build_case_tracks(tx, read_case(tx, number), office.clock())


def by_id(tracks: CaseTracks) -> dict[str, Track]:
    return {track.id: track for track in tracks.tracks}


def kinds(track: Track) -> list[str]:
    return [span.kind for span in track.spans]


def test_who_holds_a_case_and_why_it_waits_is_named(office: SampleOffice) -> None:
    set_language("en")
    number = office.accept_road()
    office.clock.set("2026-05-08 10:00")
    office.approve(number, PLANNING)
    office.return_task(number, TRAFFIC, "safety-plan")
    print_notices(office, number)
    office.clock.set("2026-05-11 10:00")
    tracks = tracks_of(office, number)
    found = by_id(tracks)
    assert (tracks.done, tracks.total) == (1, 3)
    assert kinds(found[PLANNING]) == ["done"]
    assert kinds(found[TRAFFIC]) == ["done", "paused", "expected"]
    assert (found[TRAFFIC].state, found[TRAFFIC].cause[:16]) == ("waits for papers", "since 2026-05-08")
    assert (kinds(found[ROAD]), found[ROAD].cause) == (["queued", "expected"], "nobody has taken it yet")
    assert found[ROAD].due == "2026-05-12, 1 day left"
    assert tracks.nearest.endswith("2026-05-12, 1 day left")
    assert "clock stopped" in tracks.outlook
    assert found[TRAFFIC].critical
    assert not found[ROAD].critical


def test_a_matter_that_waits_for_others_names_them_and_begins_at_their_expected_end(office: SampleOffice) -> None:
    set_language("en")
    number = office.accept_birth()
    found = by_id(tracks_of(office, number))
    first, second = found["household-registration"], found["social-security-card"]
    assert second.follows == first.id
    assert (second.state, second.cause) == ("waits for others", first.name)
    assert second.spans[0].begin == first.spans[-1].end


def test_the_tracks_of_a_closed_case_end_with_its_decisions(office: SampleOffice) -> None:
    number = office.accept_road()
    office.clock.set("2026-05-08 10:00")
    office.approve(number, PLANNING, ROAD)
    office.refuse(number, TRAFFIC)
    tracks = tracks_of(office, number)
    found = by_id(tracks)
    assert [kinds(found[matter]) for matter in (PLANNING, ROAD, TRAFFIC)] == [["done"], ["done"], ["refused"]]
    assert tracks.nearest == ""
    assert found[RESULTS].follows in (PLANNING, ROAD, TRAFFIC)
