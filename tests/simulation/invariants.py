"""Invariants of a city after the scenario, when every program has synchronised.

Each check raises InvariantViolation if its invariant does not hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.ledger import audit
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, PRIVATE_SUFFIX, node_of_chain
from clerk_app.ledger.numbers import is_case_number
from clerk_app.ledger.replication.documents import Reader
from db.engines import Row
from tests.document_digest import rows_digest
from tests.simulation.application_invariant import check_applications
from tests.simulation.city import SimulatedCity
from tests.simulation.city_files import DOCUMENT_TYPES
from tests.simulation.course_invariants import check_course
from tests.simulation.files import check_files
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.hall_invariants import check_leases, check_tickets
from tests.simulation.hostile_invariants import check_hostile_entries, check_signatures
from tests.simulation.log_invariants import check_deadlines, check_task_ownership
from tests.simulation.paper_invariants import check_duplicates_are_known, check_papers_are_true
from tests.simulation.privacy_invariant import check_personal_data
from tests.simulation.programs import SimulatedNode, SimulatedProgram
from tests.simulation.promise_invariants import (
    check_co_signatures,
    check_consents,
    check_escalations,
    check_messages,
    check_promises,
)
from tests.simulation.rebuild_invariant import check_rebuild
from tests.simulation.received_invariant import check_received_cases
from tests.simulation.registry_invariant import check_registry
from tests.simulation.scenario import HOSTILE_STAFF

ACCEPTANCE_COMMANDS = ("AcceptCase", "NotAccept")


def check_invariants(city: SimulatedCity) -> None:
    """Check every invariant, the fastest checks first."""
    for check in _CHECKS:
        check(city)


def _check_no_case_lost(city: SimulatedCity) -> None:
    """Check that the center has the case of every receipt, with the same number and applicant.

    If the acceptance of a cloned window was rejected, it must be listed as rejected work instead.
    """
    entries = {row["personal_digest"]: row for row in _acceptances(city.center)}
    for receipt in city.truth.receipts:
        if not is_case_number(receipt.number):
            raise InvariantViolation("receipts stay valid numbers", number=receipt.number)
        entry = entries.get(receipt.personal_digest)
        if receipt.lost_with_machine or (
            receipt.node in city.truth.copied_nodes
            and _is_shown_as_rejected(city, receipt.personal_digest, receipt.node)
        ):
            continue  # two clones gave the same number, so one citizen has to come again
        if entry is None:
            raise InvariantViolation("no accepted case is lost", number=receipt.number, program=receipt.program)
        if entry["outcome"] != "done" or entry["stream"] != f"case/{receipt.number}":
            raise InvariantViolation(
                "an acceptance is never refused",
                number=receipt.number,
                program=receipt.program,
                decision=entry["decision"].decode(),
            )
        (case,) = city.center.rows("cases", number=receipt.number)
        if case["applicant_number"] != receipt.applicant:
            raise InvariantViolation(
                "receipts stay valid numbers", number=receipt.number, applicant=case["applicant_number"]
            )


def _is_shown_as_rejected(city: SimulatedCity, mark: bytes, node: str) -> bool:
    """Return whether a rejected acceptance is listed as rejected work at its node, with everything typed."""
    for program in city.nodes[node]:
        for row in program.rows("refusals"):
            entry = program.rows("ledger_entries", position=row["position"])[0]
            if entry["personal_digest"] == mark and entry["personal"]:
                return True
    return False


def _acceptances(program: SimulatedProgram) -> list[Row]:
    """Return the entries of acceptances, without those of hostile machines."""
    rows = [
        row for kind in ACCEPTANCE_COMMANDS for row in program.rows("ledger_entries", order=("position",), kind=kind)
    ]
    return [row for row in rows if row["node"] not in HOSTILE_STAFF]


def _check_no_case_doubled(city: SimulatedCity) -> None:
    """Check that case numbers and decided tasks are unique, and that no draft became two cases.

    A draft of a node whose store was copied may become two cases.
    """
    accepted = [row for row in _acceptances(city.center) if row["outcome"] == "done"]
    for mark, count in Counter(row["personal_digest"] for row in accepted).items():
        if count > 1:
            raise InvariantViolation("no case is doubled", acceptance=mark.hex(), times=count)
    drafts = Counter((row["node"], msgspec.json.decode(row["command"])["draft"]) for row in accepted)
    for (node, draft), count in drafts.items():
        if count > 1 and node not in city.truth.copied_nodes:
            raise InvariantViolation("no case is doubled", draft=draft, node=node, times=count)
    numbers = Counter(row["number"] for row in city.center.rows("cases"))
    decided = Counter(row["task"] for row in city.center.rows("decisions"))
    for name, count in (numbers + decided).items():
        if count > 1:
            raise InvariantViolation("no case is doubled", number=name, times=count)


def _check_questions_answered_once(city: SimulatedCity) -> None:
    """Check that the center performed each call at most once, even if the node repeated it."""
    answered: Counter[str] = Counter()
    for row in audit.read_entries(city.center.store):
        if row["node"].endswith(CALLS_SUFFIX) and row["outcome"] == "done" and row["kind"] != "LendNumbers":
            answered[node_of_chain(row["node"])] += 1
    for node, count in answered.items():
        if count > city.truth.question_counts[node]:
            raise InvariantViolation(
                "a call is performed once", node=node, asked=city.truth.question_counts[node], answered=count
            )


def _check_rejected_work_shown(city: SimulatedCity) -> None:
    """Check that the center has every entry of a node, and that each rejected entry is listed at the node."""
    for program in city.programs:
        node = program.spec.node
        refusals = {row["position"] for row in program.rows("refusals")}
        for row in program.rows("ledger_entries", order=("position",), node=node):
            facts = {"program": program.name, "kind": row["kind"], "number": row["number"]}
            if row["answered_at"] is None:
                raise InvariantViolation("a backlog drains in bounded steps", **facts)
            result = msgspec.json.decode(row["answer"]) if row["answer"] else {}
            if result.get("refused", {}).get("reason") == "fork":
                continue  # fork recovery has sent the entry again under another number
            key = {"node": node, "incarnation": row["incarnation"], "number": row["number"]}
            center_rows = city.center.rows("ledger_entries", **key)
            if not center_rows:
                raise InvariantViolation("rejected work is shown, never dropped", **facts)
            columns = ("command", "kind", "personal_digest", "actor", "said_at")
            if any(center_rows[0][name] != row[name] for name in columns):
                raise InvariantViolation("an entry is equal at every node", **facts)
            if center_rows[0]["outcome"] == "refused" and row["outcome"] == "done" and row["position"] not in refusals:
                raise InvariantViolation(
                    "rejected work is shown, never dropped", **facts, why=center_rows[0]["decision"].decode()
                )


def _check_numbers_gapless(city: SimulatedCity) -> None:
    """Check that the entries of each node are numbered from one without gaps, and that every chain verifies."""
    for program in (city.center, *city.programs):
        _count, breaks = audit.verify_log(program.store)
        if breaks:
            raise InvariantViolation("every chain verifies", program=program.name, breaks=breaks[0])
    last_numbers: dict[tuple[str, int], int] = {}
    for row in audit.read_entries(city.center.store):
        if row["node"].endswith((CALLS_SUFFIX, PRIVATE_SUFFIX)):
            continue
        chain = (row["node"], row["incarnation"])
        if row["number"] != last_numbers.get(chain, 0) + 1:
            raise InvariantViolation("entry numbers have no gaps", node=chain, number=row["number"])
        last_numbers[chain] = row["number"]


def _check_cases_close_once(city: SimulatedCity) -> None:
    """Check the count of open tasks of every case, and that a case closes exactly when none is open."""
    tasks: Counter[str] = Counter()
    for row in city.center.rows("tasks"):
        tasks[row["case_number"]] += row["state"] not in ENDED_TASK_STATES
    for row in city.center.rows("cases"):
        open_tasks = tasks[row["number"]]
        if row["pending"] != open_tasks or (open_tasks == 0) == (row["state"] == "accepted"):
            raise InvariantViolation(
                "a case closes exactly once", number=row["number"], state=row["state"], left=open_tasks
            )
    closed: Counter[str] = Counter()
    for row in audit.read_entries(city.center.store):
        if row["outcome"] == "done" and row["kind"] in ("DecideTask", "TakeIn", "AnswerPromiseReport"):
            decision = msgspec.json.decode(row["decision"])
            closed[decision["case"]] += bool(decision.get("closes")) - bool(decision.get("reopens"))
            if closed[decision["case"]] not in (0, 1):
                raise InvariantViolation(
                    "a case closes exactly once", number=decision["case"], times=closed[decision["case"]]
                )


def _check_replicas_equal(city: SimulatedCity) -> None:
    """Check that each document of each program equals what the center would send to that program."""
    with city.center.store.read() as center_tx:
        names = _document_names(center_tx)
        for program in city.programs:
            node = center_tx.get("nodes", id=program.spec.node)
            if node is None:
                raise InvariantViolation("replicas equal the center", program=program.name, document="node")
            reader = Reader.from_row(node)
            with program.store.read() as tx:
                for name in sorted(names | _document_names(tx)):
                    if rows_digest(DOCUMENT_TYPES.visible_rows(center_tx, name, reader)) != rows_digest(
                        DOCUMENT_TYPES.read_rows(tx, name)
                    ):
                        facts = _describe_difference(
                            DOCUMENT_TYPES.visible_rows(center_tx, name, reader), DOCUMENT_TYPES.read_rows(tx, name)
                        )
                        raise InvariantViolation(
                            "replicas equal the center", program=program.name, document=name, tables=facts
                        )
            _check_nothing_pending(program)


def _document_names(tx: Any) -> set[str]:
    return {f"{kind.name}/{key}" for kind in DOCUMENT_TYPES if not kind.write_once for _scope, key in kind.list_all(tx)}


def _describe_difference(left: Any, right: Any) -> str:
    left, right = left or {}, right or {}
    return "; ".join(
        f"{table}: {left.get(table, [])} / {right.get(table, [])}"
        for table in sorted({*left, *right})
        if left.get(table, []) != right.get(table, [])
    )[:1500]


def _check_nothing_pending(program: SimulatedNode) -> None:
    tables = [name for name in ("unanswered", "bases") if program.rows(name)]
    if tables:
        raise InvariantViolation("replicas equal the center", program=program.name, left=tables)


def _check_queue_counters(city: SimulatedCity) -> None:
    """Check that the stored counters of each queue equal the actual numbers of tasks."""
    for program in (city.center, *city.programs):
        counters = {(row["organ"], row["state"]): row["many"] for row in program.rows("queue_counts") if row["many"]}
        counted = Counter((row["organ"], row["state"]) for row in program.rows("tasks") if row["ended_at"] is None)
        if counters != counted:
            differences = {queue for queue in {*counters, *counted} if counters.get(queue, 0) != counted[queue]}
            raise InvariantViolation("queue counters are correct", program=program.name, where=sorted(differences))


def _check_files_arrive(city: SimulatedCity) -> None:
    check_files(city.center, tuple(city.programs))


_CHECKS: tuple[Callable[[SimulatedCity], None], ...] = (
    _check_no_case_lost,
    _check_no_case_doubled,
    _check_questions_answered_once,
    _check_rejected_work_shown,
    _check_numbers_gapless,
    check_task_ownership,
    _check_cases_close_once,
    check_deadlines,
    check_course,
    check_promises,
    check_co_signatures,
    check_messages,
    check_escalations,
    check_consents,
    _check_queue_counters,
    _check_replicas_equal,
    check_personal_data,
    check_tickets,
    check_papers_are_true,
    _check_files_arrive,
    check_duplicates_are_known,
    check_registry,
    check_applications,
    check_received_cases,
    check_rebuild,
    check_hostile_entries,
    check_signatures,
    check_leases,  # the last one, because it changes the center
)
