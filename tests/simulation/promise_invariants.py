"""Invariants of promises, co-signatures, messages, escalations and withdrawn consents."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import msgspec

from clerk_app.cases.promises.offers import GAP, RELIED
from clerk_app.cases.states import ENDED_TASK_STATES
from db.json_lists import decode_json_list
from tests.simulation.city import SimulatedCity
from tests.simulation.city_files import catalogue
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.promising_clerks import TALENT
from tests.simulation.sign_ins import CENTER

_UNAPPROVED = ("refused", "lapsed", "withdrawn")


def check_promises(city: SimulatedCity) -> None:
    """Check each promise against the decisions that rely on it, and the two persons who found it false."""
    tasks: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in city.center.rows("tasks", order=("id",)):
        tasks[row["case_number"]].append(row)
    promises = city.center.rows("promises")
    keys = Counter((row["case_number"], row["kind"], row["subject"], row["organ"]) for row in promises)
    doubled = [key for key, count in keys.items() if count > 1 and key[1] != RELIED]
    if doubled:
        raise InvariantViolation("a promise is followed up once", promises=doubled)
    for row in promises:
        matters = decode_json_list(row["matters"])
        own = [task for task in tasks[row["case_number"]] if task["matter"] in matters]
        if row["kind"] == GAP:
            _check_not_approved_before(city, row, own)
        if row["state"] == "broken":
            _check_revoked(city, row, own)
        is_useless = bool(own) and all(task["state"] in _UNAPPROVED for task in own)
        if row["state"] in ("open", "reported") and is_useless:
            raise InvariantViolation("no promise is followed up in vain", promise=row["id"])
    for number in city.truth.unsigned:
        if not city.center.rows("objections", case_number=number):
            raise InvariantViolation("nothing is accepted without a signature", number=number)


def _check_not_approved_before(city: SimulatedCity, row: dict[str, Any], own: list[dict[str, Any]]) -> None:
    """Check that no matter which waits for a promised paper was approved before it came."""
    if catalogue().material(row["subject"]).decides_without or CENTER in city.truth.copied_nodes:
        return
    for task in own:
        for decision in city.center.rows("decisions", task=task["id"], outcome="approved"):
            is_brought = row["state"] == "kept" and row["settled_at"] <= decision["at"]
            if task["recheck_of"] is None and not is_brought:
                raise InvariantViolation(
                    "nothing is approved before a promised paper came", task=task["id"], promise=row["id"]
                )
    if row["state"] == "kept" and not city.center.rows(
        "materials", case_number=row["case_number"], material=row["subject"]
    ):
        raise InvariantViolation("a kept promise has its paper", promise=row["id"])


def _check_revoked(city: SimulatedCity, row: dict[str, Any], own: list[dict[str, Any]]) -> None:
    """Check that a broken promise left nothing approved by its organ, and that two persons found it false."""
    latest = {task["matter"]: task for task in own if task["organ"] == row["organ"]}
    approved = [task["id"] for task in latest.values() if task["state"] == "approved"]
    if approved:
        raise InvariantViolation("a broken promise revokes what was approved", promise=row["id"], tasks=approved)
    if row["reported_by"] == row["settled_by"] or not row["settled_by"]:
        raise InvariantViolation("a false promise needs two persons", promise=row["id"], officer=row["settled_by"])
    if row["kind"] != RELIED and not city.center.rows("broken_promises", promise=row["id"]):
        raise InvariantViolation("a false promise is recorded", promise=row["id"])


def check_co_signatures(city: SimulatedCity) -> None:
    """Check that a case that a further party has to sign is signed, or has an objection."""
    accepted = {row["number"]: row for row in city.center.rows("cases", one_thing=TALENT)}
    signed = {row["case_number"] for row in city.center.rows("case_co_signatures", role="employer")}
    objected = {row["case_number"] for row in city.center.rows("objections")}
    unsigned = [number for number in accepted if number not in signed | objected]
    if unsigned:
        raise InvariantViolation("a co-signed matter has its signature", cases=unsigned)


def check_messages(city: SimulatedCity) -> None:
    """Check that each message that was sent is at the center once, and read if somebody has read it."""
    texts = Counter(row["text"] for row in city.center.rows("case_messages"))
    doubled = [text for text, count in texts.items() if count > 1]
    if doubled:
        raise InvariantViolation("no message is doubled", messages=doubled)
    if CENTER in city.truth.copied_nodes:
        return
    refused = {row["stream"] for row in city.center.rows("ledger_entries", outcome="refused")}
    for text, (message, node) in city.truth.messages.items():
        is_refused = f"case/{message.partition('-')[0]}" in refused
        if not texts[text] and node not in city.truth.copied_nodes and not is_refused:
            raise InvariantViolation("no message is lost", message=message, node=node)
    read = {row["id"] for row in city.center.rows("case_messages") if row["read_at"] is not None}
    known = {row["id"] for row in city.center.rows("case_messages")}
    for message, node in city.truth.read_messages:
        is_refused = f"case/{message.partition('-')[0]}" in refused
        if message in known - read and node not in city.truth.copied_nodes and not is_refused:
            raise InvariantViolation("what was read is read", message=message, node=node)


def check_escalations(city: SimulatedCity) -> None:
    """Check that each step of an overdue task was taken once, in order, after its date, and closed with the task."""
    steps: defaultdict[str, list[int]] = defaultdict(list)
    ended = {row["id"] for row in city.center.rows("tasks") if row["state"] in ENDED_TASK_STATES}
    for row in city.center.rows("escalations", order=("id",)):
        steps[row["task"]].append(row["step"])
        if row["raised_at"] <= row["passed_at"]:
            raise InvariantViolation("a step is taken after its date", escalation=row["id"])
        if row["closed_at"] is None and row["task"] in ended:
            raise InvariantViolation("a step ends with its task", escalation=row["id"])
    wrong = {task: found for task, found in steps.items() if found != list(range(1, len(found) + 1))}
    if wrong:
        raise InvariantViolation("each step is taken once, in order", tasks=wrong)
    raised: Counter[bytes] = Counter()
    for entry in city.center.rows("ledger_entries", kind="EscalateTask", outcome="done"):
        raised[entry["command"]] += 1
    twice = [command.decode() for command, count in raised.items() if count > 1]
    if twice:
        raise InvariantViolation("each step is taken once, in order", twice=twice)


def check_consents(city: SimulatedCity) -> None:
    """Check that nothing of a licence is left in a case after the consent to it was withdrawn."""
    for entry in city.center.rows("ledger_entries", kind="WithdrawCaseConsent", outcome="done"):
        decision = msgspec.json.decode(entry["decision"])
        number = entry["stream"].removeprefix("case/")
        for licence in decision["licences"]:
            if city.center.rows("materials", case_number=number, how="licence", licence=licence):
                raise InvariantViolation("a withdrawn consent leaves nothing", number=number, licence=licence)
