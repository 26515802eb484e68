"""`clerk registry promises|repair`: two persons repair the record of a false promise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.promise_city import accept_low_risk, find_promise, prove_false
from tests.cli.conftest import Clerk
from tests.office import SampleOffice, reopen_office
from tests.registry.registry_office import FIRST, add_second
from tests.sample_data import PIN

Run = Callable[..., tuple[int, str]]
SECOND_PIN = "739461"


@pytest.fixture
def registry(office: SampleOffice, clerk: Clerk, tmp_path: Path) -> Run:
    """Runs `clerk registry` as one of two administrators, or as nobody; returns exit code and what was printed."""
    add_second(office)
    (first,) = office.select("staff", id=FIRST)
    number = accept_low_risk(office)
    prove_false(office, find_promise(office, number, "excavation-road"))
    numbers = ("", first["number"], "8002")
    for name, pin in ((first["number"], PIN), ("8002", SECOND_PIN)):
        (tmp_path / f"pin-{name}").write_text(f"{pin}\n", "utf-8")
    office.close()

    def run(who: int, *words: str) -> tuple[int, str]:
        signed = ("--admin", numbers[who], "--pin-file", str(tmp_path / f"pin-{numbers[who]}")) if who else ()
        done = clerk("--office", str(office.office.folder), "registry", *words, *signed, "--language", "en")
        return done.code, done.out + done.err

    return run


def record_of(registry: Run) -> str:
    code, out = registry(0, "promises")
    assert code == 0, out
    return out.splitlines()[-1].split()[0]


def test_a_repair_is_proposed_and_confirmed_by_another_person(registry: Run, office: SampleOffice) -> None:
    record = record_of(registry)
    code, refused = registry(2, "repair", record, "--confirm")
    assert (code, "Nobody has proposed this repair yet." in refused) == (1, True)
    code, asked = registry(1, "repair", record, "--reason", "the pit was filled and paid for")
    assert (code, f"clerk registry repair {record} --confirm" in asked) == (0, True)
    assert "proposed: the pit was filled and paid for" in registry(0, "promises")[1]
    code, refused = registry(1, "repair", record, "--confirm")
    assert (code, "another person does" in refused) == (1, True)
    assert registry(2, "repair", record, "--confirm")[0] == 0
    assert registry(0, "promises") == (1, "No false promise is recorded.\n")
    with reopen_office(office.office.folder, office.clock) as reopened:
        (row,) = reopened.select("broken_promises")
        assert row["repaired_at"] is not None
        accept_low_risk(reopened)


@pytest.mark.wide
def test_a_proposal_needs_a_reason_and_a_confirmation_takes_none(registry: Run) -> None:
    record = record_of(registry)
    for words in ((), ("--reason", "x", "--confirm"), ("--confirm", "--case", "1")):
        code, out = registry(1, "repair", record, *words)
        assert (code, "or --confirm alone" in out) == (2, True)


@pytest.mark.wide
def test_a_credit_case_has_to_be_one_of_this_applicant(registry: Run) -> None:
    code, out = registry(1, "repair", record_of(registry), "--reason", "repaired", "--case", "000000000000")
    assert (code, "is not one of this applicant" in out) == (1, True)
