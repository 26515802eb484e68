"""Creates the sample city in a folder: office, staff, citizens, their e-licences and codes, waiting tickets.

Everything is recorded by the command processor (`Door`), as in a real office; only the data is invented.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from clerk_app.catalogue.loader import SAMPLE_CITY as CATALOGUE
from clerk_app.catalogue.loader import load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.composition.office import Office, create_office
from clerk_app.composition.schedule import run_due_commands
from clerk_app.demo.city_data import CityData, SampleLicence, WaitingTicketData, load_city_data, read_settings_text
from clerk_app.demo.sample_feeds import import_feeds
from clerk_app.demo.sample_issuer import make_keys, sign_codes, sign_trust_lists
from clerk_app.demo.sample_papers import write_sample_papers
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.hall.windows import RegisterWindow
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.nodes import EnrolNode, generate_epoch
from clerk_app.ledger.numbers import LendNumbers
from clerk_app.licences.identifiers import build_licence_number
from clerk_app.licences.repository import AddAttachment, LicenceStatements, RegisterLicence, RevokeLicence
from clerk_app.paper.documents.ticket_slip import TicketSlip
from clerk_app.paper.printers.spool import format_paper_name
from clerk_app.people.permissions import SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterOrgan, RegisterOrganisation, RegisterPerson
from clerk_app.people.staff import RegisterStaff, hash_pin

NODE = "c1"
_NUMBER_BLOCKS = 2  # blocks of case numbers: one in use, one in reserve
_FIRST_LICENCE_SERIAL = 2026_000_000
_TYPES_WITH_PORTRAIT = {"0101", "0103", "0104", "0501"}  # licence types with a portrait
_PHOTO_TYPE = "0105"  # its picture is the photo alone


def build_sample_city(
    folder: Path, *, clock: Callable[[], int] = system_clock, make_pin_hash: Callable[[str], str] = hash_pin
) -> Office:
    """Build the sample city in `folder`. Raises BadData when there is an office already.

    `make_pin_hash` hashes the PINs of its staff.
    """
    catalogue = load_folder(CATALOGUE)
    data = load_data_of_today(clock, catalogue)
    office = create_office(folder, read_settings_text(), clock=clock)
    make_keys(folder, data.issuers)
    _set_up_office(office, catalogue)
    _register_staff(office, data, make_pin_hash)
    _register_people(office, data)
    for place, held in enumerate(data.licences, 1):
        _register_licence(office, catalogue, data, held, place)
    write_sample_papers(folder / office.settings.scan_folder)
    import_feeds(office)
    sign_trust_lists(office, data.issuers)
    sign_codes(office, data)
    run_due_commands(office)
    issue_waiting_tickets(office, data.waiting)
    return office


def load_data_of_today(clock: Callable[[], int], catalogue: Catalogue) -> CityData:
    """Return the data of the city; its relative days count from the present day in the city."""
    now = datetime.fromtimestamp(clock() / 1_000_000, UTC)
    return load_city_data(now.astimezone(ZoneInfo(catalogue.time_zone)).date())


def _set_up_office(office: Office, catalogue: Catalogue) -> None:
    """Record the node with its number blocks, the catalogue, and the organs of the catalogue."""
    perform = office.door.perform
    perform(
        EnrolNode(node=NODE, name=office.settings.name.zh, node_kind="center", here=True, epoch=generate_epoch()),
        SYSTEM,
    )
    for _ in range(_NUMBER_BLOCKS):
        perform(LendNumbers(node=NODE, incarnation=1), SYSTEM)
    content = catalogue.to_bytes().decode()
    perform(PublishCatalogue(catalogue=catalogue.id, version=catalogue.version, content=content), SYSTEM)
    name = office.settings.name
    perform(RegisterOrgan(id=office.settings.centre, name_zh=name.zh, name_en=name.en, level="street"), SYSTEM)
    for organ in catalogue.organs:
        perform(
            RegisterOrgan(
                id=organ.id, name_zh=organ.name.zh, name_en=organ.name.en, level=organ.level, parent=organ.parent
            ),
            SYSTEM,
        )


def _register_staff(office: Office, data: CityData, make_pin_hash: Callable[[str], str]) -> None:
    # one hash for each PIN: all staff have the same, and a hash takes long on purpose
    hashes = {pin: make_pin_hash(pin) for pin in {member.pin for member in data.staff}}
    for member in data.staff:
        office.door.perform(
            RegisterStaff(
                id=member.number,
                number=member.number,
                name=member.name,
                role=member.role,
                pin_hash=hashes[member.pin],
                organ=member.organ,
            ),
            SYSTEM,
        )
    for window in data.windows:
        location = {"hall": office.settings.hall, "site": office.settings.centre}
        register = RegisterWindow(id=window.id, name=window.name, categories=window.categories, **location)
        office.door.perform(register, SYSTEM)


def _register_people(office: Office, data: CityData) -> None:
    for person in data.persons:
        details = PersonDetails(
            name=person.name,
            id_number=person.id_number,
            born=person.birth_date,
            phone=person.phone,
            address=person.address,
        )
        office.door.perform(RegisterPerson(id=person.id, personal=details), SYSTEM)
    for organisation in data.organisations:
        office.door.perform(
            RegisterOrganisation(
                id=organisation.id,
                name=organisation.name,
                credit_code=organisation.credit_code,
                address=organisation.address,
            ),
            SYSTEM,
        )


def _register_licence(office: Office, catalogue: Catalogue, data: CityData, held: SampleLicence, index: int) -> None:
    from clerk_app.demo.licence_cards import (
        draw_card,
        draw_photo,
    )  # imports Pillow, which an existing city does not need

    issuer = data.issuer_of(held.type)
    # the type code by GB/T 36904 is the credit code of its owner and three more characters
    identifier = build_licence_number(
        issuer.credit_code + held.type[-3:], issuer.credit_code, str(_FIRST_LICENCE_SERIAL + index)
    )
    licence_type = catalogue.licence_type(held.type)
    picture = draw_card(
        licence_type.name.zh,
        [(claim.name.zh, held.claims[claim.id]) for claim in licence_type.claims if claim.id in held.claims],
        number=identifier,
        issuer=issuer.name.zh,
        band=int(held.type[:2]),
        portrait=held.holder if held.type in _TYPES_WITH_PORTRAIT else "",
    )
    if held.type == _PHOTO_TYPE:
        picture = draw_photo(held.holder)
    digest = office.attachments.add(picture)
    office.door.perform(AddAttachment(digest=digest, media_type="image/png", size=len(picture)), SYSTEM)
    office.door.perform(
        RegisterLicence(
            id=held.id,
            licence_type=held.type,
            identifier=identifier,
            holder=held.holder,
            issuer=issuer.name.zh,
            issuer_code=issuer.credit_code,
            valid_from=held.valid_from,
            valid_to=held.valid_to,
            status_index=index,
            users=held.users,
            content=digest,
            personal=LicenceStatements(claims=held.claims),
        ),
        SYSTEM,
    )
    if held.revoked:
        office.door.perform(RevokeLicence(id=held.id, reason=held.revoked), SYSTEM)


def issue_waiting_tickets(office: Office, waiting: tuple[WaitingTicketData, ...]) -> None:
    """Issue the tickets of the citizens who wait when the city opens."""
    for ticket in waiting:
        _issue_ticket(office, ticket)


def _issue_ticket(office: Office, ticket: WaitingTicketData) -> None:
    """Issue a ticket in two phases: number and slip, then the place in the queue."""
    from clerk_app.paper.printers.escpos import encode_escpos  # imports python-escpos

    taken_at, settings = office.local_time(), office.settings
    prepared = office.door.perform(
        PrepareTicket(hall=settings.hall, category=ticket.category, priority=ticket.priority), SYSTEM
    )
    category = next(kind for kind in settings.categories if kind.letter == ticket.category)
    slip = TicketSlip(prepared.number, category.name.zh, prepared.ahead, taken_at, settings.name.zh)
    paper = encode_escpos(slip.to_page("zh_CN"), 80 if settings.paper_mm >= 80 else 58)
    office.printers.spool.print_paper(format_paper_name("ticket", prepared.number, taken_at), paper)
    office.door.perform(RecordSlipPrint(ticket=prepared.ticket, printed=True), SYSTEM)
