"""Files of papers that a machine took in: kept while something refers to them, and removed after that."""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from clerk_app.cases.intake.drafts import DiscardDraft, DraftContent, SaveDraft
from clerk_app.cases.intake.paper_file import PaperFile
from clerk_app.composition.retention import erase_expired, remove_unused_files
from clerk_app.composition.taken_files import LIST_FILE, TakenFile, TakenFiles, _format, _parse
from clerk_app.roles.papers.given_files import giving_files
from db.attachments import AttachmentStore
from db.errors import StoreUnwritable
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS
from tests.sample_scans import build_jpeg

PAPER = build_jpeg()
DIGEST = sha256(PAPER).hexdigest()


def save_draft(office: SampleOffice) -> str:
    """Save a draft with the file of a paper; return its id."""
    office.office.taken_files.add(PAPER)
    command = office.prepare_birth()
    file = PaperFile(content=DIGEST, media_type="image/jpeg", pages=1, size=len(PAPER), how="file")
    return office.door.perform(
        SaveDraft(
            visit=command.visit,
            window="w1",
            one_thing="birth",
            catalogue=command.catalogue,
            catalogue_version=command.catalogue_version,
            personal=DraftContent(papers=("birth-certificate",), paper_files={"birth-certificate": file}),
        ),
        CLERKS[0],
    ).draft


def remove(office: SampleOffice, *, minutes: float = 0) -> bool:
    """Look for unused files after some minutes; return whether the file is still there."""
    office.clock.advance(minutes=minutes)
    remove_unused_files(office.office)
    return office.office.attachments.is_kept(DIGEST)


def test_the_file_of_a_draft_stays_and_goes_a_while_after_the_draft_was_discarded(office: SampleOffice) -> None:
    draft = save_draft(office)
    assert remove(office, minutes=60)
    assert find_faults(office.store) == []
    office.door.perform(DiscardDraft(draft=draft, reason="x"), CLERKS[0])
    assert remove(office, minutes=60)  # the first removal after it: the draft may have been discarded just now
    assert remove(office, minutes=14)
    assert not remove(office, minutes=2)
    assert (office.office.folder / LIST_FILE).read_bytes() == b""


def test_a_file_that_is_taken_in_again_begins_its_time_again(office: SampleOffice) -> None:
    office.office.taken_files.add(PAPER)
    assert remove(office)
    assert remove(office, minutes=14)
    office.office.taken_files.add(PAPER)
    assert remove(office, minutes=14)
    assert remove(office, minutes=14)
    assert not remove(office, minutes=2)


@pytest.mark.parametrize("left", [b"", b"ab12", b"\0" * 70, DIGEST[:63].encode(), f"{DIGEST} giv".encode()])
def test_a_file_that_a_crash_left_in_the_list_is_removed_later(office: SampleOffice, left: bytes) -> None:
    (office.office.folder / LIST_FILE).write_bytes(left)
    office.office.taken_files.add(PAPER)
    assert remove(office)
    assert not remove(office, minutes=16)


def test_a_digest_is_in_the_list_before_its_file_is_written(
    office: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("db.attachments.replace_file", fail)
    with pytest.raises(StoreUnwritable, match="No space left on device"):
        office.office.taken_files.add(PAPER)
    assert office.office.taken_files.list_files() == {DIGEST: TakenFile()}
    assert not office.office.attachments.is_kept(DIGEST)


def test_a_window_keeps_the_file_of_an_acceptance_until_the_center_has_it(office: SampleOffice, tmp_path: Path) -> None:
    attachments = AttachmentStore(tmp_path / "content")
    taken, day = TakenFiles(tmp_path, attachments), 86_400_000_000

    def is_kept_at(now: int) -> bool:
        taken.remove_unused(office.store, now, is_window=True)
        return attachments.is_kept(DIGEST)

    taken.add(PAPER)
    taken.mark_given([DIGEST])
    assert is_kept_at(1)
    assert is_kept_at(29 * day)  # the center has rejected the acceptance, and a supervisor may accept it again
    taken.mark_uploaded(DIGEST)
    assert not is_kept_at(29 * day + 1)
    taken.add(PAPER)
    taken.mark_given([DIGEST])
    taken.unmark_given([DIGEST])  # the acceptance was refused here, and its draft is discarded
    assert is_kept_at(1)
    assert not is_kept_at(day)


states = st.builds(TakenFile, st.booleans(), st.booleans(), st.integers(0, 10**17))


@given(st.dictionaries(st.binary(min_size=32, max_size=32).map(bytes.hex), states))
@settings(max_examples=50)
def test_the_list_is_read_as_it_was_written(files: dict[str, TakenFile]) -> None:
    assert _parse(_format(files)) == files


def test_the_acceptance_carries_the_file_of_a_paper_to_the_case(office: SampleOffice) -> None:
    office.office.taken_files.add(PAPER)
    command = office.prepare_birth(child_name="赵一")
    paper = next(material for material in command.materials if material.how == "paper")
    taken = structs.replace(paper, content=DIGEST, media_type="image/jpeg", pages=1, size=len(PAPER), source="ab" * 32)
    others = [material for material in command.materials if material is not paper]
    with giving_files(office.office, (taken, *others)):
        number = office.accept(structs.replace(command, materials=(taken, *others)))
    (row,) = office.select("materials", case_number=number, content=DIGEST)
    assert (row["media_type"], row["pages"], row["source"]) == ("image/jpeg", 1, "ab" * 32)
    (attachment,) = office.select("contents")  # so that a backup contains it
    assert (attachment["digest"], attachment["size"]) == (DIGEST, len(PAPER))
    assert remove(office, minutes=60)
    assert find_faults(office.store) == []


def test_the_file_of_a_paper_is_erased_with_its_case(office: SampleOffice) -> None:
    office.office.taken_files.add(PAPER)
    command = office.prepare_birth(child_name="赵一")
    paper = next(material for material in command.materials if material.how == "paper")
    taken = structs.replace(paper, content=DIGEST, media_type="image/jpeg", pages=1, size=len(PAPER))
    others = [material for material in command.materials if material is not paper]
    number = office.accept(structs.replace(command, materials=(taken, *others)))
    office.withdraw(number)
    office.clock.advance(minutes=3651 * 24 * 60)
    while erase_expired(office.office):
        office.clock.advance(minutes=1)
    assert not office.office.attachments.is_kept(DIGEST)
    assert office.select("contents", digest=DIGEST) == []
    assert find_faults(office.store) == []
