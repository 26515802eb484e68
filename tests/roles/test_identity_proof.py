"""The content of licences goes to a window after consent, for a person whose code the authority has verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clerk_app.composition.office import Office
from clerk_app.composition.registry import all_document_types
from clerk_app.errors import Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.visits import ConfirmPerson, IdentifyPerson, ShownPerson
from clerk_app.ledger.replication.documents import Reader
from clerk_app.licences.identity_proof import ProveIdentity, ScannedCode
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.repository import CreateDynamicCode, ResolveDynamicCode, digest_dynamic_code
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent
from clerk_app.people import SYSTEM
from clerk_app.views.counter import CounterService
from tests.paper.escpos_reader import read_escpos
from tests.roles.workflows import prepare_birth

Code = Callable[[str], str]


def clerk_of(office: Office) -> str:
    with office.store.read() as tx:
        return str(next(row["id"] for row in tx.select("staff", number="1001")))


def visit_document(office: Office) -> dict[str, list[dict[str, Any]]]:
    """Return the document of the open visit as the window's machine would receive it."""
    with office.store.read() as tx:
        (visit,) = (row for row in tx.select("visits") if row["ended_at"] is None)
        reader = Reader("n1", office.settings.hall, visit["window_id"], frozenset())
        rows = all_document_types().visible_rows(tx, f"visit/{visit['id']}", reader)
    assert rows is not None
    return rows


def shown_licences(office: Office) -> list[str]:
    return [row["id"] for row in visit_document(office)["licences"] if row["claims"] or row["content"]]


def test_a_window_that_states_a_person_is_sent_nothing_about_them(office: Office, counter: CounterService) -> None:
    clerk, door, catalogue = clerk_of(office), office.door, office.catalogue()
    visit = door.perform(ServeWalkIn(window=office.settings.window), clerk).visit
    shown = ShownPerson(name="林晓雯", number="690102199403120267")
    identify = IdentifyPerson(
        visit=visit, person="P01", result="green", notes="", code_key="made up", since=0, personal=shown
    )
    door.perform(identify, clerk)
    door.perform(ConfirmPerson(visit=visit), clerk)
    fetch = FetchMaterials(visit=visit, one_thing="birth", catalogue=catalogue.id, catalogue_version=catalogue.version)
    with pytest.raises(Refused, match="has not verified"):
        door.perform(fetch, clerk)
    for text in ("", "EL1:AAAA", "made up"):
        with pytest.raises(Refused, match="does not confirm"):
            door.perform(ProveIdentity(visit=visit, personal=ScannedCode(text=text)), clerk)
    assert visit_document(office)["licences"] == []


@pytest.mark.many_cases
@pytest.mark.parametrize("name", ["expired", "forged"])
def test_the_center_verifies_the_code_again(office: Office, counter: CounterService, code: Code, name: str) -> None:
    visit = office.door.perform(ServeWalkIn(window=office.settings.window), clerk_of(office)).visit
    with pytest.raises(Refused, match="does not confirm"):
        office.door.perform(ProveIdentity(visit=visit, personal=ScannedCode(text=code(name))), clerk_of(office))


@pytest.mark.wide
def test_a_printed_code_lists_and_shows_nothing_without_a_second_factor(
    office: Office, counter: CounterService, code: Code
) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    intake = counter.begin_draft("birth").intake
    assert intake is not None
    asked = [row.id for row in intake.materials if row.consent == "asked"]
    assert len(visit_document(office)["licences"]) >= len(asked) > 0
    assert shown_licences(office) == []
    view = counter.record_consent(asked)
    assert view.intake is not None
    assert (view.intake.has_unreleased, view.intake.needs_second_factor) == (True, True)
    assert "does not show it" in view.message
    assert shown_licences(office) == []
    with pytest.raises(Refused, match="not released"):
        counter.open_material(asked[0])
    for _attempt in range(5):
        with pytest.raises(Refused, match="not the last four digits"):
            counter.release_materials("9999")
    with pytest.raises(Refused, match="too often"):
        counter.release_materials("0001")
    assert shown_licences(office) == []


def test_consent_comes_before_the_content_and_covers_the_chosen_matters_only(
    office: Office, counter: CounterService, code: Code
) -> None:
    view = prepare_birth(counter, code("mother"))
    assert view.intake is not None
    clerk, catalogue = clerk_of(office), office.catalogue()
    document = visit_document(office)
    (visit,) = document["visits"]
    assert set(shown_licences(office)) == {row["licence"] for row in document["consents"] if row["released_at"]}
    assert next(row.reason for row in view.intake.materials if row.consent == "given") == "consent stated by the clerk"

    def release(licence: str, *matters: str) -> None:
        command = ReleaseLicences(
            visit=visit["id"],
            licences=(licence,),
            purpose="birth",
            matters=matters,
            catalogue=catalogue.id,
            catalogue_version=catalogue.version,
        )
        office.door.perform(command, clerk)

    given = next(row["licence"] for row in document["consents"] if row["given_at"])
    with pytest.raises(Refused, match="do not belong"):
        release(given, "road-works")
    with pytest.raises(Refused, match="None of the chosen matters"):
        release(given)
    with pytest.raises(Refused, match="has not agreed"):
        release("another", "birth-medical-certificate")


def test_a_second_scan_or_a_signed_list_confirms_the_consent(
    office: Office, counter: CounterService, code: Code
) -> None:
    view = prepare_birth(counter, code("mother"))
    assert view.intake is not None
    assert view.intake.has_unconfirmed_consent
    (visit,) = visit_document(office)["visits"]
    digest = digest_dynamic_code("second")
    office.door.perform(CreateDynamicCode(digest=digest, subject=visit["person"]), SYSTEM)
    counter_clerk = clerk_of(office)
    resolve = ResolveDynamicCode(digest=digest, visit=visit["id"], window=visit["window_id"], purpose="identify")
    office.door.perform(resolve, counter_clerk)
    confirmed = counter.read_view().intake
    assert confirmed is not None
    assert not confirmed.has_unconfirmed_consent
    assert {row.reason for row in confirmed.materials if row.consent == "given"} == {
        "consent confirmed by a second scan"
    }


@pytest.mark.wide
def test_a_signed_list_is_recorded_as_such(office: Office, counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    with pytest.raises(Refused, match="has to be printed first"):
        counter.confirm_consents([])
    printed = counter.print_consent_list()
    assert printed.intake is not None
    assert printed.intake.consent_lists[0].number in printed.message
    (paper,) = office.printers.spool.folder.glob(f"*-consent-{printed.intake.consent_lists[0].number}.bin")
    text = " ".join(read_escpos(paper.read_bytes()).rows)
    assert "Mother's identity card" in text
    number = printed.intake.consent_lists[0].number
    assert number in text
    assert counter.process_scan(f"]Q3{number}\r").scanned_list == number
    intake = counter.confirm_consents([number]).intake
    assert intake is not None
    signed = counter.process_scan(number)
    assert (signed.scanned_list, "signature is recorded" in signed.message) == ("", True)
    assert {row.reason for row in intake.materials if row.consent == "given"} == {"consent signed by the citizen"}
    (visit,) = visit_document(office)["visits"]
    scanned = GiveConsent(visit=visit["id"], licences=(), purpose="birth", how="scan")
    with pytest.raises(Refused, match="stated by the clerk or signed"):
        office.door.perform(scanned, clerk_of(office))


@pytest.mark.wide
def test_a_scanned_consent_list_opens_its_case(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    printed = counter.print_consent_list().intake
    assert printed is not None
    receipt = counter.accept_case().receipt
    assert receipt is not None
    found = counter.process_scan(printed.consent_lists[0].number.lower())
    assert found.case is not None
    assert (found.case.number, printed.consent_lists[0].number in found.message) == (receipt.id[:12], True)
    with pytest.raises(Refused, match="has issued no consent list"):
        counter.process_scan("CL-0123456789")


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("signs", "words"), [(False, "consent stated by the clerk"), (True, "consent signed by the citizen")]
)
def test_receipt_and_case_name_how_consent_was_confirmed(
    counter: CounterService, code: Code, signs: bool, words: str
) -> None:
    prepare_birth(counter, code("mother"))
    if signs:
        printed = counter.print_consent_list().intake
        assert printed is not None
        counter.confirm_consents([row.number for row in printed.consent_lists])
    receipt = counter.accept_case().receipt
    assert receipt is not None
    text = "\n".join(receipt.lines)
    assert "Taken from the city's records" in text
    assert "You may withdraw a consent at any window" in " ".join(text.split())
    assert words in text.replace("\n", " ")
    case = counter.open_case(receipt.id[:12]).case
    assert case is not None
    assert words in {row.reason for row in case.materials if row.consent == "given"}
    assert words in case.history[0].action


def test_window_and_organ_receive_the_claims_of_the_requirement_list_only(
    office: Office, counter: CounterService, code: Code
) -> None:
    prepare_birth(counter, code("mother"))
    cards = [row for row in visit_document(office)["licences"] if row["kind"] == "0101" and row["claims"]]
    assert cards
    assert not any("nation" in row["claims"].decode() for row in cards)
    with office.store.read() as tx:
        stored = [(tx.get("licences", id=row["id"]) or {})["claims"] for row in cards]
    assert all("nation" in claims.decode() for claims in stored)
