"""The file of a paper in the desktop's program: allowed by the city, recorded, private, removed again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.people.access_report import list_accesses
from clerk_app.roles.access_lines import describe_access
from clerk_app.roles.papers.opened_files import FOLDER, OpenedFiles, file_name, find_desktop_program, opened_files
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from clerk_app.views.page_view import PaperPages
from clerk_app.views.workstation import Workstation
from tests.city_policy import publish_policy
from tests.no_camera import NoCamera
from tests.roles.papers.conftest import PAPER, PaperCase
from tests.roles.papers.desktop import SampleDesktop
from tests.roles.workflows import sign_in_officer


@pytest.fixture(autouse=True)
def _no_copies(office: Office) -> Iterator[None]:
    yield
    opened_files(office.folder).remove_all()


def open_pages(workstation: Workstation) -> PaperPages:
    """Return the pages of the paper, opened by the officer who holds the task."""
    officer = sign_in_officer(workstation, "2001")
    officer.claim_next()
    pages = officer.open_material(PAPER).pages
    assert pages is not None
    return pages


def entries(office: Office, kind: str) -> int:
    with office.store.read() as tx:
        return sum(row["kind"] == kind for row in tx.query_all("ledger.entries_after", position=0, many=10_000))


def test_it_is_not_offered_and_is_refused_with_a_sentence_unless_the_city_allows_it(
    office: Office, workstation: Workstation, paper_case: PaperCase, desktop: SampleDesktop
) -> None:
    del paper_case, desktop
    pages = open_pages(workstation)
    assert not pages.offers_original
    with pytest.raises(Refused, match="The city does not allow papers to be opened in another program"):
        pages.open_original()
    assert not (office.folder / FOLDER).exists()


def test_the_bytes_of_the_original_are_opened_in_a_private_file_named_by_purpose_and_day(
    office: Office, workstation: Workstation, paper_case: PaperCase, desktop: SampleDesktop
) -> None:
    publish_policy(office, open_originals=True, original_minutes=7)
    pages = open_pages(workstation)
    assert pages.offers_original
    assert "removed after 7 minutes" in pages.open_original()
    path, modes, digest = desktop.read_opened()
    assert modes == ["600", "700"]
    assert digest == sha256(paper_case.file).hexdigest()
    assert path.name.startswith("A-child-is-born-20")
    assert path.suffix == ".jpg"
    assert path.parents[1] == office.folder / FOLDER


@pytest.mark.wide
def test_the_opening_is_recorded_and_in_the_report_of_the_citizen(
    office: Office, workstation: Workstation, paper_case: PaperCase, desktop: SampleDesktop
) -> None:
    publish_policy(office, open_originals=True)
    open_pages(workstation).open_original()
    desktop.read_opened()
    assert entries(office, "OpenOriginal") == 1
    with office.store.read() as tx:
        applicant = tx.get("cases", number=paper_case.number)
        assert applicant is not None
        lines = [
            describe_access(tx, access, office.local_time(access.at))
            for access in list_accesses(tx, applicant["applicant"])
        ]
    assert any("opened the file of a paper in another program" in line and "A child is born" in line for line in lines)


@pytest.mark.wide
def test_a_clerk_of_the_site_may_open_it_too(
    office: Office,
    workstation: Workstation,
    counter: CounterService,
    paper_case: PaperCase,
    desktop: SampleDesktop,
) -> None:
    del workstation
    publish_policy(office, open_originals=True)
    counter.open_case(paper_case.number)
    pages = counter.open_material(PAPER).pages
    assert pages is not None
    pages.open_original()
    assert desktop.read_opened()[2] == paper_case.digest


def test_signing_out_removes_the_copy(
    office: Office, workstation: Workstation, paper_case: PaperCase, desktop: SampleDesktop
) -> None:
    del paper_case
    publish_policy(office, open_originals=True)
    open_pages(workstation).open_original()
    path = desktop.read_opened()[0]
    assert path.exists()
    workstation.sign_out()
    assert not path.exists()


@pytest.mark.wide
def test_a_machine_without_a_desktop_says_so_and_records_nothing(
    office: Office,
    workstation: Workstation,
    paper_case: PaperCase,
    desktop: SampleDesktop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del paper_case, desktop
    publish_policy(office, open_originals=True)
    pages = open_pages(workstation)
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(OutOfReach, match="no desktop"):
        pages.open_original()
    assert entries(office, "OpenOriginal") == 0


@pytest.mark.wide
def test_a_missing_opener_is_named() -> None:
    with pytest.raises(OutOfReach, match="xdg-open is not installed"):
        find_desktop_program({"DISPLAY": ":0", "PATH": "/nowhere"})


@pytest.mark.wide
def test_a_copy_is_removed_when_its_time_is_over(tmp_path: Path) -> None:
    copies = OpenedFiles(tmp_path)
    path = copies.write(b"%PDF-1.4", "x", 0.05)
    timer = copies._timers[path]
    timer.join(10)
    assert not path.exists()
    assert not list((tmp_path / FOLDER).iterdir())


_KILLED = """
import os, signal, sys
from pathlib import Path
from clerk_app.roles.papers.opened_files import OpenedFiles
path = OpenedFiles(Path(sys.argv[1])).write(b"%PDF-1.4 secret", "a purpose", 600)
print(path, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.wide
def test_a_copy_of_a_killed_program_is_removed_at_the_next_start_and_that_of_a_running_one_is_not(
    office: Office,
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(office.folder)], capture_output=True, text=True, check=False
    )
    left = Path(killed.stdout.strip())
    assert left.exists()
    running = OpenedFiles(office.folder)
    kept = running.write(b"%PDF-1.4", "x", 600)
    open_workstation(office, NoCamera())
    assert not left.exists()
    assert kept.exists()
    running.remove_all()
    assert not kept.exists()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("居住证办理 2026-11-30 租赁合同", "居住证办理-2026-11-30-租赁合同"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\n\x00b", "a-b"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_file_name_has_only_letters_digits_and_dashes(text: str, name: str) -> None:
    assert file_name(text) == name
    assert os.sep not in file_name(text)
