"""Cases are erased when their retention period is over; no byte of their personal data stays in the files."""

from __future__ import annotations

import os
import time

import pytest

from clerk_app.cases.intake.drafts import DiscardDraft
from clerk_app.composition.office import STORE_FILE
from clerk_app.composition.retention import erase_expired, is_purge_due
from clerk_app.hall.visits import IdentifyParty, ShownPerson
from tests.office import SampleOffice, find_faults
from tests.sample_data import MOTHER_NUMBER


def read_files(office: SampleOffice) -> bytes:
    path = office.office.folder / STORE_FILE
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{STORE_FILE}*") if file.suffix != ".lock")


def test_ended_case_is_erased_after_its_retention_with_every_byte(office: SampleOffice) -> None:
    names = {"child_name": "赵不留痕", "home_address": "绝无此路九十九号"}
    old = office.accept_birth(**names)
    office.withdraw(old)
    assert all(text.encode() in read_files(office) for text in names.values())
    office.clock.advance(minutes=3650 * 24 * 60 - 60)
    assert erase_expired(office.office) == 1  # the content of its draft
    office.clock.advance(minutes=120)
    assert erase_expired(office.office) == 1
    assert not is_purge_due(office.office)
    content = read_files(office)
    assert [text for text in names.values() if text.encode() in content] == []
    assert office.case(old)["applicant_name"] is None
    assert MOTHER_NUMBER.encode() in content  # she is registered with the city
    assert erase_expired(office.office) == 0
    assert find_faults(office.store) == []


def test_visit_without_a_case_and_its_draft_leave_the_files_after_a_day(office: SampleOffice) -> None:
    kept = office.accept_birth()
    visit = office.serve("enterprise")
    office.door.perform(
        IdentifyParty(visit=visit, role="agent", how="document", personal=ShownPerson(name="钱无案", number="X1")),
        "clerk-1",
    )
    draft = office.draft(visit, "birth", {"child_name": "赵不留痕"})
    office.move_ticket("finish")
    personal = ("示范建设公司", "钱无案", "赵不留痕")
    office.clock.advance(minutes=2 * 24 * 60)
    before = erase_expired(office.office)  # the draft of the accepted case; this one goes on
    assert before == 1
    assert all(text.encode() in read_files(office) for text in personal[1:])
    office.door.perform(DiscardDraft(draft=draft, reason="x"), "clerk-1")
    assert erase_expired(office.office) == 1
    office.clock.advance(minutes=2 * 24 * 60)
    assert erase_expired(office.office) == 1
    assert [text for text in personal[1:] if text.encode() in read_files(office)] == []
    assert office.select("visits", id=visit)[0]["shown_name"] is None
    assert office.case(kept)["applicant_name"] is not None
    assert erase_expired(office.office) == 0
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_case_under_way_is_never_erased_and_a_reader_only_delays_the_purge(office: SampleOffice) -> None:
    under_way, ended = office.accept_birth(), office.accept_road()
    office.withdraw(ended)
    office.clock.advance(minutes=4000 * 24 * 60)
    with office.store.read() as tx:
        tx.select("cases")
        assert erase_expired(office.office) == 3  # two drafts
        assert is_purge_due(office.office)
    assert erase_expired(office.office) == 0
    assert not is_purge_due(office.office)
    assert office.case(under_way)["applicant_name"] is not None


def test_a_draft_that_nobody_continues_and_a_paper_that_nobody_takes_leave_the_files(office: SampleOffice) -> None:
    visit = office.serve("enterprise")
    office.draft(visit, "birth", {"child_name": "赵不留痕"})
    office.move_ticket("finish")
    day = 24 * 60
    office.clock.advance(minutes=29 * day)
    assert erase_expired(office.office) == 0
    assert "赵不留痕".encode() in read_files(office)
    paper = office.office.printers.spool.print_paper("20260506T090000000000-receipt-1.bin", "赵不留痕".encode())
    office.clock.advance(minutes=2 * day)
    assert erase_expired(office.office) == 2  # the draft ends, and its visit is erased
    assert office.select("drafts") == []
    assert paper.exists()
    office.clock.advance(minutes=2 * day)
    assert erase_expired(office.office) == 1  # its content leaves the log
    assert "赵不留痕".encode() not in read_files(office)
    week_ago = time.time() - 8 * 86_400
    os.utime(paper, (week_ago, week_ago))
    erase_expired(office.office)
    assert not paper.exists()
    assert office.office.printers.spool.was_removed("receipt", "1")
    assert [path for path in office.office.folder.rglob("*.bin") if "赵不留痕".encode() in path.read_bytes()] == []
    assert find_faults(office.store) == []
