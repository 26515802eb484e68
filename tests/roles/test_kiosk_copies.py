"""Copies of licences and signed codes at the kiosk of the sample city: what is printed, and what a fault leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from clerk_app.cli.licence_issue import create_dynamic_code
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.licences.licence_verification import verify_licence_code
from clerk_app.paper.printers.printer_settings import PrinterSettings
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.views.kiosk_copies import OwnLicenceRow
from tests.paper.escpos_reader import read_escpos
from tests.paper.tcp_printer import TcpPrinter, tcp_printer

CARD = "Identity card"


@pytest.fixture
def device() -> Iterator[TcpPrinter]:
    with tcp_printer() as device:
        yield device


@pytest.fixture
def machine(office: Office, device: TcpPrinter) -> Office:
    """The sample city with a receipt printer for the papers of the kiosk."""
    papers = ("licence_copy", "code", "complaint")
    printer = PrinterSettings(name="kiosk", device=device.device, papers=papers, patience_seconds=1)
    return replace(office, settings=msgspec.structs.replace(office.settings, printers=(printer,)))


@pytest.fixture
def kiosk(machine: Office, number: str) -> OfficeKiosk:
    """A kiosk with the session of the mother."""
    made = OfficeKiosk(machine)
    made.sessions.open_by_code(create_dynamic_code(machine, number, digits=True))
    return made


@pytest.fixture
def number(machine: Office) -> str:
    """The identity number of the mother."""
    with machine.store.read() as tx:
        row = tx.get("persons", id="P01")
    assert row is not None
    return str(row["id_number"])


def find_card(kiosk: OfficeKiosk) -> OwnLicenceRow:
    return next(row for row in kiosk.copies.list_licences() if row.name == CARD)


def read_paper(data: bytes) -> str:
    printed = read_escpos(data)
    return " ".join(" ".join(printed.rows + printed.wide_rows).split())


def read_outcomes(office: Office) -> list[tuple[str, int, int]]:
    with office.store.read() as tx:
        rows = tx.select("licence_copies", order=("made_at", "number"))
    return [(row["outcome"], row["printed"], row["prints"]) for row in rows]


def list_times(office: Office) -> dict[str, int]:
    """Return when each file of the office's folder was written, without its store, which is the center's."""
    files = [path for path in office.folder.rglob("*") if path.is_file() and not path.name.startswith("store.db")]
    return {str(path): path.stat().st_mtime_ns for path in files}


@pytest.fixture
def find_in_files(machine: Office) -> Callable[..., list[str]]:
    """Return which texts are in a file of the office's folder that was written since the test began."""
    before = list_times(machine)

    def find(*texts: str) -> list[str]:
        data = b"".join(Path(file).read_bytes() for file, at in list_times(machine).items() if before.get(file) != at)
        return [text for text in texts if text.encode() in data]

    return find


def test_a_copy_has_purpose_expiry_number_and_code_and_its_print_is_confirmed(
    kiosk: OfficeKiosk, machine: Office, device: TcpPrinter, number: str, find_in_files: Callable[..., list[str]]
) -> None:
    copy = kiosk.copies.print_copy(find_card(kiosk), "bank", 2)
    assert (copy.printed, copy.is_unknown) == (2, False)
    assert read_outcomes(machine) == [("printed", 2, 1)]
    text = read_paper(device.papers[0])
    with machine.store.read() as tx:
        (row,) = tx.select("licence_copies")
    assert len(device.papers) == 2
    for part in (copy.number, row["code"], "Only for a bank", str(copy.expires_on), "Kiosk"):
        assert part in text
    assert number not in text.replace(" ", "")
    assert find_in_files(copy.number, row["code"], "林晓雯") == []


def test_without_paper_nothing_is_recorded_and_nothing_counts_as_printed(
    kiosk: OfficeKiosk, machine: Office, device: TcpPrinter
) -> None:
    card = find_card(kiosk)
    device.has_paper = False
    with pytest.raises(OutOfReach, match="nothing was printed"):
        kiosk.copies.print_copy(card, "bank", 1)
    with pytest.raises(OutOfReach, match="nothing was printed"):
        kiosk.copies.print_code(card)
    assert read_outcomes(machine) == []
    device.has_paper = True
    assert kiosk.copies.print_copy(card, "bank", 1).printed == 1


def test_a_silent_printer_leaves_an_unknown_print_that_is_repeated_under_its_number(
    kiosk: OfficeKiosk, machine: Office, device: TcpPrinter
) -> None:
    card = find_card(kiosk)
    device.mode = "lies"
    copy = kiosk.copies.print_copy(card, "bank", 1)
    assert (copy.printed, copy.is_unknown) == (0, True)
    assert read_outcomes(machine) == [("unknown", 0, 1)]
    device.mode = "answer"
    again = kiosk.copies.print_copy(card, "bank", 1, copy.number)
    assert (again.number, again.printed) == (copy.number, 1)
    assert read_outcomes(machine) == [("printed", 1, 2)]
    with pytest.raises(Refused, match="is not printed again"):
        kiosk.copies.print_copy(card, "bank", 1, copy.number)


def test_a_signed_code_on_paper_is_green_and_states_its_use(
    kiosk: OfficeKiosk, machine: Office, device: TcpPrinter, number: str, find_in_files: Callable[..., list[str]]
) -> None:
    code = kiosk.copies.print_code(find_card(kiosk))
    printed = read_escpos(device.papers[0])
    ((_kind, text),) = printed.codes()
    verdict = verify_licence_code(text, *machine.read_trust_lists(), machine.utc)
    assert verdict.claims is not None
    assert verdict.claims.holder_id_number == number
    assert int(verdict.claims.expires_at.timestamp()) == int(code.expires_at.timestamp())
    words = " ".join(" ".join(printed.rows).split())
    assert "Use: to identify yourself" in words
    assert "林晓雯" not in words
    assert find_in_files(text, "林晓雯") == []


def test_after_the_session_nothing_is_listed_or_printed(
    kiosk: OfficeKiosk, machine: Office, device: TcpPrinter
) -> None:
    card = find_card(kiosk)
    kiosk.sessions.end()
    for act in (kiosk.copies.list_licences, lambda: kiosk.copies.print_copy(card, "bank", 1)):
        with pytest.raises(Refused, match="session at this machine has ended"):
            act()
    assert (read_outcomes(machine), device.papers) == ([], [])


@pytest.mark.parametrize(("fault", "slip"), [("none", "printed"), ("paper", "not_printed"), ("lies", "unknown")])
def test_a_complaint_is_stored_whatever_becomes_of_its_slip(
    machine: Office, device: TcpPrinter, fault: str, slip: str, find_in_files: Callable[..., list[str]]
) -> None:
    device.has_paper = fault != "paper"
    device.mode = "lies" if fault == "lies" else "answer"
    filed = OfficeKiosk(machine).feedback.complain("waiting", contact="13912345678")
    assert filed.slip == slip
    with machine.store.read() as tx:
        (row,) = tx.select("complaints")
    assert (row["number"], row["contact"]) == (filed.number, "13912345678")
    if slip == "printed":
        assert filed.number in read_paper(device.papers[0])
    assert find_in_files(filed.number, "13912345678") == []
