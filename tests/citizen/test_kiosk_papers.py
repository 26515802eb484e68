"""Papers that an organ has asked for, brought at a kiosk: the rules, through the door."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import pytest

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.citizen.papers import AnnounceKioskPaper, KioskPapersTaken, ListKioskRequests, TakeInAtKiosk
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.licences.repository import AddAttachment
from clerk_app.people import SYSTEM
from tests.citizen.matter_acts import MATTER, MatterActs
from tests.citizen.sessions import open_by_receipt, open_session
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.sample_data import MOTHER_NUMBER

pytestmark = pytest.mark.usefixtures("english")

KIOSK = "kiosk"
PAPER, CONTENT = "applicant-id", b"a page"
DIGEST = sha256(CONTENT).hexdigest()


@dataclass
class PaperActs:
    """A case whose department waits for a paper, and a session in which it is brought."""

    office: SampleOffice
    case: str
    session: str

    def announce(self, material: str = PAPER, content: str = DIGEST, size: int = 6) -> None:
        command = AnnounceKioskPaper(
            session=self.session,
            case=self.case,
            material=material,
            content=content,
            media_type="image/jpeg",
            pages=1,
            size=size,
        )
        self.office.door.perform(command, KIOSK)

    def arrive(self) -> None:
        self.office.authority_door.perform(AddAttachment(digest=DIGEST, media_type="image/jpeg", size=6), SYSTEM)

    def take(self) -> KioskPapersTaken:
        given = GivenMaterial(
            material=PAPER, how="paper", content=DIGEST, media_type="image/jpeg", pages=1, size=6, grade="C"
        )
        return self.office.door.perform(TakeInAtKiosk(session=self.session, case=self.case, materials=(given,)), KIOSK)


@pytest.fixture
def acts(office: SampleOffice) -> PaperActs:
    number = MatterActs(office, open_session(office.door, "mother")).accept().number
    office.return_task(number, MATTER, PAPER)
    return PaperActs(office, number, open_session(office.door, "mother"))


def reason_of(act: object) -> str:
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]
    return refused.value.reason


@both_engines
def test_a_paper_whose_file_has_arrived_meets_the_request(acts: PaperActs) -> None:
    acts.announce()
    acts.arrive()
    taken = acts.take()
    office = acts.office
    assert [task.supplement for task in taken.resumed]
    assert office.task_states(acts.case) == {MATTER: "pooled"}
    (newest,) = [row for row in office.select("materials", case_number=acts.case) if row["version"] == 2]
    assert (newest["material"], newest["content"], newest["how"], newest["grade"]) == (PAPER, DIGEST, "paper", "C")
    assert office.select("kiosk_papers") == []
    assert taken.notice in office.unprinted_notices()
    assert find_faults(office.store) == []


def test_what_is_asked_for_is_listed(acts: PaperActs) -> None:
    (case,) = acts.office.door.perform(ListKioskRequests(session=acts.session), KIOSK).cases
    assert (case.case, [request.material for request in case.requested]) == (acts.case, [PAPER])


def test_a_receipt_opens_its_own_case_only(acts: PaperActs) -> None:
    other = MatterActs(acts.office, open_session(acts.office.door, "father")).accept().number
    acts.office.return_task(other, MATTER, PAPER)
    acts.session = open_by_receipt(acts.office.door, acts.case, MOTHER_NUMBER[-4:])
    acts.announce()
    acts.case = other
    assert reason_of(acts.announce) == "other_case"


def test_nothing_is_taken_in_before_the_file_has_arrived(acts: PaperActs) -> None:
    acts.announce()
    assert reason_of(acts.take) == "not_arrived"
    assert acts.office.task_states(acts.case) == {MATTER: "returned"}


def test_a_file_that_was_not_announced_is_not_taken_in(acts: PaperActs) -> None:
    acts.arrive()
    assert reason_of(acts.take) == "not_announced"


def test_a_paper_that_nobody_asked_for_is_not_announced(acts: PaperActs) -> None:
    assert reason_of(lambda: acts.announce("lease")) == "not_asked"


def test_a_repeated_request_takes_the_paper_in_once(acts: PaperActs) -> None:
    acts.announce()
    acts.arrive()
    first, again = acts.take(), acts.take()
    assert again.repeats
    assert again.notice == first.notice
    assert max(row["version"] for row in acts.office.select("materials", case_number=acts.case)) == 2


def test_an_ended_session_takes_nothing_in(acts: PaperActs) -> None:
    acts.announce()
    acts.arrive()
    open_session(acts.office.door, "mother")
    assert reason_of(acts.take) == "session_ended"


def test_a_session_announces_a_limited_number_of_files(acts: PaperActs) -> None:
    for number in range(20):
        acts.announce(content=sha256(bytes([number])).hexdigest())
    assert reason_of(lambda: acts.announce(content=sha256(b"one too many").hexdigest())) == "too_many_papers"


def test_files_of_a_citizen_who_went_away_are_erased(acts: PaperActs) -> None:
    office = acts.office
    acts.announce()
    with office.office.attachments.receive(DIGEST) as upload:
        upload.write(CONTENT)
        assert upload.commit()
    acts.arrive()
    office.clock.advance(minutes=31)
    run_due_commands(office.office)
    assert office.select("kiosk_papers") == []
    assert office.select("contents", digest=DIGEST) == []
    assert not office.office.attachments.is_kept(DIGEST)
    assert find_faults(office.store) == []
