"""Invariants: papers and screens name the right deciding organs, delivered results and requested materials."""

from __future__ import annotations

from collections import Counter, defaultdict

from clerk_app.cases.prints import COUNTED_OUTCOMES
from db.engines import Row
from tests.simulation.city import SimulatedCity
from tests.simulation.ground_truth import InvariantViolation

_UNDER_WAY = ("received", "accepted", "closed", "issued")
_ACCEPTANCES = ("AcceptCase", "DeemAccepted")


def check_papers_are_true(city: SimulatedCity) -> None:
    """Check that each decision is signed by its own organ, that a lapsed task has none, and what is issued."""
    tasks = {row["id"]: row for row in city.center.rows("tasks")}
    organs = {row["id"]: row["organ"] for row in city.center.rows("staff")}
    decisions = {row["task"]: row for row in city.center.rows("decisions")}
    for task in tasks.values():
        decision = decisions.get(task["id"])
        if (task["state"] in ("approved", "refused")) != (decision is not None):
            raise InvariantViolation(
                "decided tasks and no others have a decision", task=task["id"], state=task["state"]
            )
        if decision is not None and organs.get(decision["signer"]) != task["organ"]:
            raise InvariantViolation("an organ decides its own tasks", task=task["id"], signer=decision["signer"])
        if task["state"] == "lapsed" and decisions.get(task["caused_by"], {}).get("outcome") != "refused":
            raise InvariantViolation("a lapsed task names a refused one", task=task["id"], cause=task["caused_by"])
    _check_results(city)
    _check_pending_notices(city)
    _check_prints(city)


def _check_prints(city: SimulatedCity) -> None:
    counted: Counter[str] = Counter(
        row["paper"] for row in city.center.rows("prints") if row["outcome"] in COUNTED_OUTCOMES
    )
    for notice in city.center.rows("notices"):
        if notice["prints"] != counted[notice["id"]] or (notice["state"] == "printed") != bool(counted[notice["id"]]):
            raise InvariantViolation("a notice counts its prints", notice=notice["id"], prints=notice["prints"])


def _check_results(city: SimulatedCity) -> None:
    states: dict[tuple[str, str], str] = {}
    for task in sorted(city.center.rows("tasks"), key=lambda row: str(row["id"])):
        if task["recheck_of"] is None or task["state"] in ("approved", "refused"):
            states[task["case_number"], task["matter"]] = task["state"]
    for row in city.center.rows("issuances"):
        state = states[row["case_number"], row["matter"]]
        if state not in ("approved", "refused") or (row["produces"] == "refusal") != (state == "refused"):
            raise InvariantViolation("results are those of decisions", number=row["number"], state=state)


def _check_pending_notices(city: SimulatedCity) -> None:
    open_notices = {row["notice"] for row in city.center.rows("supplements") if row["answered_at"] is None}
    for notice in city.center.rows("notices"):
        if notice["kind"] == "supplement" and notice["state"] == "pending" and notice["id"] not in open_notices:
            raise InvariantViolation("a pending notice has a reason", notice=notice["id"])


def check_duplicates_are_known(city: SimulatedCity) -> None:
    """Check that a case accepted while another of the person for the one thing waits has an objection or its reason.

    The other one may be accepted or only received; a receipt alone needs none, since its acceptance comes later.
    """
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for case in city.center.rows("cases"):
        if case["state"] in _UNDER_WAY and case["applicant_number"]:
            groups[case["applicant_number"], case["one_thing"]].append(case)
    began: dict[str, int] = {}
    accepted: dict[str, int] = {}
    for entry in city.center.rows("ledger_entries", order=("position",), outcome="done"):
        number = str(entry["stream"]).removeprefix("case/")
        began.setdefault(number, entry["position"])
        if entry["kind"] in _ACCEPTANCES:
            accepted[number] = entry["position"]
    known = {row["case_number"] for row in city.center.rows("objections") if row["reason"] == "twin"}
    for cases in groups.values():
        for case in cases:
            if case["state"] == "received" or case["number"] in known:
                continue
            at = accepted.get(case["number"], began[case["number"]])
            before = [other["number"] for other in cases if other is not case and began[other["number"]] < at]
            if before:
                raise InvariantViolation("duplicates are known", number=case["number"], before=before)
