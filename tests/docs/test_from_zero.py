"""`docs/from-zero.md`: its blocks in order in a shell, with the page's center as a real process.

A block that opens screens is replaced by what the persons do there, over the services of the screens: the window and
the departments are the machines that the page made, and reach the center over HTTP.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import pytest

from clerk_app.app import connect_office
from clerk_app.composition.office import Office, open_office
from clerk_app.locales import set_language
from clerk_app.roles.workstation import open_workstation
from clerk_app.sync.connection import WindowConnection
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.workstation import StaffSession
from tests.docs.code_blocks import DOCS, read_section_blocks
from tests.docs.test_install import find_free_port
from tests.no_camera import NoCamera

PAGE = DOCS / "from-zero.md"
PIN = "486217"
PHONE = "0007"


class NewCity:
    """Runs the blocks of the page, with its folder and the port of its center replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._replaced = {"/srv/new": str(folder), "127.0.0.1:8440": f"127.0.0.1:{find_free_port()}"}
        self._path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(self, block: str) -> None:
        """Run a block in a shell that stops at the first error."""
        for sample, real in self._replaced.items():
            block = block.replace(sample, real)
        command = ["bash", "-e", "-c", block]
        environment = {**os.environ, "PATH": self._path}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250)
        assert ran.returncode == 0, f"{block}\n{ran.stdout}{ran.stderr}"

    @contextmanager
    def signed_in(self, machine: str, number: str) -> Iterator[tuple[StaffSession, Office]]:
        """Yield the session of a person at a machine that is connected to the center, and the office of the machine."""
        office = connect_office(open_office(self.folder / machine))
        connection = cast(WindowConnection, office.connection)
        workstation = open_workstation(office, NoCamera())
        try:
            yield workstation.sign_in(number, PIN), office
            connection.sync_now(lambda: None)
        finally:
            workstation.close()

    def stop(self) -> None:
        """Stop the center if a failed block left it running."""
        with suppress(OSError, ValueError):
            os.kill(int((self.folder / "center.pid").read_text()), signal.SIGTERM)


@pytest.fixture
def city(home: Path, tmp_path: Path) -> Iterator[NewCity]:
    """A new city in an empty folder."""
    opened = NewCity(tmp_path / "new")
    set_language("en")
    yield opened
    opened.stop()
    set_language("zh_CN")


def begin(counter: CounterService, city: NewCity, one_thing: str) -> CounterView:
    """Serve the citizen with the code, and show what the city holds; nothing is shown before consent."""
    counter.serve_walk_in()
    scanned = counter.process_scan((city.folder / "code").read_text().strip())
    assert scanned.applicant is not None
    assert scanned.applicant.check.result in ("green", "amber")
    assert not any("holds nothing" in note for note in scanned.applicant.notes)
    counter.confirm_person()
    intake = counter.begin_draft(one_thing).intake
    assert intake is not None
    asked = [row.id for row in intake.materials if row.consent == "asked"]
    counter.record_consent(asked)
    return counter.release_materials(PHONE)


def held(view: CounterView) -> dict[str, tuple[str, str]]:
    """Return issuer and validity of the materials that the city holds, by id."""
    assert view.intake is not None
    return {row.id: (row.issuer, row.valid_to) for row in view.intake.materials if row.state == "held"}


def accept_first_case(city: NewCity) -> None:
    """Section 7, at the window: the identity card is shown after consent, and fills the form; the case is accepted."""
    with city.signed_in("window1", "1001") as (session, _office):
        counter = session.counter
        assert counter is not None
        view = begin(counter, city, "parking")
        assert set(held(view)) == {"applicant-id"}
        assert "梧桐巷7号" in {fact.value for fact in counter.open_material("applicant-id").facts}
        counter.fill_field("plate", "沪A12345")
        counter.toggle_paper("vehicle-licence")
        accepted = counter.accept_case()
        assert accepted.receipt is not None, accepted.message
        counter.finish_visit("finish")


def decide(city: NewCity, machine: str, number: str, material: str) -> None:
    """Section 7, at a department: the officer opens a material and approves the task."""
    with city.signed_in(machine, number) as (session, office):
        department = session.department
        assert department is not None
        cast(WindowConnection, office.connection).sync_now(lambda: None)
        department.claim_next()
        assert "梧桐巷7号" in {fact.value for fact in department.open_material(material).facts}
        department.approve("")


def serve_first_visit(city: NewCity) -> None:
    accept_first_case(city)
    decide(city, "community", "2001", "applicant-id")
    decide(city, "transport", "2002", "address-confirmation")


def serve_next_visit(city: NewCity) -> None:
    """Section 8: what the street office confirmed is held, and used again after consent."""
    with city.signed_in("window1", "1001") as (session, _office):
        counter = session.counter
        assert counter is not None
        view = begin(counter, city, "school")
        issuer, valid_to = held(view)["address-confirmation"]
        assert issuer in ("Street office", "街道办事处")
        assert valid_to[:2] == "20"
        assert "梧桐巷7号" in {fact.value for fact in counter.open_material("address-confirmation").facts}
        counter.fill_field("school", "第一小学")
        accepted = counter.accept_case()
        assert accepted.receipt is not None, accepted.message
        counter.finish_visit("finish")


@pytest.mark.wide
def test_a_city_without_the_sample_is_made_by_the_page_alone(city: NewCity) -> None:
    sections = [line.removeprefix("## ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("## ")]
    blocks = [block for section in sections for block in read_section_blocks(PAGE, section)]
    visits: list[Callable[[NewCity], None]] = [serve_first_visit, serve_next_visit]
    for block in blocks:
        if all(line.split()[-1] in ("counter", "department") for line in block.splitlines()):
            visits.pop(0)(city)
        else:
            city.run(block)
    assert visits == []
    assert "revoked or suspended" in (city.folder / "refused").read_text()
