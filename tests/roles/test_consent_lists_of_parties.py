"""Each party signs a list of their own: their licences, the matters that use them, and a number of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.case import IntakeView
from clerk_app.views.counter import CounterService
from tests.paper.escpos_reader import read_escpos
from tests.roles.test_identity_of_a_visit import intake, serve

Code = Callable[[str], str]


def begin_with_both_parents(counter: CounterService, code: Code) -> IntakeView:
    """Let both parents agree to the use of their identity cards."""
    serve(counter, code("mother"))
    counter.begin_draft("birth")
    counter.process_scan(code("father"))
    counter.assign_party("father")
    return intake(counter.record_consent(["mother-id", "father-id"]))


def papers(office: Office) -> dict[str, str]:
    """Return the text of each printed list by its number."""
    files = office.printers.spool.folder.glob("*-consent-*.bin")
    texts = {path.stem.partition("-consent-")[2]: path.read_bytes() for path in files}
    return {number: " ".join(read_escpos(content).rows) for number, content in texts.items()}


def test_each_party_has_a_paper_with_only_their_licences(counter: CounterService, code: Code, office: Office) -> None:
    begin_with_both_parents(counter, code)
    lists = intake(counter.print_consent_list()).consent_lists
    assert [row.party for row in lists] == ["Mother 林**", "Father 陈**"]
    assert len({row.number for row in lists}) == 2
    mothers, fathers = (papers(office)[row.number] for row in lists)
    assert "Mother's identity card" in mothers
    assert "Father's identity card" not in mothers
    assert "Father's identity card" in fathers
    assert "Signature of 陈**" in fathers


@pytest.mark.wide
def test_a_scanned_list_asks_for_the_signature_of_its_party_alone(
    counter: CounterService, code: Code, office: Office
) -> None:
    begin_with_both_parents(counter, code)
    mothers, fathers = intake(counter.print_consent_list()).consent_lists
    assert counter.process_scan(fathers.number).scanned_list == fathers.number
    view = intake(counter.confirm_consents([fathers.number]))
    assert [row.party for row in view.consent_lists] == ["Mother 林**"]
    with office.store.read() as tx:
        answers = {row["list_number"]: row["how"] for row in tx.select("consents") if row["given_at"]}
    assert answers == {fathers.number: "signed", mothers.number: ""}
    with office.store.read() as tx:
        signed = {row["role"]: row["signed_by"] for row in tx.select("consent_lists") if row["signed_at"]}
        clerks = [row["id"] for row in tx.select("staff", number="1001")]
    assert signed == {"father": clerks[0]}
    assert "signature is recorded" in counter.process_scan(fathers.number).message
    assert counter.process_scan(mothers.number).scanned_list == mothers.number


@pytest.mark.wide
def test_a_list_that_was_not_printed_is_not_signed(counter: CounterService, code: Code) -> None:
    begin_with_both_parents(counter, code)
    with pytest.raises(Refused, match="has to be printed first"):
        counter.confirm_consents([""])


@pytest.mark.wide
def test_what_is_agreed_to_after_the_signature_needs_a_list_of_its_own(counter: CounterService, code: Code) -> None:
    begin_with_both_parents(counter, code)
    printed = intake(counter.print_consent_list()).consent_lists
    counter.confirm_consents([row.number for row in printed])
    (later,) = intake(counter.record_consent(["birth-certificate"])).consent_lists
    assert (later.party, later.licences, later.number) == ("Mother 林**", ("Birth certificate",), "")
    (again,) = intake(counter.print_consent_list()).consent_lists
    assert again.number not in {"", *(row.number for row in printed)}
