"""The second person signs with their own PIN at the window; nothing of the live picture is in the office's folder."""

from __future__ import annotations

import queue
from collections.abc import Callable
from pathlib import Path

import pytest

from clerk_app.composition.office import Office
from clerk_app.demo.face_films import ensure_face_film
from clerk_app.demo.films import make_sample_camera
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.roles.camera import ScannerCamera
from clerk_app.views.counter import CounterService
from clerk_app.views.shared import CameraView
from tests.roles.test_camera import wait_for_view
from tests.sample_data import CITY_PIN

Code = Callable[[str], str]


def last_entry(office: Office) -> tuple[str, str]:
    entry = list(audit.read_entries(office.store))[-1]
    return entry["kind"], entry["actor"]


def doubted(counter: CounterService, code: Code) -> None:
    counter.serve_walk_in()
    counter.process_scan(code("mother"))
    view = counter.doubt_person("live")
    assert view.applicant is not None
    assert view.applicant.doubted


def test_a_colleague_settles_a_doubt_with_number_and_pin(counter: CounterService, code: Code, office: Office) -> None:
    doubted(counter, code)
    view = counter.settle_doubt("1002", CITY_PIN, same=True, compared="live")
    assert view.applicant is not None
    assert (view.applicant.confirmed, view.applicant.doubted) == (True, False)
    assert last_entry(office) == ("SettleDoubt", "1002")


@pytest.mark.wide
def test_neither_the_clerk_nor_a_wrong_pin_nor_an_officer_settles_it(counter: CounterService, code: Code) -> None:
    doubted(counter, code)
    for number, pin, reason in (("1001", CITY_PIN, "same_person"), ("1002", "111111", "wrong")):
        with pytest.raises(Refused) as refused:
            counter.settle_doubt(number, pin, same=True)
        assert refused.value.reason == reason
    with pytest.raises(Refused):
        counter.settle_doubt("2001", CITY_PIN, same=True)
    view = counter.read_view()
    assert view.applicant is not None
    assert not view.applicant.confirmed


def test_not_this_person_shows_nobody_any_more(counter: CounterService, code: Code, office: Office) -> None:
    counter.serve_walk_in()
    counter.process_scan(code("mother"))
    view = counter.reject_person("live")
    assert view.applicant is None
    assert "Not this person" in view.message
    assert last_entry(office)[0] == "RejectPerson"
    assert counter.process_scan(code("elder")).applicant is not None


@pytest.mark.wide
def test_the_portrait_of_the_licence_opens_as_a_page(counter: CounterService, code: Code) -> None:
    counter.serve_walk_in()
    counter.process_scan(code("mother"))
    pages = counter.open_portrait()
    assert pages.measure_page(0) == (960, 600)
    assert "comparing face and photo" in pages.watermark


@pytest.mark.wide
def test_the_sample_camera_shows_the_holder_of_the_code_as_a_face(office: Office) -> None:
    views: queue.Queue[CameraView] = queue.Queue()
    camera = make_sample_camera(office)
    camera.start("face", views.put, (152, 160))
    try:
        view = wait_for_view(views, lambda view: view.faces == 1)
    finally:
        camera.stop()
    assert view.picture is not None
    assert (view.picture.width, view.picture.height) == (152, 160)
    assert camera.list_sources("face")[0].id.endswith("faces/mother")


@pytest.mark.wide
def test_nothing_of_the_live_picture_is_in_the_folder_of_the_office(
    counter: CounterService, code: Code, office: Office, tmp_path: Path
) -> None:
    film = ensure_face_film(tmp_path / "person", "one", "P01")  # outside of the office's folder
    camera = ScannerCamera("", office.folder / "camera.log", face_source=str(film))
    views: queue.Queue[CameraView] = queue.Queue()
    counter.serve_walk_in()
    counter.process_scan(code("mother"))
    before = {path: path.stat().st_size for path in office.folder.rglob("*") if path.is_file()}
    camera.start("face", views.put, (152, 160))
    try:
        view = wait_for_view(views, lambda view: view.faces == 1)
    finally:
        camera.stop()
    counter.confirm_person("live")
    assert view.picture is not None
    rows = [view.picture.rgb[start : start + 152 * 3] for start in range(0, len(view.picture.rgb), 152 * 3)]
    distinct = [row for row in rows if len(set(row)) > 40]
    assert len(distinct) > 50
    for path in office.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [row for row in distinct if row in content], path
            assert path in before or path.suffix in (".log", ".db-wal", ".db-shm"), path


@pytest.mark.wide
def test_a_window_with_a_hand_scanner_and_without_a_camera_says_so(tmp_path: Path) -> None:
    views: queue.Queue[CameraView] = queue.Queue()
    camera = ScannerCamera("serial:/dev/ttyS9", tmp_path / "log", find_face_source=lambda _source: "")
    camera.start("face", views.put)
    view = views.get(timeout=10)
    assert view.picture is None
    assert "摄像头" in view.error
