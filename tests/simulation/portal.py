"""The portal of a simulated city: citizens apply there, and it sends their applications to the center.

A message or its answer may be lost, and the center may stop in the middle; the portal sends the application again then,
also after others. It also sends old ones again, and withdraws some. After a restore of the center it sends all again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Protocol

import msgspec

from clerk_app.center.application_messages import ApplicantPart, ApplicationAnswer, ApplicationRequest, IdentityPart
from clerk_app.center.portal_applications import receive_application, withdraw_application
from clerk_app.errors import OutOfReach, Refused
from tests.simulation.crashing_store import SimulatedCrash
from tests.simulation.ground_truth import GroundTruth, InvariantViolation
from tests.simulation.programs import SimulatedCenter
from tests.simulation.scenario import PORTAL

_ENDED = "ended"


class PortalCity(Protocol):
    """The parts of a simulated city that a portal uses."""

    truth: GroundTruth
    center: SimulatedCenter


@dataclass
class SimulatedPortal:
    """A portal. `sent` are all its applications by reference, `unanswered` those of which it has no number."""

    sent: dict[str, ApplicationRequest] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)

    def act(self, city: PortalCity, action: str, rng: Random) -> str:
        """Perform an action of the portal; return its outcome."""
        if action == "withdraw" and self.numbers:
            return self._withdraw(city, rng.choice(sorted(self.numbers)))
        if action == "repeat" and self.sent:
            reference = rng.choice(sorted(self.sent))
        elif self.unanswered:
            reference = self.unanswered.pop(0)
        else:
            reference = self._apply(rng)
        return self._send(city, reference, rng)

    def send_all(self, city: PortalCity) -> None:
        """Send every application again, as after a restore of the center; nothing fails."""
        for reference in sorted(self.sent):
            self._receive(city, reference)
        self.unanswered.clear()

    def _apply(self, rng: Random) -> str:
        reference = f"P-{len(self.sent) + 1}"
        serial = f"{rng.randrange(10**6):06d}"
        identity = IdentityPart(provider="One City Pass", verified=True, how="face", at="2026-05-06T08:00:00+08:00")
        self.sent[reference] = ApplicationRequest(
            reference=reference,
            one_thing="birth",
            applicant=ApplicantPart(name=f"网申人{serial}"),
            values={"child_name": f"网生{serial}", "home_address": f"网络路{serial}号"},
            identity=rng.choice((None, identity)),
        )
        return reference

    def _send(self, city: PortalCity, reference: str, rng: Random) -> str:
        fate = rng.choices(("answered", "no request", "no answer", "stopped"), (70, 8, 12, 10))[0]
        if fate == "no request":
            self.unanswered.append(reference)
            return f"{reference}: the request was lost"
        if fate == "stopped":
            city.center.machine.statements_left = rng.randrange(40)
        try:
            answer = self._receive(city, reference)
        except (SimulatedCrash, OutOfReach) as error:
            self.unanswered.append(reference)
            if isinstance(error, SimulatedCrash):
                city.center.restart()
            return f"{reference}: no answer ({error!r})"
        finally:
            city.center.machine.statements_left = None if fate == "stopped" else city.center.machine.statements_left
        if fate == "no answer":
            self.unanswered.append(reference)
            return f"{reference}: the answer was lost"
        return f"{reference}: {answer.number} {answer.state}"

    def _receive(self, city: PortalCity, reference: str) -> ApplicationAnswer:
        with city.center.store.read() as tx:
            node = tx.get("nodes", id=PORTAL)
        assert node is not None
        message = msgspec.structs.replace(self.sent[reference], number=self.numbers.get(reference, ""))
        answer = receive_application(city.center.door, node, message)
        if answer.number != self.numbers.get(reference, answer.number):
            raise InvariantViolation("an application keeps its number", was=message.number, now=answer.number)
        self.numbers[reference] = answer.number
        return answer

    def _withdraw(self, city: PortalCity, reference: str) -> str:
        try:
            with city.center.store.read() as tx:
                node = tx.get("nodes", id=PORTAL)
            assert node is not None
            answer = withdraw_application(city.center.door, node, self.numbers[reference])
        except Refused as refused:
            if refused.reason not in (_ENDED, "no_application"):
                raise InvariantViolation("an application that waits is withdrawn", error=refused) from refused
            return f"{reference}: {refused.reason}"
        except (SimulatedCrash, OutOfReach) as error:
            if isinstance(error, SimulatedCrash):
                city.center.restart()
            return f"{reference}: no answer ({error!r})"
        return f"{reference}: {answer.state}"
