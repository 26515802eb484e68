"""`clerk audit access` prints who saw the data of a person."""

from __future__ import annotations

from tests.cli.conftest import Clerk
from tests.office import SampleOffice


def test_auditor_reads_who_saw_the_data_of_a_person(office: SampleOffice, clerk: Clerk) -> None:
    office.claim_of(office.accept_birth(), "birth-medical-certificate")
    folder = str(office.office.folder)
    office.close()
    ran = clerk("--office", folder, "audit", "access", "--person", "mother", "--language", "en")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert "worked on a task of the case  case 26" in lines[0]
    assert "listed what the city holds  for" in lines[1]
    assert lines[-1] == "2 accesses."
    assert clerk("--office", folder, "audit", "access", "--person", "nobody", "--language", "en").code == 1
