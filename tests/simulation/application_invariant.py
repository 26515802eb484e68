"""Invariant: each application that a portal sent is at the center once, and waits or has one end."""

from __future__ import annotations

from collections import Counter

import msgspec

from tests.simulation.city import SimulatedCity
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.scenario import PORTAL

NAME = "each application is kept once, with one end"
_STATES = ("received", "opened", "accepted", "answered", "withdrawn")


def check_applications(city: SimulatedCity) -> None:
    """Compare the applications with those that were sent, and their ends with the cases made of them."""
    rows = city.center.rows("applications", portal=PORTAL)
    received = Counter(row["reference"] for row in rows)
    if received != Counter(dict.fromkeys(city.portal.sent, 1)):
        raise InvariantViolation(NAME, sent=sorted(city.portal.sent), received=received)
    strange = [row for row in rows if row["state"] not in _STATES or row["content"] is None]
    if strange:
        raise InvariantViolation(NAME, strange=strange)
    cases = {row["number"] for row in city.center.rows("cases")}
    lost = [row["number"] for row in rows if row["state"] == "accepted" and row["case_number"] not in cases]
    doubled = Counter(row["case_number"] for row in rows if row["case_number"]).most_common(1)
    if lost or (doubled and doubled[0][1] > 1):
        raise InvariantViolation(NAME, without_case=lost, doubled=doubled)
    _check_cases(city, {row["number"]: row for row in rows}, cases)


def _check_cases(city: SimulatedCity, applications: dict[str, dict[str, object]], cases: set[str]) -> None:
    """Check that a case of an application is its end, or has an objection because it had another end."""
    objected = {row["case_number"] for row in city.center.rows("objections", reason="application")}
    for entry in city.center.rows("ledger_entries", kind="AcceptCase"):
        application = applications.get(msgspec.json.decode(entry["command"]).get("application", ""))
        number = str(entry["stream"]).removeprefix("case/")
        if application is None or number not in cases or number in objected:
            continue
        if (application["state"], application["case_number"]) != ("accepted", number):
            raise InvariantViolation(NAME, case=number, application=application)
