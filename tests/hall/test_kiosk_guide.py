"""The service guide of a kiosk: found in the catalogue, printed and counted, or honestly not printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.paper.printers.printer_settings import PrinterSettings
from clerk_app.roles.kiosk.service import OfficeKiosk
from tests.city_policy import publish_policy
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.paper.tcp_printer import TcpPrinter, tcp_printer

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]


@pytest.fixture
def device() -> Iterator[TcpPrinter]:
    with tcp_printer() as device:
        yield device


@pytest.fixture
def machine(office: SampleOffice, device: TcpPrinter) -> Office:
    """The office with a receipt printer for tickets and guides."""
    slip = PrinterSettings(name="slip", device=device.device, papers=("ticket", "guide"), patience_seconds=1)
    settings = msgspec.structs.replace(office.office.settings, printers=(slip,))
    return replace(office.office, settings=settings)


def test_a_birth_is_found_by_event_and_the_guide_separates_what_to_bring_from_what_the_city_has(
    office: SampleOffice,
) -> None:
    guide = OfficeKiosk(office.office).guide
    event = guide.list_values("life_event")[0]
    assert guide.list_offers("life_event", event.id)
    birth = guide.read_guide("birth")
    assert birth.name == "A child is born"
    assert "Mother's identity card" in birth.held
    assert birth.brought == ()
    assert birth.sections[0].title == "Overview"
    hiring = guide.read_guide("hiring")
    assert [(material.name, material.form) for material in hiring.brought] == [("Labour contract", "a copy is enough")]
    assert not {material.name for material in hiring.brought} & set(hiring.held)


def test_initials_in_pinyin_find_it_and_a_search_is_counted(office: SampleOffice) -> None:
    publish_policy(office.office, kiosk_searches_per_minute=1)
    kiosk = OfficeKiosk(office.office)
    assert "birth" in [row.id for row in kiosk.guide.find_offers("xhcs")]
    with pytest.raises(Refused, match="Please wait"):
        OfficeKiosk(office.office).guide.find_offers("xhcs")


def test_a_guide_that_the_catalogue_does_not_have_any_more_is_bad_data(office: SampleOffice) -> None:
    with pytest.raises(BadData):
        OfficeKiosk(office.office).guide.read_guide("matter.gone")


def test_a_guide_is_printed_and_its_pages_count_for_everybody(machine: Office, device: TcpPrinter) -> None:
    assert not OfficeKiosk(machine).guide.print_guide("birth").is_unknown
    assert len(device.papers) == 1
    assert machine.printers.list_jobs() == []
    publish_policy(machine, kiosk_pages_in_ten_minutes=6)
    with pytest.raises(Refused, match="wait 10 minutes"):
        OfficeKiosk(machine).guide.print_guide("birth")
    assert len(device.papers) == 1


def test_without_paper_nothing_is_printed_and_nothing_counted(machine: Office, device: TcpPrinter) -> None:
    device.has_paper = False
    for _again in range(13):
        with pytest.raises(OutOfReach, match="Nothing was printed"):
            OfficeKiosk(machine).guide.print_guide("birth")
    device.has_paper = True
    assert not OfficeKiosk(machine).guide.print_guide("birth").is_unknown
