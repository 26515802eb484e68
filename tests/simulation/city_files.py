"""How a simulated city is set up: through the door, once for each size; every seed begins with a copy of the files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
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
from clerk_app.hall.windows import RegisterWindow, SetWindowState
from clerk_app.ledger.commands import Command
from clerk_app.ledger.door import Door
from clerk_app.ledger.nodes import AdmitNode, EnrolNode, InviteNode
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.ledger.window_setup import InitialiseWindow
from clerk_app.licences.repository import LicenceStatements, RegisterLicence
from clerk_app.people import SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterOrgan, RegisterOrganisation, RegisterPerson
from clerk_app.people.staff import RegisterStaff, hash_pin
from clerk_app.sync.center_client import CenterClient
from db.engines import Store
from db.migrations import upgrade
from tests.simulation.scenario import ENTERPRISES, OPENING, PERSONS, CitySize, NodeSpec, node_specs

RULES = all_rules()
DOCUMENT_TYPES = all_document_types()
CENTER = "center"
OFFICERS = 2  # of each organ
_MEMORY_FOLDER = Path("/dev/shm")


def fast_temporary_folder() -> Path | None:
    """Where files cost least; None for wherever temporary files go."""
    return _MEMORY_FOLDER if _MEMORY_FOLDER.is_dir() else None


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The packaged catalogue."""
    return load_folder(SAMPLE_CITY)


def clerk_id(window: str) -> str:
    """Who sits there."""
    return f"clerk-{window[1:]}"


def person_id_number(at: int) -> str:
    """The identity number of the city's person `at`."""
    first = f"310101{1960 + at % 40:04d}0{1 + at % 9}1{at % 10}{100 + at:03d}"
    return first + str(ric.calc_check_digit(first + "0"))


def person_name(at: int) -> str:
    """A name that nobody else has."""
    return f"市民{at:03d}号"


def credit_code(at: int) -> str:
    """The credit code of the city's enterprise `at`."""
    first = f"91310101MA1FP{at:04d}"
    return first + str(uscc.calc_check_digit(first))


def create_city_files(size: CitySize, folder: Path) -> None:
    """Sets a city of this size up in `folder`: a file for the center and one for each node, closed again."""
    clock = _make_setup_clock()
    center = _create_store(folder / CENTER)
    door = Door(center, RULES, people.authorise, clock=clock)
    for command in (*_office_commands(size), *_staff_commands(size), *_people_commands()):
        door.perform(command, SYSTEM)
    for place in node_specs(size):
        if place.is_counter:
            door.perform(SetWindowState(window=place.window, state="open"), clerk_id(place.window))
    authority = Authority(door, DOCUMENT_TYPES)
    authority.announce_existing_documents()
    for place in node_specs(size):
        _join_node(authority, place, folder, clock)
    center.close()


@lru_cache(maxsize=1)
def empty_store_bytes() -> bytes:
    """An empty store: making one costs more than filling it."""
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


def _join_node(authority: Authority, place: NodeSpec, folder: Path, clock: Callable[[], int]) -> None:
    code, key = compute_key_digest(f"code of {place.node}"), compute_key_digest(f"key of {place.node}")
    authority.door.perform(
        InviteNode(
            digest=code,
            name=place.node,
            node_kind=place.kind,
            hall=place.hall,
            window=place.window,
            organs=place.organs,
            seconds=60,
        ),
        SYSTEM,
    )
    authority.door.perform(AdmitNode(node=place.node, invitation=code, key_digest=key), SYSTEM)
    store = _create_store(folder / place.node)
    door = Door(store, RULES, people.authorise, clock=clock)
    door.authority = OfflineAuthority(store, DOCUMENT_TYPES)
    door.perform(
        InitialiseWindow(
            node=place.node,
            name=place.node,
            node_kind=place.kind,
            hall=place.hall,
            window=place.window,
            organs=place.organs,
            center=CENTER,
            url="simulated",
        ),
        SYSTEM,
    )
    node = authority.authenticate_node(place.node, f"key of {place.node}")
    line = CenterClient(
        store,
        RULES,
        DOCUMENT_TYPES,
        _DirectTransport(authority, node),
        clock=clock,
        monotonic=lambda: clock() / 1_000_000,
    )
    line.flush()
    if place.is_counter:
        line.ensure_numbers()
        line.flush()
    store.close()


class _DirectTransport:
    """A wire without a network."""

    def __init__(self, authority: Authority, node: dict[str, Any]) -> None:
        self._authority, self._node = authority, node

    def push(self, message: Any) -> Any:
        return self._authority.push(self._node, message)

    def call(self, message: Any) -> Any:
        return self._authority.call(self._node, message)

    def pull(self, message: Any) -> Any:
        return self._authority.pull(self._node, message)

    def fetch(self, message: Any) -> Any:
        return self._authority.fetch(self._node, message)


def _office_commands(size: CitySize) -> list[Command[Any]]:
    city = catalogue()
    centres = dict.fromkeys(place.organs[0] for place in node_specs(size) if place.hall)
    return [
        EnrolNode(node=CENTER, name="center", node_kind="center", here=True, epoch="first"),
        *(LendNumbers(node=CENTER, incarnation=1) for _ in range(1 + RESERVE_BLOCKS)),
        PublishCatalogue(catalogue=city.id, version=city.version, content=city.to_bytes().decode()),
        *(
            RegisterOrgan(id=one.id, name_zh=one.name.zh, name_en=one.name.en, level=one.level, parent=one.parent)
            for one in city.organs
        ),
        *(RegisterOrgan(id=name, name_zh=name, name_en=name, level="street") for name in centres),
        *(
            RegisterWindow(id=place.window, name=place.window, categories="AB", hall=place.hall, site=place.organs[0])
            for place in node_specs(size)
            if place.is_counter
        ),
    ]


def _staff_commands(size: CitySize) -> list[Command[Any]]:
    found: list[tuple[str, str, str]] = []
    for place in node_specs(size):
        if place.is_counter:
            found.append((clerk_id(place.window), "clerk", place.organs[0]))
        elif place.is_department:
            found.append((f"super-{place.node}", "supervisor", place.organs[0]))
            found += [(f"{organ}-{at}", "officer", organ) for organ in place.organs for at in range(1, OFFICERS + 1)]
        else:
            found.append((f"kiosk-{place.node}", "kiosk", place.organs[0]))
    pin = _shared_pin_hash()
    return [
        RegisterStaff(id=name, number=f"{1000 + at}", name=f"员工{name}", role=role, pin_hash=pin, organ=organ)
        for at, (name, role, organ) in enumerate(found)
    ]


@lru_cache(maxsize=1)
def _shared_pin_hash() -> str:
    """One hash for everybody: hashing is slow on purpose."""
    return hash_pin("2580")


def _people_commands() -> list[Command[Any]]:
    found: list[Command[Any]] = []
    for at in range(PERSONS):
        name, number, who = person_name(at), person_id_number(at), f"p{at}"
        found.append(
            RegisterPerson(
                id=who,
                personal=PersonDetails(name=name, id_number=number, born="1990-03-07", phone=f"139{at:08d}"),
            )
        )
        for kind in ("0101", "0102", "0301"):
            found.append(
                RegisterLicence(
                    id=f"{who}-{kind}",
                    licence_type=kind,
                    identifier=f"1.2.156.3005.2.{kind}.{at}",
                    holder=who if kind != "0301" else f"child-{who}",
                    issuer="示范市公安局",
                    issuer_code="11310000002420426M",
                    valid_from="2020-01-01",
                    valid_to="",
                    status_index=len(found),
                    users=(who,) if kind == "0301" else (),
                    personal=LicenceStatements(claims={"name": name, "id_number": number}),
                )
            )
    found += [
        RegisterOrganisation(id=f"e{at}", name=f"示范建设{at:03d}公司", credit_code=credit_code(at))
        for at in range(ENTERPRISES)
    ]
    return found


class CityTemplates:
    """One set of files for each size, made when it is first needed."""

    def __init__(self) -> None:
        self._temporary_folder = tempfile.TemporaryDirectory(prefix="clerk-city-", dir=fast_temporary_folder())
        self._folders_by_size: dict[tuple[int, int], Path] = {}

    def copy(self, size: CitySize, folder: Path) -> None:
        """A new city's files in `folder`."""
        key = (size.windows, size.departments)
        if key not in self._folders_by_size:
            made = Path(self._temporary_folder.name) / f"{size.windows}-{size.departments}"
            create_city_files(size, made)
            self._folders_by_size[key] = made
        shutil.copytree(self._folders_by_size[key], folder)

    def close(self) -> None:
        """Removes them."""
        self._temporary_folder.cleanup()
