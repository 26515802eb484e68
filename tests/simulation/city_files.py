"""Files of a simulated city: created once per size with the command processor (`Door`), copied for each seed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from stdnum.cn import ric, uscc

from clerk_app import people
from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.center.authority import Authority, compute_key_digest
from clerk_app.composition.office import STORE_FILE
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.composition.staff_sessions import StaffSessions
from clerk_app.composition.window_signer import WindowSigner
from clerk_app.errors import OutOfReach
from clerk_app.hall.service_days import OpenServiceDay
from clerk_app.hall.windows import RegisterWindow, SetWindowState
from clerk_app.ledger.commands import Command
from clerk_app.ledger.door import Door
from clerk_app.ledger.nodes import AdmitNode, EnrolNode, InviteNode
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.ledger.receipts import ReceiptKey
from clerk_app.ledger.window_setup import InitialiseWindow
from clerk_app.licences.repository import LicenceStatements, RegisterLicence
from clerk_app.people import SCHEDULE, SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterOrgan, RegisterOrganisation, RegisterPerson
from clerk_app.people.staff import RegisterStaff
from clerk_app.registry.feed_batches import import_batch
from clerk_app.registry.feed_grants import find_feed
from clerk_app.registry.feed_messages import BatchRequest
from clerk_app.registry.feeds import AdmitFeed
from clerk_app.sync.center_client import CenterClient
from db.engines import Store
from db.upgrade import upgrade
from tests.fast_pins import hash_pin_fast
from tests.node_authentication import authenticate_node
from tests.simulation.scenario import (
    ADMINISTRATORS,
    ENTERPRISES,
    FEED_ISSUER,
    FEEDS,
    HOSTILE_SPECS,
    HOSTILE_STAFF,
    OPENING,
    ORGANS,
    PERSONS,
    POPULATION,
    PORTAL,
    REPRESENTATIVES,
    CitySize,
    NodeSpec,
    node_specs,
)
from tests.simulation.sign_ins import CENTER, CENTER_KEY, machine_key

RULES = all_rules()
DOCUMENT_TYPES = all_document_types()
OFFICERS = 2  # officers of each organ
_MEMORY_FOLDER = Path("/dev/shm")


def fast_temporary_folder() -> Path | None:
    """Return a folder in memory, or None for the default folder of temporary files."""
    return _MEMORY_FOLDER if _MEMORY_FOLDER.is_dir() else None


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Load the packaged catalogue."""
    return load_folder(SAMPLE_CITY)


def clerk_id(window: str) -> str:
    """Return the id of the clerk at a window."""
    return f"clerk-{window[1:]}"


def person_id_number(at: int) -> str:
    """Return the identity number of the person with index `at`."""
    first = f"310101{1960 + at % 40:04d}0{1 + at % 9}1{at % 10}{100 + at:03d}"
    return first + str(ric.calc_check_digit(first + "0"))


def person_name(at: int) -> str:
    """Return the name of the person with index `at`; every person has a different name."""
    return f"市民{at:03d}号"


def credit_code(at: int) -> str:
    """Return the credit code of the enterprise with index `at`."""
    first = f"91310101MA1FP{at:04d}"
    return first + str(uscc.calc_check_digit(first))


def create_city_files(size: CitySize, folder: Path) -> None:
    """Create a city of this size in `folder`: a store for the center and one for each node, all closed."""
    clock = _make_setup_clock()
    center = _create_store(folder / CENTER)
    door = Door(center, RULES, people.authorise, clock=clock)
    for command in (*_office_commands(size), *_staff_commands(size), *_people_commands()):
        door.perform(command, SYSTEM)
    for node, source in FEEDS.items():
        door.perform(EnrolNode(node=node, name=node, node_kind="issuer", organs=(ORGANS[0],)), SYSTEM)
        kinds, types = (("person",), ()) if source == POPULATION else ((), ("0101",))
        codes = (FEED_ISSUER,) if types else ()
        admitted = AdmitFeed(node=node, source=source, kinds=kinds, licence_types=types, issuer_codes=codes)
        door.perform(admitted, SYSTEM)
    _register_representatives(door)
    door.perform(EnrolNode(node=PORTAL, name=PORTAL, node_kind="portal", organs=(ORGANS[0],)), SYSTEM)
    for hall in sorted({spec.hall for spec in node_specs(size) if spec.hall}):
        door.perform(OpenServiceDay(hall=hall), SCHEDULE)
    for spec in node_specs(size):
        if spec.is_counter:
            door.perform(SetWindowState(window=spec.window, state="open"), clerk_id(spec.window))
    authority = Authority(door, DOCUMENT_TYPES, receipt_key=ReceiptKey(bytes(32)), center_key=CENTER_KEY)
    authority.announce_existing_documents()
    for spec in HOSTILE_SPECS:
        _admit_node(authority, spec)
    door.perform(LendNumbers(node="xw", incarnation=1), SYSTEM)
    for spec in node_specs(size):
        _join_node(authority, spec, folder, clock)
    for command in _administrator_commands():  # from then on, much of the above needs two persons
        door.perform(command, SYSTEM)
    center.close()


def _register_representatives(door: Door) -> None:
    """Register the person with the index of each enterprise as its legal representative, as a register sends it."""
    enrol = EnrolNode(node=REPRESENTATIVES, name=REPRESENTATIVES, node_kind="issuer", organs=(ORGANS[0],))
    door.perform(enrol, SYSTEM)
    admit = AdmitFeed(node=REPRESENTATIVES, source="companies", kinds=("relation",), licence_types=(), issuer_codes=())
    door.perform(admit, SYSTEM)
    with door.store.read() as tx:
        feed = find_feed(tx, REPRESENTATIVES)
    assert feed is not None
    rows = [
        {
            "identifier": f"r{at}",
            "subject": credit_code(at),
            "other": person_id_number(at),
            "relation": "legal_representative",
            "changed_on": "2026-05-01",
        }
        for at in range(ENTERPRISES)
    ]
    import_batch(door, feed, BatchRequest(kind="relation", rows=rows), date(2026, 5, 6), SYSTEM)


@lru_cache(maxsize=1)
def empty_store_bytes() -> bytes:
    """Return the bytes of an empty store. They are cached, because creating a store takes longer than filling it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / STORE_FILE
        upgrade(path)
        return path.read_bytes()


def _create_store(path: Path) -> Store:
    path.mkdir(parents=True)
    (path / STORE_FILE).write_bytes(empty_store_bytes())
    return Store(path / STORE_FILE)


def _make_setup_clock() -> Callable[[], int]:
    now = OPENING - 3_600_000_000

    def clock() -> int:
        nonlocal now
        now += 1
        return now

    return clock


def _admit_node(authority: Authority, spec: NodeSpec) -> None:
    code, key = compute_key_digest(f"code of {spec.node}"), compute_key_digest(f"key of {spec.node}")
    authority.door.perform(
        InviteNode(
            digest=code,
            name=spec.node,
            node_kind=spec.kind,
            hall=spec.hall,
            window=spec.window,
            organs=spec.organs,
            seconds=60,
        ),
        SYSTEM,
    )
    public_key = machine_key(spec.node).public.text if spec.has_key else ""
    authority.door.perform(AdmitNode(node=spec.node, invitation=code, key_digest=key, public_key=public_key), SYSTEM)


def _join_node(authority: Authority, spec: NodeSpec, folder: Path, clock: Callable[[], int]) -> None:
    _admit_node(authority, spec)
    store = _create_store(folder / spec.node)
    door = Door(store, RULES, people.authorise, clock=clock)
    door.authority = OfflineAuthority(store, DOCUMENT_TYPES)
    door.perform(
        InitialiseWindow(
            node=spec.node,
            name=spec.node,
            node_kind=spec.kind,
            hall=spec.hall,
            window=spec.window,
            organs=spec.organs,
            center=CENTER,
            url="simulated",
        ),
        SYSTEM,
    )
    node = authenticate_node(authority, spec.node, f"key of {spec.node}")
    client = CenterClient(
        store,
        RULES,
        DOCUMENT_TYPES,
        _DirectTransport(authority, node),
        clock=clock,
        monotonic=lambda: clock() / 1_000_000,
    )
    client.signer = make_signer(store, spec, StaffSessions())
    client.flush()
    if spec.is_counter:
        client.ensure_numbers()
        client.flush()
    store.close()


def make_signer(store: Store, spec: NodeSpec, sessions: StaffSessions) -> WindowSigner:
    """Return the signer of the entries of a node."""
    with store.read() as tx:
        own = tx.query_one("ledger.own_node")
    assert own is not None
    return WindowSigner(CENTER, own, machine_key(spec.node) if spec.has_key else None, sessions)


class _DirectTransport:
    """A transport that calls the authority in this process, without a network."""

    def __init__(self, authority: Authority, node: dict[str, Any]) -> None:
        self._authority, self._node = authority, node

    def sign_in(self, message: Any) -> Any:
        del message
        raise OutOfReach("Nobody signs in here.")

    def push(self, message: Any) -> Any:
        return self._authority.push(self._node, message)

    def call(self, message: Any, timeout: float | None = None) -> Any:
        return self._authority.call(self._node, message)

    def pull(self, message: Any) -> Any:
        return self._authority.pull(self._node, message)

    def fetch(self, message: Any) -> Any:
        return self._authority.fetch(self._node, message)


def _office_commands(size: CitySize) -> list[Command[Any]]:
    city = catalogue()
    centres = dict.fromkeys(spec.organs[0] for spec in node_specs(size) if spec.hall)
    return [
        EnrolNode(node=CENTER, name="center", node_kind="center", here=True, epoch="first"),
        *(LendNumbers(node=CENTER, incarnation=1) for _ in range(1 + RESERVE_BLOCKS)),
        PublishCatalogue(catalogue=city.id, version=city.version, content=city.to_bytes().decode()),
        *(
            RegisterOrgan(
                id=organ.id, name_zh=organ.name.zh, name_en=organ.name.en, level=organ.level, parent=organ.parent
            )
            for organ in city.organs
        ),
        *(RegisterOrgan(id=name, name_zh=name, name_en=name, level="street") for name in centres),
        *(
            RegisterWindow(id=spec.window, name=spec.window, categories="AB", hall=spec.hall, site=spec.organs[0])
            for spec in (*node_specs(size), HOSTILE_SPECS[0])
            if spec.is_counter
        ),
    ]


def _staff_commands(size: CitySize) -> list[Command[Any]]:
    staff: list[tuple[str, str, str]] = []
    for spec in node_specs(size):
        if spec.is_counter:
            staff.append((clerk_id(spec.window), "clerk", spec.organs[0]))
        elif spec.is_department:
            staff.append((f"super-{spec.node}", "supervisor", spec.organs[0]))
            staff += [
                (f"{organ}-{number}", "officer", organ) for organ in spec.organs for number in range(1, OFFICERS + 1)
            ]
        else:
            staff.append((f"kiosk-{spec.node}", "kiosk", spec.organs[0]))
    roles = {"xw": "clerk", "xd": "officer", "xk": "kiosk"}
    staff += [(HOSTILE_STAFF[spec.node], roles[spec.node], spec.organs[0]) for spec in HOSTILE_SPECS]
    pin = _shared_pin_hash()
    return [
        RegisterStaff(id=name, number=f"{1000 + number}", name=f"员工{name}", role=role, pin_hash=pin, organ=organ)
        for number, (name, role, organ) in enumerate(staff)
    ]


def _administrator_commands() -> list[Command[Any]]:
    pin = _shared_pin_hash()
    return [
        RegisterStaff(id=name, number=f"{8000 + number}", name=f"员工{name}", role="administrator", pin_hash=pin)
        for number, name in enumerate(ADMINISTRATORS.values(), 1)
    ]


@lru_cache(maxsize=1)
def _shared_pin_hash() -> str:
    """Return one PIN hash for all staff."""
    return hash_pin_fast("258046")


def _people_commands() -> list[Command[Any]]:
    commands: list[Command[Any]] = []
    for at in range(PERSONS):
        name, number, person_id = person_name(at), person_id_number(at), f"p{at}"
        commands.append(
            RegisterPerson(
                id=person_id,
                personal=PersonDetails(name=name, id_number=number, born="1990-03-07", phone=f"139{at:08d}"),
            )
        )
        for kind in ("0101", "0102", "0301"):
            commands.append(
                RegisterLicence(
                    id=f"{person_id}-{kind}",
                    licence_type=kind,
                    identifier=f"1.2.156.3005.2.{kind}.{at}",
                    holder=person_id if kind != "0301" else f"child-{person_id}",
                    issuer="示范市公安局",
                    issuer_code="11310000002420426M",
                    valid_from="2020-01-01",
                    valid_to="",
                    status_index=len(commands),
                    users=(person_id,) if kind == "0301" else (),
                    personal=LicenceStatements(claims={"name": name, "id_number": number}),
                )
            )
    commands += [
        RegisterOrganisation(id=f"e{at}", name=f"示范建设{at:03d}公司", credit_code=credit_code(at))
        for at in range(ENTERPRISES)
    ]
    return commands


class CityTemplates:
    """The files of one city per size, created when they are first needed."""

    def __init__(self) -> None:
        self._temporary_folder = tempfile.TemporaryDirectory(prefix="clerk-city-", dir=fast_temporary_folder())
        self._folders_by_size: dict[tuple[int, int], Path] = {}

    def copy(self, size: CitySize, folder: Path) -> None:
        """Copy the files of a new city to `folder`."""
        key = (size.windows, size.departments)
        if key not in self._folders_by_size:
            created = Path(self._temporary_folder.name) / f"{size.windows}-{size.departments}"
            create_city_files(size, created)
            self._folders_by_size[key] = created
        shutil.copytree(self._folders_by_size[key], folder)

    def close(self) -> None:
        """Remove the files."""
        self._temporary_folder.cleanup()
