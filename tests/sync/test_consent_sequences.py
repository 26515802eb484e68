"""Consents given, declined, signed and withdrawn in any order, with cut lines: content is where a consent is valid."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.commands import Command
from clerk_app.licences.consent_changes import DeclineConsent, WithdrawConsent
from clerk_app.licences.consent_lists import RecordConsentList
from clerk_app.licences.shared_materials import SIGNED, GiveConsent
from tests.licences.test_shared_materials import fetch
from tests.office import find_faults
from tests.sync.city import City, SampleWindow
from tests.sync.test_absent_lists import claims_at, issue, release, take

SEEDS = 20
OWN = ("mother-card", "register")
ABSENT = "father-card"
CLERK = "clerk-1"


class Visit:
    """The visit of a mother, in which the father is absent; each step is an act of a clerk, or a fault of the line."""

    def __init__(self, city: City, window: SampleWindow, rng: Random) -> None:
        self.city, self.window, self.rng = city, window, rng
        self.number = issue(window)
        (row,) = window.select("visits")
        self.visit = str(row["id"])
        window.prove(self.visit)
        window.door.perform(fetch(self.visit, "birth"), CLERK)

    def step(self) -> None:
        act = self.rng.choice((self.give, self.decline, self.withdraw, self.sign, self.take, self.release, self.cut))
        with suppress(Refused, OutOfReach):  # a refusal changes nothing, which the check after the step shows
            act()

    def perform(self, command: Command) -> None:  # type: ignore[type-arg]
        self.window.door.perform(command, CLERK)

    def give(self) -> None:
        self.perform(GiveConsent(visit=self.visit, licences=(self.rng.choice(OWN),), purpose="birth"))

    def decline(self) -> None:
        self.perform(DeclineConsent(visit=self.visit, licences=(self.rng.choice(OWN),), purpose="birth"))

    def withdraw(self) -> None:
        licence = self.rng.choice((*OWN, ABSENT))
        self.perform(WithdrawConsent(visit=self.visit, licences=(licence,), purpose="birth"))

    def sign(self) -> None:
        licences = tuple(row["licence"] for row in self.window.select("consents", visit=self.visit) if row["given_at"])
        printed = RecordConsentList(
            visit=self.visit, licences=licences, purpose="birth", person="mother", role="mother"
        )
        number = self.window.door.perform(printed, CLERK).list_number
        self.perform(GiveConsent(visit=self.visit, licences=licences, purpose="birth", how=SIGNED, list_number=number))

    def take(self) -> None:
        self.perform(take(self.visit, self.number))

    def release(self) -> None:
        query = release(self.visit, self.rng.choice((*OWN, ABSENT)))
        person = "father" if query.licences == (ABSENT,) else ""
        self.perform(
            type(query)(**{**{name: getattr(query, name) for name in query.__struct_fields__}, "person": person})
        )

    def cut(self) -> None:
        self.window.transport.down = not self.window.transport.down
        if not self.window.transport.down:
            self.city.exchange_all()

    def check(self) -> None:
        """Check that content is at the window only with a consent that the center has, unless the line is cut."""
        if self.window.transport.down:
            return
        self.city.exchange_all()
        rows = {row["licence"]: row for row in self.city.center.select("consents", visit=self.visit)}
        for licence in (*OWN, ABSENT):
            has_content = claims_at(self.window, licence) is not None
            row = rows.get(licence)
            assert has_content == (row is not None and row["given_at"] is not None and row["released_at"] is not None)
        assert self.city.differences() == []


@pytest.mark.many_cases
@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_window_has_content_only_with_a_valid_consent(city: City, counter: SampleWindow, seed: int) -> None:
    visit = Visit(city, counter, Random(seed))
    for _step in range(30):
        visit.step()
        visit.check()
    counter.transport.down = False
    visit.check()
    assert find_faults(city.center.store) == []
