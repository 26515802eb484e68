"""The city of the sync benchmark: a center with windows, and citizens with requests."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from stdnum.cn import ric

from clerk_app import people
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue, MatterDefinition
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.center.authority import compute_key_digest
from clerk_app.composition.registry import all_rules
from clerk_app.hall.windows import RegisterWindow
from clerk_app.ledger.door import Door
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.nodes import AdmitNode, EnrolNode, InviteNode
from clerk_app.ledger.numbers import LendNumbers
from clerk_app.ledger.window_setup import InitialiseWindow
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff
from db.engines import Store

CENTER, HALL = "center", "hall"
BIRTH, SINGLE = "birth", "passport"  # one things of nine matters and of one matter
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"
_STREETS = ("示范路", "中山北路", "世纪大道", "人民路", "虹桥路", "建设街", "解放大道", "四川北路")


@dataclass(frozen=True)
class BenchmarkSeat:
    """A node, its organ, the member of staff who works there, and its key."""

    node: str
    organ: str
    staff: str
    role: str = "clerk"
    window: str = ""

    @property
    def key(self) -> SigningKey:
        """The key with which the node signs its requests."""
        return seat_key(self.node)

    @property
    def hall(self) -> str:
        """Name of the hall; each site has its own hall."""
        return f"hall-{self.organ}"

    def founding_command(self, url: str) -> InitialiseWindow:
        """Return the command whose entry is the first one in the node's store."""
        return InitialiseWindow(
            node=self.node,
            name=self.node,
            node_kind="window",
            hall=self.hall,
            window=self.window,
            organs=(self.organ,),
            center=CENTER,
            url=url,
        )


def seat_key(node: str) -> SigningKey:
    """Return the key of a node."""
    return SigningKey.from_seed(sha256(node.encode()).digest())


def make_counter_seats(count: int, per_site: int = 1) -> list[BenchmarkSeat]:
    """Return the seats of `count` windows, `per_site` at each site; windows of a site see one another's cases."""
    return [
        BenchmarkSeat(
            node=f"n{number}", organ=f"centre-{number // per_site}", staff=f"clerk-{number}", window=f"window-{number}"
        )
        for number in range(count)
    ]


def make_department_seats(each: int) -> list[BenchmarkSeat]:
    """Return the seats of `each` officers for every matter of births and passports, at department machines."""
    matters = Counter(matter.organ for name in (BIRTH, SINGLE) for matter in _matters_of(name))
    return [
        BenchmarkSeat(
            node=f"d{organ_number}-{number}", organ=organ, staff=f"officer-{organ_number}-{number}", role="officer"
        )
        for organ_number, organ in enumerate(sorted(matters))
        for number in range(each * matters[organ])
    ]


def set_up_center(store: Store, seats: Sequence[BenchmarkSeat], blocks: int = 0) -> None:
    """Set up a center with these seats in an empty store, through the command processor (`Door`).

    Each window gets `blocks` blocks of case numbers.
    """
    perform = Door(store, all_rules(), people.authorise).perform
    city = catalogue()
    perform(EnrolNode(node=CENTER, name=CENTER, node_kind="center", here=True, epoch="first"), SYSTEM)
    content = city.to_bytes().decode()
    perform(PublishCatalogue(catalogue=city.id, version=city.version, content=content), SYSTEM)
    for organ in dict.fromkeys([*(listed_organ.id for listed_organ in city.organs), *(seat.organ for seat in seats)]):
        perform(RegisterOrgan(id=organ, name_zh=organ, name_en=organ, level="street"), SYSTEM)
    for seat in seats:
        perform(
            RegisterStaff(
                id=seat.staff, number=seat.staff, name=seat.staff, role=seat.role, pin_hash="", organ=seat.organ
            ),
            SYSTEM,
        )
        if seat.window:
            perform(
                RegisterWindow(id=seat.window, name=seat.window, categories="A", hall=seat.hall, site=seat.organ),
                SYSTEM,
            )
        code = compute_key_digest(seat.node)
        perform(
            InviteNode(
                digest=code,
                name=seat.node,
                node_kind="window",
                hall=seat.hall,
                window=seat.window,
                organs=(seat.organ,),
                seconds=3600,
            ),
            SYSTEM,
        )
        perform(AdmitNode(node=seat.node, invitation=code, key_digest="", public_key=seat.key.public.text), SYSTEM)
        for _block in range(blocks if seat.window else 0):
            perform(LendNumbers(node=seat.node, incarnation=1), SYSTEM)


@cache
def catalogue() -> Catalogue:
    """Load the catalogue of the sample city."""
    return load_folder(SAMPLE_CITY)


@cache
def _matters_of(one_thing: str) -> tuple[MatterDefinition, ...]:
    return tuple(catalogue().matter(name) for name in catalogue().one_thing(one_thing).matters)


class Citizens:
    """Generates citizens who come to a window. All are different; the same seed gives the same citizens."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - generates data, not secrets

    def make_acceptance(self, one_thing: str, seat: BenchmarkSeat, draft: str) -> AcceptCase:
        """Return the command that accepts this one thing for a new citizen who brings every material on paper."""
        details = self._birth_details() if one_thing == BIRTH else self._passport_details()
        city = catalogue()
        return AcceptCase(
            draft=draft,
            visit=draft,
            window=seat.window,
            one_thing=one_thing,
            catalogue=city.id,
            catalogue_version=city.version,
            chosen=None,
            materials=_paper_materials(one_thing, tuple(sorted(_plan_inputs(details.values).items()))),
            personal=details,
        )

    def _birth_details(self) -> CaseDetails:
        mother, child, number = self._name(), self._name(), self._id_number()
        values = {
            "child_name": child,
            "child_sex": self._rng.choice(("female", "male")),
            "child_birth_date": f"2026-04-{self._rng.randrange(1, 31):02d}",
            "mother_name": mother,
            "mother_id_number": number,
            "home_address": self._address(),
            "register_with": "mother",
            "mother_insured": "yes",
            "bank_account": f"6222{self._rng.randrange(10**15):015d}",
            "contact_phone": self._phone(),
        }
        parties = (
            PartyDetails(role="mother", kind="person", name=mother, number=number, known_by="paper"),
            PartyDetails(role="child", kind="person", name=child, number="", known_by="typed"),
        )
        return CaseDetails(parties=parties, values=values)

    def _passport_details(self) -> CaseDetails:
        name, number = self._name(), self._id_number()
        values = {
            "applicant_name": name,
            "applicant_id_number": number,
            "passport_reason": "travel",
            "contact_phone": self._phone(),
        }
        role = catalogue().one_thing(SINGLE).applicant_role().id
        party = PartyDetails(role=role, kind="person", name=name, number=number, known_by="paper")
        return CaseDetails(parties=(party,), values=values)

    def _name(self) -> str:
        choose = self._rng.choice
        return choose(_SURNAMES) + choose(_GIVEN) + choose(_GIVEN)

    def _phone(self) -> str:
        return f"13{self._rng.randrange(10**9):09d}"

    def _address(self) -> str:
        number, room = self._rng.randrange(1, 2000), self._rng.randrange(101, 3000)
        return f"示范市{self._rng.choice(_STREETS)}{number}号{room}室"

    def _id_number(self) -> str:
        rng = self._rng
        born = f"{rng.randrange(1975, 2006)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
        digits = f"3101{rng.randrange(1, 21):02d}{born}{rng.randrange(1000):03d}"
        return digits + str(ric.calc_check_digit(digits + "0"))


def _plan_inputs(values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[name] for name in ("register_with", "mother_insured") if name in values}


@cache
def _paper_materials(one_thing: str, choices: tuple[tuple[str, str], ...]) -> tuple[GivenMaterial, ...]:
    """Return every material that the plan requires, each given on paper."""
    planned = make_plan(catalogue(), one_thing, None, dict(choices))
    return tuple(
        GivenMaterial(material=planned_material.material.id, how="paper") for planned_material in planned.materials
    )


def generate_requests(seed: int, births: float) -> Iterator[str]:
    """Yield one things without end: births with probability `births`, otherwise passports."""
    rng = random.Random(seed)  # noqa: S311
    while True:
        yield BIRTH if rng.random() < births else SINGLE
