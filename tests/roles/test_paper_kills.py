"""A machine is killed (SIGKILL) while a paper is taken in: no confirmed page is lost, and no file stays for ever."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.composition.retention import remove_unused_files
from clerk_app.composition.taken_files import KEPT_UNUSED
from clerk_app.ledger.door import system_clock
from clerk_app.roles.papers.taking import PaperTaking
from tests.roles.paper_machine import TARGET
from tests.scanners.papers.samples import draw_page, encode_all

KILLS = int(os.environ.get("CLERK_KILLS", "4"))
PAGES = 6


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.tif"
    path.write_bytes(encode_all([draw_page(number, 500, 700) for number in range(1, PAGES + 1)]))
    return path


def take_and_kill(folder: Path, paper: Path, confirmed: int, delay: float) -> int:
    """Take a paper in until `confirmed` pages were confirmed, kill the process; return the pages confirmed last."""
    words = [sys.executable, "-m", "tests.roles.paper_machine", str(folder), str(paper)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True) as machine:
        assert machine.stdout is not None
        for _page in range(confirmed):
            assert machine.stdout.readline()
        time.sleep(delay)
        machine.send_signal(signal.SIGKILL)
        lines = machine.stdout.read().split()
    return int(lines[-1]) if lines else confirmed


def list_attachments(folder: Path) -> set[str]:
    return {path.name for path in (folder / "content").glob("*/*") if not path.name.endswith(".part")}


@pytest.mark.wide
def test_no_page_that_was_confirmed_is_lost_by_a_kill(office: Office, paper: Path) -> None:
    dice, before = random.Random(56), list_attachments(office.folder)
    office.store.close()
    for _kill in range(KILLS):
        again = open_office(office.folder)
        again.open_papers.drop(TARGET.owner, TARGET.material)
        again.store.close()
        last = take_and_kill(office.folder, paper, dice.randint(1, PAGES - 1), dice.random() / 20)
        again = open_office(office.folder)
        pages = PaperTaking(again).open_paper(TARGET).pages
        assert len(pages) >= last or last == PAGES  # the paper was complete, and a new one was begun
        for page in pages:
            assert PaperTaking(again).draw_page(TARGET, page.number, 100).width > 0
        listed = again.taken_files.list_files().keys()
        assert list_attachments(office.folder) - before <= listed
        again.store.close()
    again = open_office(office.folder)
    again.open_papers.drop(TARGET.owner, TARGET.material)
    remove_unused_files(again)
    again.door.clock = lambda: system_clock() + KEPT_UNUSED + 1
    remove_unused_files(again)
    assert list_attachments(office.folder) == before
    again.store.close()
