"""A case whose matter needs the signature of a further party: signed by a code or on a sheet, voided by a change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.composition.registry import all_document_types
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from screens.sign_in import StaffApp
from tests.city_policy import publish_co_signature
from tests.roles.test_acting_for_others import FATHER, fresh_code, printed_text
from tests.roles.test_birth_keystrokes import open_screen
from tests.roles.test_identity_of_a_visit import intake
from tests.roles.workflows import prepare_birth, sign_in_officer
from tests.sample_data import CITY_PIN
from tests.screens.stage import press, screen_text

Code = Callable[[str], str]


@pytest.fixture
def unsigned(office: Office, counter: CounterService, code: Code) -> CounterService:
    """A counter with a complete birth that lacks the signature of the father."""
    publish_co_signature(office)
    prepare_birth(counter, code("mother"), insured=False)
    return counter


def change_form(counter: CounterService) -> None:
    """Change an answer that the father signs."""
    field = next(row for row in intake(counter.read_view()).fields if row.id == "mother_document_kind")
    counter.fill_field(field.id, field.options[0].id)


def signed_by_father(counter: CounterService) -> str:
    return next(party.known_by for party in intake(counter.read_view()).parties if party.role == "father")


def office_signatures(office: Office) -> list[tuple[str, str]]:
    with office.store.read() as tx:
        return [(row["role"], row["how"]) for row in tx.select("co_signatures")]


def accept(counter: CounterService) -> str:
    """Accept the case on the screen; return its number."""
    receipt = counter.accept_case().receipt
    assert receipt is not None
    return receipt.id[:12]


def test_a_change_after_the_signature_voids_it_and_is_named(unsigned: CounterService, office: Office) -> None:
    assert intake(unsigned.read_view()).gaps == ("Co-signature: Father 陈志远",)
    view = intake(unsigned.co_sign(fresh_code(office, FATHER)))
    assert (view.gaps, view.unsigned) == ((), ())
    assert "co-signed by a code" in signed_by_father(unsigned)
    change_form(unsigned)
    (gap,) = intake(unsigned.read_view()).gaps
    assert gap.startswith("Co-signature again: Father 陈志远. Changed after the signature: Document of mother")
    assert "co-signed" not in signed_by_father(unsigned)
    with pytest.raises(Refused, match="Co-signature again"):
        unsigned.accept_case()
    unsigned.co_sign(fresh_code(office, FATHER))
    accept(unsigned)


def test_the_signature_is_on_case_receipt_and_at_the_department(
    unsigned: CounterService, office: Office, workstation: Workstation
) -> None:
    unsigned.co_sign(fresh_code(office, FATHER))
    number = accept(unsigned)
    case = unsigned.open_case(number).case
    assert case is not None
    (line,) = case.co_signed
    assert line.label == "Co-signed by Father"
    assert line.value.startswith("陈**, by a code, ")
    assert "by a code" in printed_text(office, number, "receipt")
    task = sign_in_officer(workstation, "2001").claim_next().task
    assert task is not None
    assert [field.value for field in task.fields if field.label == line.label]


@pytest.mark.wide
def test_a_sheet_is_printed_signed_scanned_and_kept_with_the_case(unsigned: CounterService, office: Office) -> None:
    printed = unsigned.print_sheet("father")
    (sheet,) = intake(printed).sheets
    assert f"Sheet {sheet.hint}. Sheet with a co-signature: " in printed.message
    (paper,) = office.printers.spool.folder.glob(f"*-co_signature-{sheet.hint}.bin")
    assert paper.stat().st_size > 0
    assert unsigned.process_scan(sheet.hint.lower()).scanned_sheet == "father"
    change_form(unsigned)
    assert "changed after sheet" in unsigned.process_scan(sheet.hint).message
    with pytest.raises(Refused, match="printed first"):
        unsigned.co_sign_on_paper("father")
    (again,) = intake(unsigned.print_sheet("father")).sheets
    assert again.hint != sheet.hint
    assert intake(unsigned.co_sign_on_paper("father")).gaps == ()
    assert "its signature is recorded" in unsigned.process_scan(again.hint).message
    number = accept(unsigned)
    found = unsigned.process_scan(again.hint)
    assert found.case is not None
    assert (found.case.number, again.hint in found.case.co_signed[0].value) == (number, True)
    kept = next(row for row in unsigned.list_papers() if again.hint in row.title)
    assert (kept.state, kept.is_kept) == ("signed, in the file of the service centre", True)
    with pytest.raises(Refused, match="not known at this window"):
        unsigned.process_scan(sheet.hint)


@pytest.mark.wide
def test_without_the_center_the_scan_of_a_code_names_the_sheet(unsigned: CounterService, office: Office) -> None:
    code = fresh_code(office, FATHER)
    office.door.authority = OfflineAuthority(office.store, all_document_types())
    with pytest.raises(OutOfReach, match="print the sheet for the signature"):
        unsigned.co_sign(code)
    assert office_signatures(office) == []


@pytest.mark.wide
async def test_keys_print_the_sheet_and_record_that_it_is_signed(
    office: Office, workstation: Workstation, code: Code
) -> None:
    publish_co_signature(office)
    service = workstation.sign_in("1001", CITY_PIN).counter
    assert service is not None
    prepare_birth(service, code("mother"), insured=False)
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter")
        await press(pilot, "f8", "5", "5", "enter")
        assert "Print the sheet for the signature" in screen_text(app)
        await press(pilot, "2", "enter")
        assert "Signed sheet" in screen_text(app)
        await press(pilot, "enter")
        assert office_signatures(office) == [("father", "signed")]
        assert "Co-signature" not in screen_text(app)
