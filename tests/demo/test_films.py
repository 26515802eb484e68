"""The sample camera: films that the scanner reads like a citizen's phone."""

from __future__ import annotations

import hashlib
import queue
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from clerk_app.composition.office import Office
from clerk_app.demo.films import ensure_desk_film, ensure_films, make_sample_camera, render_paper_film
from clerk_app.errors import OutOfReach
from clerk_app.paper.documents.receipt import CaseReceipt
from clerk_app.paper.printers.preview import render_picture
from clerk_app.roles.papers.taking import PaperTaking
from clerk_app.views.papers import PageCameraView, PaperTarget
from scanners.batch import scan_sources
from scanners.camera.sources import open_source
from scanners.opencv import to_grey
from scanners.qr.decoder import Decoder

pytestmark = pytest.mark.wide

FPS = 15


def test_a_film_is_read_within_two_seconds_but_not_on_every_frame(mother_film: Path, built_city: Path) -> None:
    code = (built_city / "codes" / "mother.txt").read_text("ascii")
    source, decoder, read = open_source(str(mother_film)), Decoder("licence"), []
    while frame := source.read():
        found = {code.text for code in decoder.read_frame(to_grey(frame.picture)).codes}
        assert found <= {code}
        read.append(bool(found))
    source.close()
    assert read.index(True) <= 2 * FPS
    assert 0.4 < sum(read) / len(read) < 0.85
    assert "1" * 8 in "".join("01"[frame_read] for frame_read in read)
    assert not any(read[: FPS // 3])
    assert not any(read[6 * FPS + 6 : 7 * FPS])


def test_a_window_of_the_sample_city_uses_the_camera_of_the_city(
    office: Office, mother_film: Path, tmp_path: Path
) -> None:
    shown = office.folder / "films" / "mother.avi"
    shown.parent.mkdir(exist_ok=True)
    shown.unlink(missing_ok=True)
    shown.symlink_to(mother_film)
    window = replace(office, folder=tmp_path / "window", settings=msgspec.structs.replace(office.settings, camera="0"))
    camera = make_sample_camera(window, office.folder)
    assert camera.list_sources()[0].id == str(shown)


def test_a_film_is_rendered_once(city_folder: Path) -> None:
    (city_folder / "films").mkdir()
    (city_folder / "films" / "elder.avi").write_bytes(b"made before")
    assert ensure_films(city_folder, ["elder"])["elder"].read_bytes() == b"made before"


def test_the_same_seed_gives_the_same_film(city_folder: Path, tmp_path: Path) -> None:
    digests = set()
    for name in ("one.avi", "two.avi"):
        command = [sys.executable, "-m", "clerk_app.demo.film_renderer", str(tmp_path / name)]
        command += [str(city_folder / "codes" / "elder.txt"), "--seed", "3", "--seconds", "1"]
        subprocess.run(command, check=True, capture_output=True)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).digest())
    assert len(digests) == 1


@pytest.mark.wide
def test_a_receipt_before_the_camera_is_read_by_its_barcode(tmp_path: Path) -> None:
    taken = datetime(2026, 11, 21, 9, tzinfo=UTC)
    receipt = CaseReceipt("260000000018", "林**", "小孩出生", (), (), taken, "大厅", "1", "1001", "1")
    (tmp_path / "receipt.png").write_bytes(render_picture(receipt.to_page("zh_CN"), 80))
    film = render_paper_film(tmp_path / "receipt.png", tmp_path / "receipt.avi")
    (seen,) = scan_sources([str(film)], want="receipt")
    assert {code.text for code in seen.codes} == {"260000000018"}


def test_a_film_that_cannot_be_rendered_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OutOfReach, match=r"no\.avi could not be made"):
        render_paper_film(tmp_path / "nothing.png", tmp_path / "no.avi")


def test_the_document_camera_of_the_sample_city_takes_both_pages_of_a_lease(office: Office) -> None:
    film = ensure_desk_film(office.folder, "lease")
    make_sample_camera(office)  # it renders the film where that is missing
    settings = msgspec.structs.replace(office.settings, page_camera=str(film))
    taking, target = PaperTaking(replace(office, settings=settings)), PaperTarget("case/260000000018", "lease", "Lease")
    views: queue.Queue[PageCameraView] = queue.Queue()
    taking.start_page_camera(views.put)
    try:
        while len(taking.add_camera_pages(target).pages) < 2:
            assert views.get(timeout=60).error == ""
    finally:
        taking.stop_page_camera()
    pages = [taking.draw_page(target, number, 600) for number in (1, 2)]
    assert all(page.height / page.width == pytest.approx(2**0.5, abs=0.01) for page in pages)
    assert pages[0] != pages[1]
