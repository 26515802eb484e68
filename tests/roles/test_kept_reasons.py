"""Reasons that were entered and not recorded: kept for each person in a file, until the task has ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.roles.kept_reasons import REASONS_FILE, FileReasons
from clerk_app.views.counter import CounterService
from clerk_app.views.shared import Option
from clerk_app.views.workstation import StoredReasons, Workstation
from tests.clock import Clock
from tests.roles.workflows import accept_birth, sign_in_officer

KEPT = StoredReasons((Option("", "缺照片"), Option("no-photo", "The photo is missing")), "and 王", ("photo",))


def test_each_person_has_their_own_reasons_in_a_file_that_others_cannot_read(office: Office) -> None:
    FileReasons(office, "li").save({"refuse 1": KEPT, "return 1": StoredReasons(text="x")})
    FileReasons(office, "wang").save({"refuse 1": StoredReasons(text="y")})
    assert FileReasons(office, "li").read() == {"refuse 1": KEPT, "return 1": StoredReasons(text="x")}
    assert FileReasons(office, "wang").read() == {"refuse 1": StoredReasons(text="y")}
    assert (office.folder / REASONS_FILE).stat().st_mode & 0o777 == 0o600
    FileReasons(office, "li").save({})
    assert "照片" not in (office.folder / REASONS_FILE).read_text("utf-8")
    assert FileReasons(office, "wang").read()


def test_reasons_go_when_their_task_has_ended(
    counter: CounterService, workstation: Workstation, office: Office, code: Callable[[str], str]
) -> None:
    accept_birth(counter, code("mother"))
    officer = sign_in_officer(workstation, "2001")
    task = officer.claim_next().task
    assert task is not None
    reasons = FileReasons(office, "li")
    reasons.save({f"refuse {task.row.id}": KEPT})
    assert len(reasons.read()) == 1
    officer.approve("")
    assert reasons.read() == {}


@pytest.mark.wide
def test_reasons_go_after_a_month(office: Office) -> None:
    clock = Clock()
    later = open_office(office.folder, clock=clock)
    with closing(later.store):
        reasons = FileReasons(later, "li")
        reasons.save({"refuse 1": KEPT})
        clock.advance(days=29)
        reasons.save({"refuse 1": KEPT, "refuse 2": KEPT})
        clock.advance(days=2)
        assert list(reasons.read()) == ["refuse 2"]


@pytest.mark.wide
def test_a_damaged_file_counts_as_empty(office: Office) -> None:
    file: Path = office.folder / REASONS_FILE
    for content in (b"\xff", b"[]", b'{"li": []}', b'{"li": {"refuse 1": {"at": 1e99, "reasons": 1}, "x": 2}}'):
        file.write_bytes(content)
        assert FileReasons(office, "li").read() == {}
    FileReasons(office, "li").save({"refuse 1": KEPT})
    assert FileReasons(office, "li").read() == {"refuse 1": KEPT}
